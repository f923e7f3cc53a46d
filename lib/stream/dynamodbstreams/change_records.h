/*
 * change_records: reads a reply to GetRecords of DynamoDB Streams piece by piece. Each change
 * becomes a line of plain JSON:
 *
 *     {"event":"MODIFY","keys":{…},"new":{…},"old":{…},"at":"2025-01-07T01:00:00Z"}
 *
 * Members that the record does not have are left out. A deletion by time to live has "by":"ttl"
 * after event. Items are as item_write makes them: numbers keep their digits. Source: DynamoDB API
 * Reference, Record and StreamRecord.
 */
#ifndef STREAM_DYNAMODBSTREAMS_CHANGE_RECORDS_H
#define STREAM_DYNAMODBSTREAMS_CHANGE_RECORDS_H

#include "base/buffer.h"
#include "stream/stream.h"
#include "text/json.h"

/* Zeroed before its first use. */
struct change_records {
	struct span iterator; /* of the next call; start NULL: the shard has ended */
	size_t taken; /* records read from the reply so far */
	struct span sequence; /* of the last one; start NULL: none yet */
	int64_t created; /* when it was created, about, ms; 0: unknown */
	/* The current piece. */
	size_t count;
	struct chunk_record *records; /* the key of each is the text of its keys */
	struct chunk_place *places;
	/* Private. */
	struct json_cursor rest;
	struct buffer lines, keys;
	size_t *ends; /* two of each record: of its line and its key */
};

/* reply is borrowed until the last piece. False: it is invalid. */
bool change_records_open(
    struct change_records *records, struct span reply, struct failure *failure);
/*
 * The next piece, in count, records and places; valid until the next one. Records created before
 * since (ms; 0: none) are left out. *more false: that was the last. A piece may be empty.
 */
bool change_records_next(
    struct change_records *records, int64_t since, bool *more, struct failure *failure);
void change_records_free(struct change_records *records);

#endif
