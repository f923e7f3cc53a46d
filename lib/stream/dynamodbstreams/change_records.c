/* change_records: reads a reply to GetRecords of DynamoDB Streams piece by piece. */
#include <stdlib.h>

#include "base/memory.h"
#include "stream/dynamodbstreams/change_records.h"
#include "table/item.h"
#include "text/number.h"
#include "text/timestamp.h"

enum {
	PIECE = 1000, /* records */
	PIECE_BYTES = 512 * 1024,
	CEILING = 64 * 1024 * 1024,
	REPLY_DEPTH = 2 * JSON_DEPTH_TABLE + 6 /* {"Records":[{"dynamodb":{"NewImage":{…}}}]} */
};

/* A record as in the reply; start NULL: it has no such member. */
struct raw {
	struct span event;
	struct span keys, new, old;
	struct span sequence;
	struct span created;
	bool ttl; /* deleted by its time to live */
};

/* The end of the year 9999, ms. */
static const int64_t time_most = INT64_C(253402300799999);

static bool
invalid(struct failure *failure, const char *what)
{
	return fail(failure, FAILURE_TEMPORARY, "DynamoDB Streams's reply to GetRecords %s", what);
}

/* A time in seconds, 1736208000 or 1.736208000123E9, as milliseconds; 0: unknown. */
static int64_t
milliseconds(struct span time)
{
	struct number number;
	int64_t value;

	if (time.start == NULL || number_read(time, &number) != NULL || number.negative)
		return 0;
	value = number_scaled(&number, 3);
	return value <= time_most ? value : 0;
}

/* A sequence number as positions have it: emulators fill it up with zeros. */
static bool
take_sequence(struct span *sequence)
{
	while (sequence->length > 1 && *sequence->start == '0') {
		sequence->start++;
		sequence->length--;
	}
	if (sequence->length < 1 || sequence->length > POSITION_SEQUENCE)
		return false;
	for (size_t i = 0; i < sequence->length; i++) {
		if (sequence->start[i] < '0' || sequence->start[i] > '9')
			return false;
	}
	return true;
}

bool
change_records_open(struct change_records *records, struct span reply, struct failure *failure)
{
	struct json_wanted wanted[] = {
	    {.name = {"Records", 7}}, {.name = {"NextShardIterator", 17}}};
	struct span list, iterator;
	struct json_error error;

	if (!json_find(reply, REPLY_DEPTH, wanted, 2, NULL, &error))
		return invalid(failure, "is not a JSON object");
	list = wanted[0].value;
	if (list.start != NULL && json_kind(list) != JSON_ARRAY)
		list.start = NULL;
	iterator = wanted[1].value;
	records->iterator = iterator.start != NULL && json_kind(iterator) == JSON_STRING
	                        ? json_inside(iterator)
	                        : (struct span){NULL, 0};
	/* An emulator may leave out an empty list, but never both: that is no such reply. */
	if (list.start == NULL && records->iterator.start == NULL)
		return invalid(failure, "holds no Records");
	records->sequence = (struct span){NULL, 0};
	records->created = 0;
	records->taken = records->count = 0;
	records->rest = json_enter(list.start != NULL ? list : span_of("[]"));
	if (records->records == NULL) {
		records->records = memory_new(PIECE, sizeof *records->records);
		records->places = memory_new(PIECE, sizeof *records->places);
		records->ends = memory_new(2 * PIECE, sizeof *records->ends);
		buffer_init(&records->lines, CEILING);
		buffer_init(&records->keys, CEILING);
	}
	return true;
}

/* userIdentity: its members begin with a capital here, and with a small letter in Lambda. */
static bool
is_ttl(struct span identity)
{
	struct json_cursor members = json_enter(identity);
	struct span name, value;

	while (json_next_member(&members, &name, &value)) {
		if ((span_is(name, "PrincipalId") || span_is(name, "principalId")) &&
		    json_kind(value) == JSON_STRING &&
		    json_text_is(json_inside(value), span_of("dynamodb.amazonaws.com")))
			return true;
	}
	return false;
}

/* The member "dynamodb" of a record. */
static void
read_change(struct span change, struct raw *raw)
{
	struct json_cursor members = json_enter(change);
	struct span name, value;

	while (json_next_member(&members, &name, &value)) {
		bool is_object = json_kind(value) == JSON_OBJECT;

		if (is_object && span_is(name, "Keys"))
			raw->keys = value;
		else if (is_object && span_is(name, "NewImage"))
			raw->new = value;
		else if (is_object && span_is(name, "OldImage"))
			raw->old = value;
		else if (json_kind(value) == JSON_STRING && span_is(name, "SequenceNumber"))
			raw->sequence = json_inside(value);
		else if (span_is(name, "ApproximateCreationDateTime"))
			raw->created = value;
	}
}

static bool
read_raw(struct span element, struct raw *raw, struct failure *failure)
{
	struct json_cursor members;
	struct span name, value;

	*raw = (struct raw){.ttl = false};
	if (json_kind(element) != JSON_OBJECT)
		return invalid(failure, "holds a record that is not an object");
	members = json_enter(element);
	while (json_next_member(&members, &name, &value)) {
		enum json_kind kind = json_kind(value);

		if (kind == JSON_STRING && span_is(name, "eventName"))
			raw->event = value;
		else if (kind == JSON_OBJECT && span_is(name, "dynamodb"))
			read_change(value, raw);
		else if (kind == JSON_OBJECT && span_is(name, "userIdentity"))
			raw->ttl = is_ttl(value);
	}
	if (raw->event.start == NULL || raw->keys.start == NULL)
		return invalid(failure, "holds a record without an event or keys");
	return take_sequence(&raw->sequence) ||
	       invalid(failure, "holds a record whose sequence number is not a decimal");
}

/* Adds ,"name":{…}, if there is such an item. */
static bool
add_item(struct buffer *line, const char *name, struct span item, struct failure *failure)
{
	if (item.start == NULL)
		return true;
	return (buffer_add_format(line, ",\"%s\":", name) && item_write(line, item, true, false)) ||
	       invalid(failure, "holds an item that is not in DynamoDB's JSON");
}

static bool
add_line(struct buffer *line, const struct raw *raw, int64_t created, struct failure *failure)
{
	char at[TIMESTAMP_SIZE];

	if (!buffer_add_text(line, "{\"event\":") ||
	    !buffer_add(line, raw->event.start, raw->event.length) ||
	    !buffer_add_text(line, raw->ttl ? ",\"by\":\"ttl\"" : ""))
		return invalid(failure, "is too large");
	if (!add_item(line, "keys", raw->keys, failure) ||
	    !add_item(line, "new", raw->new, failure) || !add_item(line, "old", raw->old, failure))
		return false;
	if (created > 0 && !buffer_add_format(line, ",\"at\":\"%s\"",
	                       timestamp_format(created, created % 1000 != 0, at)))
		return invalid(failure, "is too large");
	return buffer_add_text(line, "}") || invalid(failure, "is too large");
}

/* Adds the text of the keys, in plain form, as a JSON string. */
static bool
add_key(struct change_records *records, const struct raw *raw, struct failure *failure)
{
	struct buffer plain;
	bool added;

	buffer_init(&plain, CEILING);
	added = item_write(&plain, raw->keys, true, false) &&
	        json_add_string(&records->keys, plain.data, plain.length);
	buffer_free(&plain);
	return added || invalid(failure, "holds a record whose keys are too large");
}

/* The records that were added to the piece point into its buffers, which no longer move. */
static void
set_spans(struct change_records *records)
{
	size_t line = 0, key = 0;

	for (size_t i = 0; i < records->count; i++) {
		struct chunk_record *record = &records->records[i];

		record->data =
		    (struct span){records->lines.data + line, records->ends[2 * i] - line};
		line = records->ends[2 * i];
		/* Without the quotes. */
		record->key =
		    (struct span){records->keys.data + key + 1, records->ends[2 * i + 1] - key - 2};
		key = records->ends[2 * i + 1];
	}
}

static bool
take(struct change_records *records, struct span element, int64_t since, struct failure *failure)
{
	int64_t created;
	struct raw raw;

	if (!read_raw(element, &raw, failure))
		return false;
	created = milliseconds(raw.created);
	records->taken++;
	records->sequence = raw.sequence;
	records->created = created;
	if (created > 0 && created < since)
		return true;
	if (!add_line(&records->lines, &raw, created, failure) || !add_key(records, &raw, failure))
		return false;
	records->records[records->count] = (struct chunk_record){.arrived = created};
	records->places[records->count] =
	    (struct chunk_place){.sequence = raw.sequence, .sub = -1, .last = true};
	records->ends[2 * records->count] = records->lines.length;
	records->ends[2 * records->count + 1] = records->keys.length;
	records->count++;
	return true;
}

bool
change_records_next(
    struct change_records *records, int64_t since, bool *more, struct failure *failure)
{
	struct span element;

	*more = true;
	records->count = 0;
	buffer_clear(&records->lines);
	buffer_clear(&records->keys);
	while (records->count < PIECE && records->lines.length < PIECE_BYTES) {
		if (!json_next_element(&records->rest, &element)) {
			*more = false;
			break;
		}
		if (!take(records, element, since, failure))
			return false;
	}
	set_spans(records);
	return true;
}

void
change_records_free(struct change_records *records)
{
	if (records->records == NULL)
		return;
	free(records->records);
	free(records->places);
	free(records->ends);
	buffer_free(&records->lines);
	buffer_free(&records->keys);
	*records = (struct change_records){.count = 0};
}
