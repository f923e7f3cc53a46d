/* unpacker: recognises gzip and zstd by their first bytes, and uncompresses them whole. */
#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "pack/unpack.h"
#include "pack/unpacker.h"

enum { FORMATS = 3, STEP = 64 * 1024 };

struct unpacker {
	struct unpack *formats[FORMATS]; /* NULL: there was no such record yet */
	struct buffer contents; /* of the last record; one byte more than allowed */
};

struct unpacker *
unpacker_open(size_t ceiling)
{
	struct unpacker *unpacker = memory_new(1, sizeof *unpacker);

	buffer_init(&unpacker->contents, ceiling + 1);
	return unpacker;
}

void
unpacker_close(struct unpacker *unpacker)
{
	if (unpacker == NULL)
		return;
	for (int i = 0; i < FORMATS; i++)
		unpack_close(unpacker->formats[i]);
	buffer_free(&unpacker->contents);
	free(unpacker);
}

static bool
begins(struct span record, const char *magic, size_t length)
{
	return record.length > length && memcmp(record.start, magic, length) == 0;
}

/* RFC 1952, with the only method there is; RFC 8878. */
static enum pack_format
format_of(struct span record)
{
	if (begins(record, "\x1f\x8b\x08", 3))
		return PACK_GZIP;
	return begins(record, "\x28\xb5\x2f\xfd", 4) ? PACK_ZSTD : PACK_PLAIN;
}

/* The next room in the contents, which may grow up to its ceiling; 0: there is none. */
static size_t
make_room(struct buffer *contents)
{
	size_t most = contents->ceiling - contents->length;

	if (contents->capacity == contents->length && most > 0)
		buffer_reserve(contents, most < STEP ? most : STEP);
	return contents->capacity - contents->length < most ? contents->capacity - contents->length
	                                                    : most;
}

static bool
unpack_all(
    struct unpack *unpack, struct span packed, struct buffer *contents, struct failure *failure)
{
	size_t room, made;

	do {
		room = make_room(contents);
		if (room == 0)
			return fail(failure, FAILURE_REFUSED, "it holds more than %zu bytes",
			    contents->ceiling - 1);
		if (!unpack_some(
		        unpack, &packed, contents->data + contents->length, room, &made, failure))
			return false;
		contents->length += made;
	} while (made > 0);
	return unpack_is_complete(unpack) ||
	       fail(failure, FAILURE_REFUSED, "its compressed data are incomplete");
}

bool
unpacker_take(struct unpacker *unpacker, struct span *record, struct failure *failure)
{
	enum pack_format format = format_of(*record);
	struct buffer *contents = &unpacker->contents;

	if (format == PACK_PLAIN)
		return true;
	if (unpacker->formats[format] == NULL)
		unpacker->formats[format] = unpack_open(format);
	unpack_again(unpacker->formats[format]);
	buffer_clear(contents);
	if (!unpack_all(unpacker->formats[format], *record, contents, failure))
		return false;
	if (contents->length > 0 && contents->data[contents->length - 1] == '\n')
		contents->length--;
	*record = buffer_span(contents);
	return true;
}
