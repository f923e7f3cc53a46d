/*
 * digest: SHA-256, SHA-1 and MD5. libcrypto computes them; it is loaded with the first one, as
 * loading it takes as long as the rest of a short run, and most runs need none.
 */
#ifndef TEXT_DIGEST_H
#define TEXT_DIGEST_H

#include "base/failure.h"
#include "base/span.h"

enum digest_kind { DIGEST_SHA256, DIGEST_SHA1, DIGEST_MD5 };

enum {
	SHA256_BYTES = 32,
	SHA1_BYTES = 20,
	MD5_BYTES = 16,
	DIGEST_MOST = SHA256_BYTES,
	DIGEST_HEX = 2 * DIGEST_MOST + 1
};

/*
 * Loads libcrypto; before a tool gives up rights, if it will need a digest. False (2): there is
 * none.
 */
bool digest_load(struct failure *failure);

struct digest;

/* NULL (2): there is no libcrypto, or it lacks this digest. */
struct digest *digest_open(enum digest_kind kind, struct failure *failure);
void digest_close(struct digest *digest);
void digest_add(struct digest *digest, struct span bytes);
/* Of all bytes since the last one; the next begins. */
void digest_end(struct digest *digest, unsigned char result[DIGEST_MOST]);

/* Of these bytes. */
bool digest_make(enum digest_kind kind, struct span bytes, unsigned char result[DIGEST_MOST],
    struct failure *failure);
/* MD5, by which Kinesis maps a partition key to a shard: many, one after another; in one thread. */
bool md5(struct span text, unsigned char result[MD5_BYTES], struct failure *failure);

/* In lower-case hexadecimal digits, NUL-terminated: text has room for 2 * count + 1. */
void digest_hex(const unsigned char *bytes, size_t count, char *text);
bool md5_text(struct span text, char hex[2 * MD5_BYTES + 1], struct failure *failure);

#endif
