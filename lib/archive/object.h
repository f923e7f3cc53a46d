/*
 * object: lines of one partition and one shard that become an object of the archive: they wait in
 * the spool while it is open, then they are compressed into a file, which the store takes.
 */
#ifndef ARCHIVE_OBJECT_H
#define ARCHIVE_OBJECT_H

#include "archive/compress.h"
#include "archive/object_name.h"
#include "archive/spool.h"
#include "record/position.h"

/* A position that was copied. */
struct object_place {
	char text[POSITION_SIZE];
	struct position position; /* points into text */
};

struct object {
	struct object *previous, *next; /* in the list that it is in */
	uint32_t number; /* objects are numbered as they are opened */
	char *directory; /* its partitions, encoded; ends with a slash unless it is "" */
	bool positioned; /* its lines have positions */
	struct object_place first,
	    last; /* of the lines; without positions, last is set at the end */
	int64_t taken; /* when the last line was, ms since 1970, if it has no position */
	struct chain lines; /* a newline after each */
	uint64_t count;
	int64_t opened; /* clock_steady */
	bool stored; /* it is in the archive */
	bool present; /* it was already */
	/* The file, once it is made. */
	char *name; /* in the archive, the directory included */
	int file; /* -1: none */
	uint64_t size; /* bytes */
	uint64_t bytes; /* of its lines, uncompressed; lines may be empty by then */
	/* How far its lines were handed out as receipts. */
	uint64_t settled; /* lines */
	uint64_t offset;
	char *window; /* bytes from window_start on; NULL: none were read yet */
	uint64_t window_start;
	size_t window_length;
};

/* position: of the first line; NULL: it has none, and was taken at now, ms since 1970. */
struct object *object_open(
    struct span directory, const struct position *position, uint32_t number, int64_t now);
void object_free(struct spool *spool, struct object *object);

/* May a line at position be added, by the order of positions? */
bool object_precedes(const struct object *object, const struct position *position);
/* Adds a line, for which the spool has room; position and now as for object_open. */
bool object_add(struct spool *spool, struct object *object, struct span line,
    const struct position *position, int64_t now, struct failure *failure);
/* Compresses the lines into the file, and makes the name. The chain must be finished. */
bool object_compress(const struct spool *spool, struct object *object,
    struct compressor *compressor, enum pack_format compression, struct failure *failure);
/*
 * Gives an object without positions another name, as if its lines had been taken a millisecond
 * later: the archive has an object of its name, with the lines of another process.
 */
void object_rename(struct object *object);
/* Copies the next line, of this length, to to, for its receipt. */
bool object_next_line(const struct spool *spool, struct object *object, char *to, size_t length,
    struct failure *failure);

#endif
