/*
 * batch_reply: reads the reply to PutRecordBatch, which says of each record what became of it. The
 * reply is outside data. Source: Firehose API Reference, PutRecordBatch,
 * PutRecordBatchResponseEntry.
 */
#ifndef ARCHIVE_FIREHOSE_BATCH_REPLY_H
#define ARCHIVE_FIREHOSE_BATCH_REPLY_H

#include "base/span.h"

enum { BATCH_RECORDS = 500 };

enum batch_outcome { BATCH_DONE, BATCH_THROTTLED, BATCH_FAILED };

/* Spans point into the reply, with its escapes; start NULL: absent. */
struct batch_result {
	enum batch_outcome outcome;
	struct span code, message; /* unless BATCH_DONE */
};

/* False: it is not a valid reply to a request of count records. */
bool batch_reply_read(struct span reply, struct batch_result *results, size_t count);

#endif
