/*
 * position: where a record stands in a stream, "SHARD:SEQ", inside an
 * aggregate "SHARD:SEQ.SUB". With a "+" behind it is a mark: everything
 * through there. SHARD is [A-Za-z0-9_.-]{1,128}; SEQ a decimal of up to 129
 * digits without leading zeros, compared as such; SUB up to nine digits.
 */
#ifndef RECORD_POSITION_H
#define RECORD_POSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

enum {
	POSITION_SHARD = 128,
	POSITION_SEQUENCE = 129,
	POSITION_SIZE =
	    POSITION_SHARD + POSITION_SEQUENCE + 16 /* all of it as text, NUL included */
};

/* The parts are borrowed from the text that was parsed. */
struct position {
	struct span shard;
	struct span sequence;
	int64_t sub; /* -1: none */
	bool through; /* a mark */
};

bool position_parse(struct span text, struct position *position);
/* Within one shard: <0, 0, >0. P < P+ ; P < P.0 < P.0+ < P.1 < P+ . */
int position_compare(const struct position *a, const struct position *b);

/*
 * Where a group begins by time, "SHARD:@MILLISECONDS" (since 1970): in its
 * checkpoints alone, and before every position.
 */
bool position_is_time(struct span text, struct span *shard, int64_t *time);

/* How a line names its position. */
enum position_found {
	POSITION_NONE, /* no well-formed leading _pos: the line is all record */
	POSITION_RECORD,
	POSITION_MARK,
	POSITION_BAD_RAW, /* a leading _pos and a _raw that is not all the rest, or not base64 */
};

/* A line taken apart. */
struct positioned {
	struct position position; /* unless NONE */
	struct span text; /* its text, as in the line, without quotes */
	struct span before; /* the record is before + after, */
	struct span after; /* … the _pos member and its comma lying between; */
	struct span raw; /* … or, where start is set, this base64 decoded */
};

/*
 * Looks for a leading _pos: white space, "{", white space, "_pos" (not
 * escaped), a well-formed position, then "," or "}". The rest is not looked at,
 * but for a "_raw" that follows at once.
 */
enum position_found position_of_line(struct span line, struct positioned *found);

/*
 * A mark that a filter has put members in front of: a _pos that ends in "+",
 * anywhere in a valid object. text is that position.
 */
bool position_of_moved_mark(struct span line, struct span *text);

/* Of what position_of_line found: the length of the record, of a _raw about that. */
size_t position_record_length(const struct positioned *found);

#endif
