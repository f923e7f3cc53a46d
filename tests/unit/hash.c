/* hash: the published values of FNV-1a. */
#include "base/hash.h"
#include "tap.h"

int
main(void)
{
	ok(hash_add(HASH_BEGIN, span_of("")) == UINT64_C(0xcbf29ce484222325), "nothing, 64 bits");
	ok(hash_add(HASH_BEGIN, span_of("foobar")) == UINT64_C(0x85944171f73967e8), "64 bits");
	ok(hash_add(hash_add(HASH_BEGIN, span_of("foo")), span_of("bar")) ==
	        UINT64_C(0x85944171f73967e8),
	    "64 bits, in two runs");
	ok(hash_32(span_of("foobar")) == UINT32_C(0xbf9cf968), "32 bits");
	return done();
}
