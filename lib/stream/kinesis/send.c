/* send: fills requests of PutRecords and starts them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/memory.h"
#include "stream/partition.h"
#include "stream/kinesis/sending.h"

enum {
	FLYING = 32,
	FEW = 4, /* a request that is not full may start while fewer are in flight */
	FAR = 5000, /* us: a reply that takes as long takes longer than reading more lines */
	GATHERING = 10000, /* us after a reply */
	BODY_CEILING = 16 * 1024 * 1024, /* the largest record as base64 */
	BODY_KEPT = 512 * 1024,
	REPLY_CEILING = 2 * 1024 * 1024
};

static void
flight_init(struct kinesis_flight *flight, unsigned most)
{
	buffer_init(&flight->body, BODY_CEILING);
	flight->records = memory_new(most, sizeof *flight->records);
	flight->entries = memory_new(most, sizeof *flight->entries);
}

static void
flight_free(struct kinesis_flight *flight)
{
	buffer_free(&flight->body);
	free(flight->records);
	free(flight->entries);
}

struct kinesis_sending *
kinesis_sending_open(struct kinesis *kinesis)
{
	struct kinesis_sending *sending = memory_new(1, sizeof *sending);

	sending->most = kinesis->settings.in_flight > 0 ? kinesis->settings.in_flight : FLYING;
	sending->flights = memory_new(sending->most, sizeof *sending->flights);
	sending->request_most = kinesis->settings.aggregate ? SENDING_AGGREGATED : PUT_RECORDS_MOST;
	sending->full = PUT_RECORDS_MOST;
	for (unsigned i = 0; i < sending->most; i++)
		flight_init(&sending->flights[i], sending->request_most);
	if (kinesis->settings.aggregate) {
		sending->groups = send_groups_open(sending->request_most);
		sending->writer = aggregate_writer_open();
		sending->stale = true;
	}
	sending->queue = send_queue_open(kinesis->settings.strict);
	buffer_init(&sending->name, 4096);
	kinesis_add_name(kinesis, &sending->name);
	buffer_init(&sending->list, 64 * 1024);
	backoff_init(&sending->backoff, (uint64_t)clock_steady() ^ (uint64_t)getpid() << 32);
	return sending;
}

void
kinesis_sending_close(struct kinesis_sending *sending)
{
	if (sending == NULL)
		return;
	for (unsigned i = 0; i < sending->most; i++)
		flight_free(&sending->flights[i]);
	for (size_t i = 0; i < sending->result_count; i++)
		free(sending->results[sending->result_first + i].refused);
	free(sending->flights);
	free(sending->results);
	send_queue_close(sending->queue);
	shard_map_free(sending->map);
	shard_map_free(sending->coming);
	send_groups_close(sending->groups);
	aggregate_writer_close(sending->writer);
	buffer_free(&sending->name);
	buffer_free(&sending->list);
	free(sending);
}

bool
kinesis_accepts(struct stream *stream, const struct record *record, struct failure *failure)
{
	const struct kinesis *kinesis = (struct kinesis *)stream;
	size_t size;

	if (!partition_check(record, failure))
		return false;
	size = record->data.length + partition_length(record);
	/* It would be unpacked, unless it is wrapped. */
	if (kinesis->settings.aggregate && aggregate_begins(record->data))
		size = aggregate_bound(record) + AGGREGATE_FRAME + strlen(AGGREGATE_KEY);
	if (size <= kinesis->summary.record_max)
		return true;
	return fail(failure, FAILURE_REFUSED,
	    "%zu bytes with its partition key, but the stream %s takes at most %zu", size,
	    kinesis->name, kinesis->summary.record_max);
}

/* A hash of the keys of a record. Records with the same hash keep their order. */
static uint64_t
key_of(const struct record *record)
{
	char room[PARTITION_ROOM];
	struct span text = record->key;
	uint64_t hash;

	if (memchr(text.start, '\\', text.length) != NULL &&
	    !partition_text(record, room, &text, &(struct failure){.kind = FAILURE_NONE}))
		return 1;
	hash = hash_add(HASH_BEGIN, text);
	if (record->hash_key.start != NULL)
		hash = hash_add(hash ^ 0xFF, record->hash_key);
	return (hash ^ hash >> 29) | 1;
}

bool
kinesis_send(
    struct stream *stream, const struct record *record, uint64_t ticket, struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	struct kinesis_sending *sending = kinesis->sending;
	struct sent sent = {
	    .record = *record, .ticket = ticket, .most = (uint16_t)sending->request_most};

	(void)failure;
	sent.size = record->data.length + partition_length(record);
	/* Records without a key have no order to keep. */
	if (record->key.start != NULL && !kinesis->settings.unordered)
		sent.key = key_of(record);
	/* A request with aggregates holds enough of each key anyway. */
	sending->keyed = sent.key != 0 && !kinesis->settings.aggregate;
	if (send_queue_count(sending->queue) == 0)
		sending->good = clock_steady();
	send_queue_add(sending->queue, &sent);
	return true;
}

/* May a request start now? A full one always; one that is not while fewer than few are in flight. */
static bool
is_due(const struct kinesis_sending *sending, unsigned few)
{
	size_t ready = send_queue_ready(sending->queue);

	if (sending->failed.kind != FAILURE_NONE || sending->held != 0 || ready == 0 ||
	    sending->in_flight == sending->most || kinesis_waits_for_shards(sending))
		return false;
	return ready >= sending->full || sending->in_flight < few;
}

/*
 * Records of a key that come while others of it are in flight have to wait. So if a service is far
 * away, requests start once as many lines as may be were read, and each has many records of few
 * keys: then all of them are in flight at the same time.
 */
static bool
is_far(const struct kinesis_sending *sending)
{
	return sending->keyed && sending->trip > FAR;
}

/* Is it better to wait for lines that follow at once, or will once receipts are written? */
static bool
gathers(const struct kinesis_sending *sending)
{
	return is_far(sending) && clock_steady() - sending->landed < GATHERING;
}

static void
start(struct kinesis *kinesis, unsigned few)
{
	struct kinesis_sending *sending = kinesis->sending;

	if (is_far(sending))
		send_queue_gather(sending->queue);
	while (is_due(sending, few) && aws_room(kinesis->aws) > 0) {
		struct kinesis_flight *flight = sending->flights;
		struct aws_call call = {.action = "PutRecords", .ceiling = REPLY_CEILING};

		while (flight->used)
			flight++;
		if (!kinesis_fill(kinesis, flight))
			break;
		call.body = buffer_span(&flight->body);
		call.context = flight;
		if (!aws_start(kinesis->aws, &call, &sending->failed))
			break;
		flight->used = true;
		flight->started = clock_steady();
		sending->in_flight++;
	}
}

/* The timeout of poll, shortened to the end of the next pause. wake: as of send_queue_wake. */
static int
soonest(struct kinesis_sending *sending, int64_t wake, int timeout)
{
	int64_t now = clock_steady(), left;

	if (sending->held != 0 && (wake == 0 || sending->held < wake))
		wake = sending->held;
	if (wake == 0)
		return timeout;
	left = wake > now ? (wake - now + 999) / 1000 : 0;
	return timeout < 0 || left < timeout ? (int)left : timeout;
}

static void
take_replies(struct kinesis *kinesis)
{
	struct kinesis_sending *sending = kinesis->sending;
	struct aws_reply reply;

	while (aws_next(kinesis->aws, &reply)) {
		struct kinesis_flight *flight = reply.context;

		if (flight == NULL) {
			kinesis_take_shards(kinesis, &reply);
			continue;
		}
		kinesis_answer(kinesis, flight, &reply);
		flight->used = false;
		sending->landed = clock_steady();
		sending->trip = sending->landed - flight->started;
		sending->in_flight--;
		if (flight->body.capacity > BODY_KEPT)
			buffer_free(&flight->body);
	}
}

bool
kinesis_poll(struct stream *stream, int input, int watch, int timeout, struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	struct kinesis_sending *sending = kinesis->sending;
	int64_t now = clock_steady(), wake = send_queue_wake(sending->queue, now);

	/* More records follow at once; or once there is room, or never; or that is unknown. */
	unsigned few = timeout == 0 ? 0 : input < 0 ? 1 : FEW;

	if (sending->held <= now)
		sending->held = 0;
	kinesis_list_shards(kinesis);
	if (timeout != 0 || !gathers(sending))
		start(kinesis, few);
	if (sending->failed.kind != FAILURE_NONE && sending->in_flight == 0) {
		*failure = sending->failed;
		return false;
	}
	if (sending->unstored.kind != FAILURE_NONE && sending->in_flight == 0 && wake == 0 &&
	    sending->held == 0 && send_queue_ready(sending->queue) == 0) {
		*failure = sending->unstored;
		return false;
	}
	if (sending->result_count > 0)
		timeout = 0;
	if (!aws_wait(kinesis->aws, input, watch, soonest(sending, wake, timeout), failure))
		return false;
	take_replies(kinesis);
	if (!gathers(sending))
		start(kinesis, 0);
	return true;
}

bool
kinesis_next_result(struct stream *stream, struct sink_result *result)
{
	struct kinesis_sending *sending = ((struct kinesis *)stream)->sending;
	struct kinesis_result *first = &sending->results[sending->result_first];

	if (sending->result_count == 0)
		return false;
	result->ticket = first->ticket;
	result->outcome = first->refused != NULL ? SINK_REFUSED : SINK_DONE;
	result->details = NULL;
	if (first->refused != NULL)
		fail(&result->refused, FAILURE_REFUSED, "%s", first->refused);
	free(first->refused);
	sending->result_first++;
	if (--sending->result_count == 0)
		sending->result_first = 0;
	return true;
}

uint64_t
kinesis_retries(const struct stream *stream)
{
	const struct kinesis *kinesis = (const struct kinesis *)stream;

	return (kinesis->sending != NULL ? kinesis->sending->retries : 0) +
	       aws_retries(kinesis->aws);
}

uint64_t
kinesis_entries(const struct stream *stream)
{
	const struct kinesis *kinesis = (const struct kinesis *)stream;

	return kinesis->settings.aggregate ? kinesis->sending->entries : 0;
}

uint64_t
kinesis_throttled(const struct stream *stream)
{
	const struct kinesis *kinesis = (const struct kinesis *)stream;

	return (kinesis->sending != NULL ? kinesis->sending->throttled : 0) +
	       aws_throttles(kinesis->aws);
}
