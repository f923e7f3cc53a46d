/*
 * position: where a record is in a stream: "SHARD:SEQ", or "SHARD:SEQ.SUB" inside an aggregate.
 * With a "+" at its end it is a mark: everything up to and including it has been read. SHARD is
 * [A-Za-z0-9_.-]{1,128}; SEQ a decimal of up to 129 digits without leading zeros; SUB of up to
 * nine digits.
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
	    POSITION_SHARD + POSITION_SEQUENCE + 16 /* a position as text, NUL included */
};

/* The parts are borrowed from the text that was parsed. */
struct position {
	struct span shard;
	struct span sequence;
	int64_t sub; /* -1: none */
	bool through; /* it is a mark */
};

bool position_parse(struct span text, struct position *position);
/* The position as text, with "+" at its end if through; returns the length. Only of one that
 * position_parse has read, whose parts still point into that text. */
size_t position_format(const struct position *position, bool through, char text[POSITION_SIZE]);
/* Within one shard: below 0, 0, above 0. P < P+; P < P.0 < P.0+ < P.1 < P+. */
int position_compare(const struct position *a, const struct position *b);

/*
 * Is text a start by time, "SHARD:@MILLISECONDS" (since 1970)? It occurs only in checkpoints, where
 * it precedes every position.
 */
bool position_is_time(struct span text, struct span *shard, int64_t *time);

/* What position_of_line found. */
enum position_found {
	POSITION_NONE, /* no well-formed leading _pos: the whole line is the record */
	POSITION_RECORD,
	POSITION_MARK,
	POSITION_BAD_RAW, /* a leading _pos and a _raw that is not the rest, or not base64 */
};

/* The parts of a line. */
struct positioned {
	struct position position; /* unless POSITION_NONE */
	struct span text; /* the position as in the line, without quotes */
	struct span before; /* the record is before + after, without the _pos member between them, */
	struct span after;
	struct span raw; /* or, if its start is set, this base64 decoded */
};

/*
 * Finds a leading _pos: white space, "{", white space, "_pos" (not escaped), a well-formed
 * position, then "," or "}". The rest of the line is not checked, except a "_raw" that follows
 * directly.
 */
enum position_found position_of_line(struct span line, struct positioned *found);

/*
 * Finds a mark although a filter has put other members before its _pos: a _pos that ends in "+",
 * anywhere in a valid object. text becomes that position.
 */
bool position_of_moved_mark(struct span line, struct span *text);

/* The length of the record that position_of_line found, a _raw decoded. */
size_t position_record_length(const struct positioned *found);

#endif
