/* compress: zlib, libzstd or neither, with a buffer for the file. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "archive/compress.h"
#include "base/memory.h"

enum {
	BUFFER = 128 * 1024,
	GZIP_LEVEL = 6, /* as gzip(1) and zstd(1) */
	ZSTD_LEVEL = 3,
	ZSTD_WINDOW = 18, /* 256 KiB: s3get reads many objects at once */
	GZIP_WINDOW = 15 + 16 /* 16: the format of gzip */
};

struct compressor {
	enum pack_format compression;
	int fd;
	z_stream gzip;
	ZSTD_CCtx *zstd;
	uint64_t size;
	size_t used; /* of buffer */
	char buffer[BUFFER];
};

struct compressor *
compressor_open(enum pack_format compression)
{
	struct compressor *compressor = memory_new(1, sizeof *compressor);

	compressor->compression = compression;
	if (compression == PACK_GZIP && deflateInit2(&compressor->gzip, GZIP_LEVEL, Z_DEFLATED,
	                                    GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		memory_exhausted();
	if (compression == PACK_ZSTD) {
		compressor->zstd = ZSTD_createCCtx();
		if (compressor->zstd == NULL)
			memory_exhausted();
		ZSTD_CCtx_setParameter(compressor->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
		ZSTD_CCtx_setParameter(compressor->zstd, ZSTD_c_windowLog, ZSTD_WINDOW);
		ZSTD_CCtx_setParameter(compressor->zstd, ZSTD_c_checksumFlag, 1);
	}
	return compressor;
}

void
compressor_close(struct compressor *compressor)
{
	if (compressor == NULL)
		return;
	if (compressor->compression == PACK_GZIP)
		deflateEnd(&compressor->gzip);
	ZSTD_freeCCtx(compressor->zstd);
	free(compressor);
}

void
compressor_begin(struct compressor *compressor, int fd)
{
	compressor->fd = fd;
	compressor->size = 0;
	compressor->used = 0;
	if (compressor->compression == PACK_GZIP)
		deflateReset(&compressor->gzip);
	if (compressor->compression == PACK_ZSTD)
		ZSTD_CCtx_reset(compressor->zstd, ZSTD_reset_session_only);
}

static bool
write_all(int fd, struct span bytes, struct failure *failure)
{
	while (bytes.length > 0) {
		ssize_t written = write(fd, bytes.start, bytes.length);

		if (written < 0 && errno != EINTR)
			return fail_errno(failure, errno, "could not write an object");
		if (written > 0) {
			bytes.start += written;
			bytes.length -= (size_t)written;
		}
	}
	return true;
}

static bool
flush(struct compressor *compressor, struct failure *failure)
{
	struct span bytes = {compressor->buffer, compressor->used};

	compressor->size += compressor->used;
	compressor->used = 0;
	return write_all(compressor->fd, bytes, failure);
}

/* One step into the rest of the buffer. *done: all of bytes is in, or with last the end, too. */
static void
step_gzip(struct compressor *compressor, struct span *bytes, bool last, bool *done)
{
	z_stream *gzip = &compressor->gzip;
	int result;

	gzip->next_in = (unsigned char *)(uintptr_t)bytes->start;
	gzip->avail_in = (unsigned)bytes->length;
	gzip->next_out = (unsigned char *)compressor->buffer + compressor->used;
	gzip->avail_out = (unsigned)(BUFFER - compressor->used);
	result = deflate(gzip, last ? Z_FINISH : Z_NO_FLUSH);
	compressor->used = BUFFER - gzip->avail_out;
	bytes->start += bytes->length - gzip->avail_in;
	bytes->length = gzip->avail_in;
	*done = last ? result == Z_STREAM_END : bytes->length == 0 && gzip->avail_out > 0;
}

static bool
step_zstd(struct compressor *compressor, struct span *bytes, bool last, bool *done,
    struct failure *failure)
{
	ZSTD_inBuffer in = {bytes->start, bytes->length, 0};
	ZSTD_outBuffer out = {compressor->buffer, BUFFER, compressor->used};
	size_t left =
	    ZSTD_compressStream2(compressor->zstd, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);

	if (ZSTD_isError(left))
		return fail(failure, FAILURE_TEMPORARY, "could not compress an object: %s",
		    ZSTD_getErrorName(left));
	compressor->used = out.pos;
	bytes->start += in.pos;
	bytes->length -= in.pos;
	*done = last ? left == 0 : bytes->length == 0 && out.pos < BUFFER;
	return true;
}

static bool
pass(struct compressor *compressor, struct span bytes, bool last, struct failure *failure)
{
	bool done = false;

	while (!done) {
		if (compressor->compression == PACK_GZIP)
			step_gzip(compressor, &bytes, last, &done);
		else if (!step_zstd(compressor, &bytes, last, &done, failure))
			return false;
		if (compressor->used == BUFFER && !flush(compressor, failure))
			return false;
	}
	return true;
}

bool
compressor_add(struct compressor *compressor, struct span bytes, struct failure *failure)
{
	if (compressor->compression != PACK_PLAIN)
		return pass(compressor, bytes, false, failure);
	compressor->size += bytes.length;
	return write_all(compressor->fd, bytes, failure);
}

bool
compressor_end(struct compressor *compressor, struct failure *failure)
{
	if (compressor->compression != PACK_PLAIN &&
	    !pass(compressor, (struct span){"", 0}, true, failure))
		return false;
	return flush(compressor, failure);
}

uint64_t
compressor_size(const struct compressor *compressor)
{
	return compressor->size;
}
