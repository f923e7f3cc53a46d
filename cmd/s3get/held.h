/* held: lines that are held back to be sorted by time, up to a ceiling. */
#ifndef S3GET_HELD_H
#define S3GET_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { HELD_MOST = 64 * 1024 * 1024 /* bytes */ };

struct held_line {
	int64_t time;
	uint64_t number; /* lines of the same time keep their order */
	size_t length;
	char text[];
};

/* Zeroed: empty. */
struct held {
	struct held_line **heap; /* heap[0] is the first */
	size_t count, capacity;
	size_t bytes; /* of lines and their memory */
	uint64_t number;
};

/* Copies the line. */
void held_add(struct held *held, int64_t time, struct span text);
/* Must a line be taken before another one is added? */
bool held_is_full(const struct held *held);
/* Takes the first line, to be freed; NULL: there is none. */
struct held_line *held_take(struct held *held);
void held_free(struct held *held);

#endif
