/* packer: zlib, whose memory is used again. */
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/memory.h"
#include "pack/packer.h"

enum { GZIP_WINDOW = 15 + 16 /* 16: the format of gzip */ };

struct packer {
	z_stream gzip;
};

struct packer *
packer_open(int level)
{
	struct packer *packer = memory_new(1, sizeof *packer);

	if (deflateInit2(&packer->gzip, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		memory_exhausted();
	return packer;
}

void
packer_close(struct packer *packer)
{
	if (packer != NULL)
		deflateEnd(&packer->gzip);
	free(packer);
}

bool
packer_gzip(struct packer *packer, struct span plain, struct buffer *to)
{
	z_stream *gzip = &packer->gzip;
	size_t room;
	bool made;

	/* The bound is that of what follows only after this. */
	deflateReset(gzip);
	room = deflateBound(gzip, plain.length);
	if (room > to->ceiling)
		room = to->ceiling;
	buffer_reserve(to, room);
	gzip->next_in = (unsigned char *)(uintptr_t)plain.start;
	gzip->avail_in = (unsigned)plain.length;
	gzip->next_out = (unsigned char *)to->data;
	gzip->avail_out = (unsigned)room;
	made = deflate(gzip, Z_FINISH) == Z_STREAM_END;
	to->length = made ? room - gzip->avail_out : 0;
	return made;
}
