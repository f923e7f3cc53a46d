/*
 * summary: the state of a stream, in the reply to DescribeStreamSummary. What an emulator leaves
 * out, or writes as null, has its usual value. Source: Kinesis API reference.
 */
#ifndef STREAM_KINESIS_SUMMARY_H
#define STREAM_KINESIS_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>
#include "base/span.h"

struct kinesis_summary {
	char id[40]; /* the time of its creation as the service writes it; STREAM_ID_UNKNOWN */
	char arn[320]; /* of the stream; "": unknown */
	char status[24]; /* "ACTIVE"; "": unknown */
	size_t record_max; /* bytes of data and key together */
	int64_t retention; /* ms */
};

/* As if the service had described nothing: an unknown id, 1 MiB, 24 hours. */
void kinesis_summary_assume(struct kinesis_summary *summary);
/* False: the reply describes no stream. */
bool kinesis_summary_read(struct kinesis_summary *summary, struct span reply);

#endif
