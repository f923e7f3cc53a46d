/* start: where in a stream reading begins, as a user writes it. */
#ifndef STREAM_START_H
#define STREAM_START_H

#include "stream/stream.h"

struct start {
	const char *text; /* as given; NULL: not given */
	enum stream_from from;
	bool relative; /* time is ms before now */
	int64_t time; /* FROM_TIME: ms since 1970, unless it is relative */
	struct position position; /* FROM_POSITION: borrowed from text */
};

/*
 * "trim-horizon" and "latest", also as Kinesis writes them; "epoch", which is before all records,
 * and "now"; a duration before now, "-15m" or "1w"; a time that moment_read takes, which must name
 * its zone unless it is a day; a position. FAILURE_PERMANENT: none of them.
 */
bool start_read(const char *text, struct start *start, struct failure *failure);

/* FROM_TIME: the time, ms since 1970; a relative one is before the now of the stream's service. */
int64_t start_time(const struct start *start, const struct stream *stream);

#endif
