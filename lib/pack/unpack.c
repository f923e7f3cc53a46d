/* unpack: zlib, libzstd, or a copy. */
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/memory.h"
#include "pack/unpack.h"

enum {
	GZIP_WINDOW = 15 + 16, /* 16: the format of gzip */
	ZSTD_WINDOW = 23 /* the logarithm of the most bytes that a frame may make us keep */
};

struct unpack {
	enum pack_format format;
	bool complete;
	z_stream gzip;
	ZSTD_DCtx *zstd;
	size_t error; /* of zstd; 0: none yet */
};

struct unpack *
unpack_open(enum pack_format format)
{
	struct unpack *unpack = memory_new(1, sizeof *unpack);

	unpack->format = format;
	unpack->complete = format == PACK_PLAIN;
	if (format == PACK_GZIP && inflateInit2(&unpack->gzip, GZIP_WINDOW) != Z_OK)
		memory_exhausted();
	if (format == PACK_ZSTD) {
		unpack->zstd = ZSTD_createDCtx();
		if (unpack->zstd == NULL)
			memory_exhausted();
		ZSTD_DCtx_setParameter(unpack->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW);
	}
	return unpack;
}

void
unpack_close(struct unpack *unpack)
{
	if (unpack == NULL)
		return;
	if (unpack->format == PACK_GZIP)
		inflateEnd(&unpack->gzip);
	ZSTD_freeDCtx(unpack->zstd);
	free(unpack);
}

void
unpack_again(struct unpack *unpack)
{
	unpack->complete = unpack->format == PACK_PLAIN;
	unpack->error = 0;
	if (unpack->format == PACK_GZIP)
		inflateReset(&unpack->gzip);
	if (unpack->format == PACK_ZSTD)
		ZSTD_DCtx_reset(unpack->zstd, ZSTD_reset_session_only);
}

bool
unpack_is_complete(const struct unpack *unpack)
{
	return unpack->complete;
}

static void
copy(struct span *packed, char *to, size_t room, size_t *made)
{
	*made = packed->length < room ? packed->length : room;
	if (*made > 0)
		memcpy(to, packed->start, *made);
	packed->start += *made;
	packed->length -= *made;
}

static bool
unpack_gzip(struct unpack *unpack, struct span *packed, char *to, size_t room, size_t *made,
    struct failure *failure)
{
	z_stream *gzip = &unpack->gzip;
	int result = Z_OK;

	gzip->next_in = (unsigned char *)(uintptr_t)packed->start;
	gzip->avail_in = (unsigned)packed->length;
	gzip->next_out = (unsigned char *)to;
	gzip->avail_out = (unsigned)room;
	/* Also without input, as there may be output that had no room. */
	while (result == Z_OK && gzip->avail_out > 0 && (gzip->avail_in > 0 || !unpack->complete)) {
		/* Another member may follow, as after cat(1). */
		if (unpack->complete)
			inflateReset(gzip);
		result = inflate(gzip, Z_NO_FLUSH);
		unpack->complete = result == Z_STREAM_END;
		if (unpack->complete)
			result = Z_OK;
	}
	*made = room - gzip->avail_out;
	packed->start += packed->length - gzip->avail_in;
	packed->length = gzip->avail_in;
	/* After an error it fails again; the bytes before it come first. */
	return result == Z_OK || result == Z_BUF_ERROR || *made > 0 ||
	       fail(failure, FAILURE_REFUSED, "its gzip data are damaged: %s",
	           gzip->msg != NULL ? gzip->msg : "they cannot be uncompressed");
}

static bool
unpack_zstd(struct unpack *unpack, struct span *packed, char *to, size_t room, size_t *made,
    struct failure *failure)
{
	ZSTD_inBuffer in = {packed->start, packed->length, 0};
	ZSTD_outBuffer out = {to, room, 0};
	size_t before = 0, left;

	while (unpack->error == 0 && (in.pos < in.size || !unpack->complete)) {
		left = ZSTD_decompressStream(unpack->zstd, &out, &in);
		unpack->complete = left == 0;
		if (ZSTD_isError(left))
			unpack->error = left;
		if (out.pos == out.size || (in.pos == in.size && out.pos == before))
			break;
		before = out.pos;
	}
	*made = out.pos;
	packed->start += in.pos;
	packed->length -= in.pos;
	return unpack->error == 0 || *made > 0 ||
	       fail(failure, FAILURE_REFUSED, "its zstd data are damaged: %s",
	           ZSTD_getErrorName(unpack->error));
}

bool
unpack_some(struct unpack *unpack, struct span *packed, char *to, size_t room, size_t *made,
    struct failure *failure)
{
	switch (unpack->format) {
	case PACK_GZIP:
		return unpack_gzip(unpack, packed, to, room, made, failure);
	case PACK_ZSTD:
		return unpack_zstd(unpack, packed, to, room, made, failure);
	case PACK_PLAIN:
		break;
	}
	copy(packed, to, room, made);
	return true;
}
