/* records: reads a reply to GetRecords, or an event of SubscribeToShard, piece by piece. */
#include <stdlib.h>

#include "text/base64.h"
#include "stream/kinesis/records.h"
#include "base/memory.h"
#include "text/number.h"

enum {
	PIECE = 2000, /* records */
	PIECE_BYTES = 512 * 1024,
	KEY_BYTES = 64 * 1024,
	DATA_CEILING = 16 * 1024 * 1024,
	ESCAPED = 6 /* bytes that one byte may need in JSON */
};

/* A record as in the reply. */
struct raw {
	struct span data; /* base64 */
	struct span key;
	struct span sequence;
	struct span arrived;
};

/* The end of the year 9999, ms. */
static const int64_t time_most = INT64_C(253402300799999);

static bool
invalid(struct failure *failure, const char *what)
{
	return fail(failure, FAILURE_TEMPORARY, "Kinesis's reply with records %s", what);
}

/* A time as milliseconds; 0: unknown. places: 3 for seconds, 1736208000.123 or 1.736208000123E9. */
static int64_t
milliseconds(struct span time, int places)
{
	struct number number;
	int64_t value;

	if (time.start == NULL || number_read(time, &number) != NULL || number.negative)
		return 0;
	value = number_scaled(&number, places);
	return value <= time_most ? value : 0;
}

static bool
is_decimal(struct span text)
{
	if (text.length < 1 || text.length > POSITION_SEQUENCE ||
	    (text.length > 1 && text.start[0] == '0'))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.start[i] < '0' || text.start[i] > '9')
			return false;
	}
	return true;
}

static bool
has_element(struct span list)
{
	struct json_cursor elements = json_enter(list);
	struct span element;

	return json_next_element(&elements, &element);
}

bool
kinesis_records_open(struct kinesis_records *records, struct span reply, struct failure *failure)
{
	struct span list = {NULL, 0}, name, value;
	struct json_cursor members;
	struct json_error error;

	if (!json_check(reply, JSON_DEPTH, &error) || json_kind(reply) != JSON_OBJECT)
		return invalid(failure, "is not a JSON object");
	records->iterator = records->sequence = records->continuation = (struct span){NULL, 0};
	records->children = false;
	records->damaged = records->foreign = (struct span){NULL, 0};
	records->behind = records->arrived = 0;
	records->taken = records->count = 0;
	records->inside = false;
	members = json_enter(reply);
	while (json_next_member(&members, &name, &value)) {
		if (json_text_is(name, span_of("Records")) && json_kind(value) == JSON_ARRAY)
			list = value;
		else if (json_text_is(name, span_of("NextShardIterator")) &&
		         json_kind(value) == JSON_STRING)
			records->iterator = json_inside(value);
		else if (json_text_is(name, span_of("ContinuationSequenceNumber")) &&
		         json_kind(value) == JSON_STRING && is_decimal(json_inside(value)))
			records->continuation = json_inside(value);
		else if (json_text_is(name, span_of("ChildShards")) &&
		         json_kind(value) == JSON_ARRAY)
			records->children = has_element(value);
		else if (json_text_is(name, span_of("MillisBehindLatest")))
			records->behind = milliseconds(value, 0);
	}
	/* An emulator may leave out an empty list, but never all: that is no such reply. */
	if (list.start == NULL && records->iterator.start == NULL &&
	    records->continuation.start == NULL && !records->children)
		return invalid(failure, "holds no Records");
	records->rest = json_enter(list.start != NULL ? list : span_of("[]"));
	if (records->records == NULL) {
		records->records = memory_new(PIECE, sizeof *records->records);
		records->places = memory_new(PIECE, sizeof *records->places);
		buffer_init(&records->data, DATA_CEILING);
		buffer_init(&records->keys, DATA_CEILING);
	}
	return true;
}

static bool
read_raw(struct span element, struct raw *raw, struct failure *failure)
{
	struct json_cursor members;
	struct span name, value;

	*raw = (struct raw){.data = {NULL, 0}};
	if (json_kind(element) != JSON_OBJECT)
		return invalid(failure, "holds a record that is not an object");
	members = json_enter(element);
	while (json_next_member(&members, &name, &value)) {
		bool is_text = json_kind(value) == JSON_STRING;

		if (is_text && span_is(name, "Data"))
			raw->data = json_inside(value);
		else if (is_text && span_is(name, "PartitionKey"))
			raw->key = json_inside(value);
		else if (is_text && span_is(name, "SequenceNumber"))
			raw->sequence = json_inside(value);
		else if (span_is(name, "ApproximateArrivalTimestamp"))
			raw->arrived = value;
	}
	if (raw->data.start == NULL || !is_decimal(raw->sequence))
		return invalid(failure, "holds a record without data or sequence number");
	return true;
}

/* Is there room for the record's data in this piece? An empty piece grows. */
static bool
has_room(struct kinesis_records *records, struct span base64)
{
	size_t most = base64.length / 4 * 3;

	if (records->count == 0 && records->data.length == 0)
		return buffer_reserve(
		    &records->data, most > PIECE_BYTES ? most : (size_t)PIECE_BYTES);
	return records->data.capacity - records->data.length >= most;
}

/* Adds the record to the piece, unless it is before filter->done. */
static void
add(struct kinesis_records *records, const struct kinesis_filter *filter,
    const struct chunk_record *record, const struct chunk_place *place)
{
	struct position position = {.sequence = place->sequence, .sub = place->sub};

	if (filter->done != NULL && position_compare(&position, filter->done) < 0)
		return;
	records->records[records->count] = *record;
	records->places[records->count++] = *place;
}

/* Its key as JSON text. False: the piece has no more room for it. */
static bool
add_key(struct kinesis_records *records, struct span plain, struct span *key)
{
	size_t before = records->keys.length, most = ESCAPED * plain.length + 2;

	if (before == 0)
		buffer_reserve(&records->keys, most > KEY_BYTES ? most : (size_t)KEY_BYTES);
	else if (records->keys.capacity - before < most)
		return false;
	json_add_string(&records->keys, plain.start, plain.length);
	*key = (struct span){records->keys.data + before + 1, records->keys.length - before - 2};
	return true;
}

/* Members of the aggregate, as many as the piece takes. */
static void
add_members(struct kinesis_records *records, const struct kinesis_filter *filter)
{
	struct aggregate *aggregate = &records->aggregate;
	struct aggregate_member member;
	struct failure ignored;

	while (records->count < PIECE) {
		struct aggregate here = *aggregate;
		struct chunk_record record = {.arrived = records->arrived};
		struct chunk_place place = {.sequence = records->sequence};

		if (!aggregate_next(aggregate, &member)) {
			records->inside = false;
			return;
		}
		if (filter->keys && !add_key(records, member.key, &record.key)) {
			*aggregate = here;
			return;
		}
		if (records->foreign.start == NULL && filter->hash_first.start != NULL &&
		    !aggregate_is_within(&member, filter->hash_first, filter->hash_last, &ignored))
			records->foreign = records->sequence;
		record.data = member.data;
		place.sub = (int64_t)aggregate->next - 1;
		place.last = aggregate->next == aggregate->count;
		add(records, filter, &record, &place);
	}
}

/* One record of the service. *ends: the piece ends with it. */
static bool
take(struct kinesis_records *records, const struct kinesis_filter *filter, const struct raw *raw,
    bool *ends, struct failure *failure)
{
	struct chunk_record record = {.key = raw->key, .arrived = milliseconds(raw->arrived, 3)};
	struct chunk_place place = {.sequence = raw->sequence, .sub = -1, .last = true};
	size_t before = records->data.length;
	enum aggregate_found found;

	if (!base64_decode(&records->data, raw->data))
		return invalid(failure, "holds data that is not base64");
	record.data = (struct span){records->data.data + before, records->data.length - before};
	records->taken++;
	records->sequence = raw->sequence;
	records->arrived = record.arrived;
	failure->kind = FAILURE_NONE;
	found = aggregate_open(&records->aggregate, record.data, failure);
	if (failure->kind != FAILURE_NONE)
		return false;
	records->inside = *ends = found == AGGREGATE_SOUND;
	if (found == AGGREGATE_DAMAGED && records->damaged.start == NULL)
		records->damaged = raw->sequence;
	if (found != AGGREGATE_SOUND)
		add(records, filter, &record, &place);
	return true;
}

bool
kinesis_records_next(struct kinesis_records *records, const struct kinesis_filter *filter,
    bool *more, struct failure *failure)
{
	struct json_cursor before = records->rest;
	struct span element;
	struct raw raw;
	bool ends = false;

	*more = true;
	records->count = 0;
	buffer_clear(&records->keys);
	if (records->inside) {
		add_members(records, filter);
		return true;
	}
	buffer_clear(&records->data);
	while (!ends && records->count < PIECE) {
		before = records->rest;
		if (!json_next_element(&records->rest, &element)) {
			*more = false;
			return true;
		}
		if (!read_raw(element, &raw, failure))
			return false;
		if (!has_room(records, raw.data)) {
			records->rest = before;
			if (records->data.length > 0)
				return true;
			return invalid(failure, "holds a record that is too large");
		}
		if (!take(records, filter, &raw, &ends, failure))
			return false;
	}
	return true;
}

void
kinesis_records_free(struct kinesis_records *records)
{
	if (records->records == NULL)
		return;
	free(records->records);
	free(records->places);
	buffer_free(&records->data);
	buffer_free(&records->keys);
	aggregate_free(&records->aggregate);
	*records = (struct kinesis_records){.count = 0};
}
