/*
 * kinesis: a stream of Amazon Kinesis Data Streams; private to this folder. kinesis.c opens it;
 * sending.h has what the send_*.c files share, read.h the read_*.c files.
 */
#ifndef STREAM_KINESIS_KINESIS_H
#define STREAM_KINESIS_KINESIS_H

#include "aws/client/aws.h"
#include "base/buffer.h"
#include "stream/kind.h"
#include "stream/kinesis/summary.h"

struct kinesis_sending;
struct kinesis_reading;

struct kinesis {
	struct stream stream;
	struct stream_settings settings;
	struct aws *aws;
	char *name;
	char *arn; /* NULL: requests name the stream */
	char *consumer; /* its ARN; NULL: shards are read with GetRecords */
	struct kinesis_summary summary; /* when it was opened */
	struct kinesis_sending *sending; /* NULL when reading */
	struct kinesis_reading *reading; /* NULL when writing, until its shards are listed */
};

/* name.c: adds "StreamName":"…" or "StreamARN":"…". */
void kinesis_add_name(const struct kinesis *kinesis, struct buffer *body);

/* call.c: as aws_call_and_wait; with settings.patient it waits out throttling. */
bool kinesis_call(struct kinesis *kinesis, const struct aws_call *call, struct aws_reply *reply,
    struct failure *failure);
/* Waits, and ends early on a stop, with FAILURE_STOPPED. Nothing may be in flight. */
bool kinesis_pause(struct kinesis *kinesis, int64_t milliseconds, struct failure *failure);

/*
 * consumer.c: finds the consumer that the settings name, and registers it if they say so. Without
 * it, kinesis->consumer stays NULL, and a warning says why.
 */
bool kinesis_consumer_find(struct kinesis *kinesis, struct failure *failure);
/* Is this error a reason to read without the consumer? */
bool kinesis_consumer_is_refused(const char *code);

/* send.c: as the members of struct stream_kind */
struct kinesis_sending *kinesis_sending_open(struct kinesis *kinesis);
void kinesis_sending_close(struct kinesis_sending *sending);
bool kinesis_accepts(struct stream *stream, const struct record *record, struct failure *failure);
bool kinesis_send(
    struct stream *stream, const struct record *record, uint64_t ticket, struct failure *failure);
bool kinesis_poll(
    struct stream *stream, int input, int watch, int timeout, struct failure *failure);
bool kinesis_next_result(struct stream *stream, struct sink_result *result);
uint64_t kinesis_retries(const struct stream *stream);
uint64_t kinesis_throttled(const struct stream *stream);
uint64_t kinesis_entries(const struct stream *stream);

#endif
