/*
 * batch_reply: reads the reply to a call with many records, PutRecords of Kinesis or PutRecordBatch
 * of Firehose, which says of each record what became of it. The reply is outside data. Source:
 * Kinesis API Reference, PutRecordsResultEntry; Firehose API Reference, PutRecordBatchResponseEntry.
 */
#ifndef AWS_CLIENT_BATCH_REPLY_H
#define AWS_CLIENT_BATCH_REPLY_H

#include "base/span.h"

/* The names that are a service's own. */
struct batch_reply {
	struct span list; /* the member of the reply with the results */
	struct span id; /* the member of a result whose record was taken */
	const char *throttling[2]; /* codes; a record with another may succeed the next time */
};
extern const struct batch_reply batch_reply_kinesis, batch_reply_firehose;

enum batch_outcome { BATCH_DONE, BATCH_THROTTLED, BATCH_FAILED };

/* Spans point into the reply, with its escapes; start NULL: absent. */
struct batch_result {
	enum batch_outcome outcome;
	struct span shard; /* BATCH_DONE, Kinesis */
	struct span code, message; /* the others */
};

/* False: it is not a valid reply to a request of count records. */
bool batch_reply_read(
    const struct batch_reply *names, struct span reply, struct batch_result *results, size_t count);

#endif
