/* send_fill: fills a request, with an entry for each record or with aggregates. */
#include "stream/kinesis/aggregate_writer.h"
#include "stream/kinesis/sending.h"
#include "stream/partition.h"

static size_t
ceiling_of(const struct kinesis *kinesis)
{
	return kinesis->settings.big_requests ? PUT_RECORDS_BIG : PUT_RECORDS_BYTES;
}

/* Takes the record that was looked at into the request. */
static void
take(struct kinesis_sending *sending, struct kinesis_flight *flight, int32_t number)
{
	flight->records[flight->count++] = number;
	send_queue_take(sending->queue);
}

/* Each record is an entry. */
static void
fill_plain(struct kinesis *kinesis, struct kinesis_flight *flight)
{
	struct kinesis_sending *sending = kinesis->sending;
	unsigned number = (unsigned)(flight - sending->flights), most = PUT_RECORDS_MOST;
	size_t ceiling = ceiling_of(kinesis), size = 0;
	int32_t next;

	while (
	    flight->count < most && (next = send_queue_peek(sending->queue, number)) != SEND_NONE) {
		struct sent *sent = send_queue_at(sending->queue, next);

		if (flight->count > 0 &&
		    (sent->size > ceiling - size || flight->count >= sent->most))
			break;
		if (!put_records_add(&flight->body, &sent->record, &sending->failed))
			break;
		most = sent->most < most ? sent->most : most;
		size = sent->size < ceiling - size ? size + sent->size : ceiling;
		flight->entries[flight->count] = (uint16_t)flight->count;
		flight->shards[flight->count] = SENDING_ANY_SHARD;
		take(sending, flight, next);
	}
	flight->entry_count = flight->count;
}

/* Where a record would go in the request. */
static struct send_growth
growth_of(struct kinesis_sending *sending, struct sent *sent)
{
	const size_t frame = AGGREGATE_FRAME + strlen(AGGREGATE_KEY);
	struct send_growth growth = {.bound = aggregate_bound(&sent->record)};

	send_queue_lane_of(sending->queue, sent);
	growth.lane = sent->lane;
	growth.alone =
	    sending->map == NULL || sending->stale || growth.bound + frame > AGGREGATE_BYTES;
	if (growth.alone)
		growth.bound =
		    aggregate_begins(sent->record.data) ? growth.bound + frame : sent->size;
	return growth;
}

/* Chooses the records of the request, and divides them into groups. */
static void
choose(struct kinesis *kinesis, struct kinesis_flight *flight)
{
	struct kinesis_sending *sending = kinesis->sending;
	unsigned number = (unsigned)(flight - sending->flights), most = sending->request_most;
	size_t ceiling = ceiling_of(kinesis);
	int32_t next;

	send_groups_begin(sending->groups);
	while (
	    flight->count < most && (next = send_queue_peek(sending->queue, number)) != SEND_NONE) {
		struct sent *sent = send_queue_at(sending->queue, next);
		struct send_growth growth = growth_of(sending, sent);

		send_groups_measure(sending->groups, &growth);
		if (flight->count > 0 && (growth.bytes > ceiling || flight->count >= sent->most ||
		                             growth.entries > PUT_RECORDS_MOST))
			break;
		most = sent->most < most ? sent->most : most;
		send_groups_add(sending->groups, &growth, flight->count);
		take(sending, flight, next);
	}
}

/* Adds what the writer has as an entry. first: the first record in it. */
static bool
add_aggregate(struct kinesis_sending *sending, struct kinesis_flight *flight, struct sent *first)
{
	struct record aggregate = {.key = span_of(AGGREGATE_KEY)};
	char digits[PARTITION_DIGITS + 1];
	unsigned char place[MD5_BYTES];

	if (!partition_place(&first->record, place, &sending->failed))
		return false;
	aggregate.hash_key = partition_decimal(place, digits);
	aggregate.data = aggregate_writer_end(sending->writer, &sending->failed);
	return aggregate.data.start != NULL &&
	       put_records_add(&flight->body, &aggregate, &sending->failed);
}

/*
 * Adds an entry with this record alone: as it is, unless it looks like an aggregate, which a reader
 * would unpack; such a one is wrapped. Its own hash key chooses the shard, whatever the shards are.
 */
static bool
add_alone(struct kinesis_sending *sending, struct kinesis_flight *flight, struct sent *sent)
{
	flight->shards[flight->entry_count++] = SENDING_ANY_SHARD;
	if (!aggregate_begins(sent->record.data))
		return put_records_add(&flight->body, &sent->record, &sending->failed);
	aggregate_writer_begin(sending->writer);
	return aggregate_writer_add(sending->writer, &sent->record, &sending->failed) ==
	           AGGREGATE_ADDED &&
	       add_aggregate(sending, flight, sent);
}

/* Ends the entry that the writer has. first: the first record in it; NULL: there is none. */
static bool
end_entry(struct kinesis_sending *sending, struct kinesis_flight *flight, struct sent *first)
{
	if (first == NULL)
		return true;
	if (aggregate_writer_count(sending->writer) == 1)
		return add_alone(sending, flight, first);
	flight->shards[flight->entry_count++] =
	    sending_shard_mark(span_of(shard_map_name(sending->map, first->lane)));
	return add_aggregate(sending, flight, first);
}

/* Adds a record to the aggregate that the writer has, or begins the next one with it. */
static bool
join(struct kinesis_sending *sending, struct kinesis_flight *flight, struct sent **first,
    struct sent *sent)
{
	enum aggregate_added added = AGGREGATE_FULL;

	if (*first != NULL)
		added = aggregate_writer_add(sending->writer, &sent->record, &sending->failed);
	if (added != AGGREGATE_FULL)
		return added == AGGREGATE_ADDED;
	if (!end_entry(sending, flight, *first))
		return false;
	*first = sent;
	aggregate_writer_begin(sending->writer);
	return aggregate_writer_add(sending->writer, &sent->record, &sending->failed) ==
	       AGGREGATE_ADDED;
}

/* Writes the records of a lane, from slot on, as entries. */
static bool
write_group(struct kinesis_sending *sending, struct kinesis_flight *flight, int32_t slot)
{
	struct sent *first = NULL; /* in the aggregate that the writer has */

	for (; slot >= 0; slot = send_groups_next(sending->groups, slot)) {
		struct sent *sent = send_queue_at(sending->queue, flight->records[slot]);
		bool alone = send_groups_is_alone(sending->groups, slot);

		if (alone && !end_entry(sending, flight, first))
			return false;
		if (alone)
			first = NULL;
		else if (!join(sending, flight, &first, sent))
			return false;
		flight->entries[slot] = (uint16_t)flight->entry_count;
		if (alone && !add_alone(sending, flight, sent))
			return false;
	}
	return end_entry(sending, flight, first);
}

static bool
fill_aggregates(struct kinesis *kinesis, struct kinesis_flight *flight)
{
	struct kinesis_sending *sending = kinesis->sending;

	choose(kinesis, flight);
	for (size_t i = 0; i < send_groups_count(sending->groups); i++) {
		if (!write_group(sending, flight, send_groups_first(sending->groups, i)))
			return false;
	}
	return true;
}

bool
kinesis_fill(struct kinesis *kinesis, struct kinesis_flight *flight)
{
	struct kinesis_sending *sending = kinesis->sending;

	flight->count = flight->entry_count = 0;
	flight->map_number = sending->map_number;
	put_records_begin(&flight->body);
	if (sending->groups == NULL)
		fill_plain(kinesis, flight);
	else if (!fill_aggregates(kinesis, flight))
		return false;
	put_records_end(&flight->body, buffer_span(&sending->name));
	return flight->count > 0;
}
