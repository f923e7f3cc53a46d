/*
 * vector: how far each shard of a stream was read, as one text: "STREAM/SHARD:SEQ,SHARD:SEQ.SUB".
 * It is the id of an event, with which a client continues after it. STREAM differs between streams
 * that had the same name one after the other. After the stream was seen to be replaced by an
 * earlier copy of itself, the text is "STREAM-EPOCH/…", with the time of that.
 */
#ifndef SERVE_VECTOR_H
#define SERVE_VECTOR_H

#include "base/buffer.h"
#include "stream/stream.h"

enum {
	VECTOR_STREAM = 8, /* hexadecimal digits */
	VECTOR_SHARDS = 10000,
	VECTOR_TEXT = 16 * 1024 /* bytes of a text that a client can send */
};

struct vector_place {
	char text[POSITION_SIZE]; /* "SHARD:SEQ+"; "": nothing was read */
};

/* Zeroed: empty. */
struct vector {
	char stream[VECTOR_STREAM + 1]; /* a hash of its id; "": unknown */
	uint32_t epoch; /* s since 1970, in hexadecimal digits in the text; 0: none */
	struct vector_place *places; /* by the number of the shard in a reading */
	size_t count, capacity;
};

void vector_free(struct vector *vector);
/* Empties it, and notes the stream by its id. */
void vector_begin(struct vector *vector, const char *id);
/* Notes that the chunk was read through its record i. */
void vector_note(struct vector *vector, const struct chunk *chunk, size_t i);
/*
 * Notes where reading of the chunk's shard begins, unless it has a place: after the record before
 * first, or, if that is unknown, at the time now, ms since 1970 ("SHARD:@MILLISECONDS").
 */
void vector_note_start(struct vector *vector, const struct chunk *chunk, int64_t now);
/* Sets the place of the shard of that number, unless it has one. */
void vector_set(struct vector *vector, size_t number, const char *place);
void vector_copy(struct vector *to, const struct vector *from); /* to is empty */
/* Adds the text; false: it would be longer than VECTOR_TEXT. */
bool vector_write(const struct vector *vector, struct buffer *to);
/* Reads a text; false: it is not one. */
bool vector_read(struct vector *vector, const char *text);
/* Is one of its places behind that of the other one? */
bool vector_is_beyond(const struct vector *vector, const struct vector *other);
/* The number of the place of a shard; count: it has none. */
size_t vector_number(const struct vector *vector, const char *shard);
/* The place of a shard; NULL: none. */
const char *vector_find(const struct vector *vector, const char *shard);

#endif
