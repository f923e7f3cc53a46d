/* unpacker, packer: there and back, and what is refused. */
#include <string.h>

#include "pack/packer.h"
#include "pack/unpacker.h"
#include "tap.h"

enum { CEILING = 100000 };

static struct failure failure;

static bool
gives(struct unpacker *unpacker, struct span packed, const char *text, size_t length)
{
	return unpacker_take(unpacker, &packed, &failure) && packed.length == length &&
	       memcmp(packed.start, text, length) == 0;
}

/* Nothing that is cut off anywhere is taken for whole. */
static bool
refuses_parts(struct unpacker *unpacker, struct span packed)
{
	bool refused = true;

	for (size_t length = 4; length < packed.length; length++) {
		struct span part = {packed.start, length};

		refused = refused && !unpacker_take(unpacker, &part, &failure) &&
		          part.start == packed.start && part.length == length;
	}
	return refused;
}

int
main(void)
{
	struct unpacker *unpacker = unpacker_open(CEILING);
	struct packer *packer = packer_open(6);
	struct buffer packed;
	static char text[CEILING + 1];

	memset(text, 'x', sizeof text);
	for (size_t length = 0; length <= CEILING; length = length * 3 + 1) {
		buffer_init(&packed, 2 * CEILING);
		ok(packer_gzip(packer, (struct span){text, length}, &packed) &&
		        gives(unpacker, buffer_span(&packed), text, length),
		    "%zu bytes", length);
		buffer_free(&packed);
	}
	buffer_init(&packed, 2 * CEILING);
	ok(packer_gzip(packer, (struct span){text, CEILING}, &packed) &&
	        gives(unpacker, buffer_span(&packed), text, CEILING),
	    "as many bytes as allowed");
	ok(refuses_parts(unpacker, buffer_span(&packed)), "parts are refused");
	buffer_free(&packed);
	buffer_init(&packed, 2 * CEILING);
	ok(packer_gzip(packer, (struct span){text, CEILING + 1}, &packed) &&
	        !gives(unpacker, buffer_span(&packed), text, CEILING + 1) &&
	        failure.kind == FAILURE_REFUSED &&
	        strcmp(failure.text, "it holds more than 100000 bytes") == 0,
	    "more bytes than allowed");
	buffer_free(&packed);
	buffer_init(&packed, 10);
	ok(!packer_gzip(packer, (struct span){text, 100}, &packed) && packed.length == 0,
	    "no room for the compressed bytes");
	buffer_free(&packed);
	ok(gives(unpacker, span_of("\x1f\x8b"), "\x1f\x8b", 2), "too short to be compressed");
	ok(gives(unpacker, span_of("{}"), "{}", 2), "not compressed");
	packer_close(packer);
	unpacker_close(unpacker);
	return done();
}
