/* object: takes lines, and makes the file and the name of an object from them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "archive/object.h"
#include "base/clock.h"
#include "base/memory.h"
#include "text/digest.h"

enum { CHUNK = 64 * 1024, WINDOW = 4096 };

static void
copy_place(struct object_place *place, const struct position *position)
{
	struct span shard = position->shard, sequence = position->sequence;
	char *at = place->text + shard.length + 1;

	memcpy(place->text, shard.start, shard.length);
	memcpy(at, sequence.start, sequence.length);
	place->position = *position;
	place->position.shard.start = place->text;
	place->position.sequence.start = at;
}

static void
set_time(struct object_place *place, int64_t now)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRId64, now);
	struct position position = {.shard = {OBJECT_NO_SHARD, sizeof OBJECT_NO_SHARD - 1},
	    .sequence = {digits, (size_t)length},
	    .sub = -1};

	copy_place(place, &position);
}

struct object *
object_open(struct span directory, const struct position *position, uint32_t number, int64_t now)
{
	struct object *object = memory_new(1, sizeof *object);

	object->directory = memory_copy(directory.start, directory.length);
	object->number = number;
	object->positioned = position != NULL;
	if (position != NULL)
		copy_place(&object->first, position);
	else
		set_time(&object->first, now);
	object->last.position = object->first.position;
	object->opened = clock_steady();
	object->file = -1;
	return object;
}

void
object_free(struct spool *spool, struct object *object)
{
	chain_free(spool, &object->lines);
	free(object->directory);
	free(object->name);
	free(object->window);
	free(object);
}

bool
object_precedes(const struct object *object, const struct position *position)
{
	/* A filter may have made several lines of a record. */
	return position == NULL || position_compare(&object->last.position, position) <= 0;
}

bool
object_add(struct spool *spool, struct object *object, struct span line,
    const struct position *position, int64_t now, struct failure *failure)
{
	if (position != NULL)
		copy_place(&object->last, position);
	object->taken = now;
	object->count++;
	return chain_add(spool, &object->lines, line, failure) &&
	       chain_add(spool, &object->lines, (struct span){"\n", 1}, failure);
}

static void
make_name(struct object *object, enum pack_format compression, const char *digits)
{
	struct object_name name = {.directory = span_of(object->directory),
	    .first = object->first.position,
	    .digest = {digits, OBJECT_NAME_DIGEST},
	    .compression = compression};
	struct buffer text;

	if (!object->positioned)
		set_time(&object->last, object->taken);
	name.last = object->last.position;
	buffer_init(&text, OBJECT_NAME_SIZE);
	if (object_name_add(&text, &name))
		object->name = buffer_take_text(&text);
	buffer_free(&text);
}

void
object_rename(struct object *object)
{
	char *old = object->name;
	struct object_name name;
	int64_t first;

	object_name_read(span_of(old), &name);
	first = strtoll(name.first.sequence.start, NULL, 10) + 1;
	set_time(&object->first, first);
	object->taken = object->taken > first ? object->taken : first;
	make_name(object, name.compression, name.digest.start);
	free(old);
}

/* Passes all lines to the compressor and the digest. */
static bool
pass_lines(const struct spool *spool, const struct object *object, struct compressor *compressor,
    struct digest *digest, struct failure *failure)
{
	char *chunk = memory_resize(NULL, CHUNK, 1);
	bool passed = true;
	size_t length;

	for (uint64_t at = 0; at < object->lines.length && passed; at += length) {
		uint64_t left = object->lines.length - at;

		length = left < CHUNK ? (size_t)left : CHUNK;
		passed = chain_read(spool, &object->lines, at, chunk, length, failure);
		if (passed)
			digest_add(digest, (struct span){chunk, length});
		passed =
		    passed && compressor_add(compressor, (struct span){chunk, length}, failure);
	}
	free(chunk);
	return passed && compressor_end(compressor, failure);
}

bool
object_compress(const struct spool *spool, struct object *object, struct compressor *compressor,
    enum pack_format compression, struct failure *failure)
{
	struct digest *digest = digest_open(DIGEST_SHA256, failure);
	unsigned char bytes[DIGEST_MOST];
	char digits[OBJECT_NAME_DIGEST + 1];
	bool made;

	if (digest == NULL)
		return false;
	compressor_begin(compressor, object->file);
	made = pass_lines(spool, object, compressor, digest, failure);
	digest_end(digest, bytes);
	digest_close(digest);
	if (!made)
		return false;
	object->size = compressor_size(compressor);
	object->bytes = object->lines.length;
	digest_hex(bytes, OBJECT_NAME_DIGEST / 2, digits);
	make_name(object, compression, digits);
	return object->name != NULL ||
	       fail(failure, FAILURE_PERMANENT,
	           "the name of an object in %s would be too long: use fewer or shorter partitions",
	           object->directory);
}

/* Reads on from the offset. */
static bool
fill_window(const struct spool *spool, struct object *object, struct failure *failure)
{
	uint64_t left = object->lines.length - object->offset;
	/* The next one is read from the start of a block. */
	size_t most = WINDOW - object->offset % WINDOW;

	if (object->window == NULL)
		object->window = memory_resize(NULL, WINDOW, 1);
	object->window_start = object->offset;
	object->window_length = left < most ? (size_t)left : most;
	return chain_read(
	    spool, &object->lines, object->offset, object->window, object->window_length, failure);
}

bool
object_next_line(const struct spool *spool, struct object *object, char *to, size_t length,
    struct failure *failure)
{
	bool last = object->settled + 1 == object->count;

	object->settled++;
	while (length > 0) {
		uint64_t within = object->offset - object->window_start;
		size_t part;

		if (within >= object->window_length) {
			if (!fill_window(spool, object, failure))
				return false;
			within = 0;
		}
		part = object->window_length - (size_t)within;
		part = part < length ? part : length;
		memcpy(to, object->window + within, part);
		to += part;
		length -= part;
		object->offset += part;
	}
	object->offset++; /* the newline */
	if (last) {
		free(object->window);
		object->window = NULL;
	}
	return true;
}
