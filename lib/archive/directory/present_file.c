/* present_file: uncompresses a file, and compares the digest of its lines with that of its name. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/directory/present_file.h"
#include "archive/object_name.h"
#include "base/memory.h"
#include "pack/unpack.h"

enum { PIECE = 64 * 1024 };

struct reading {
	int fd;
	struct unpack *unpack;
	EVP_MD_CTX *digest;
	char packed[PIECE], plain[PIECE];
};

/* Passes the next piece to the digest. *more: there is one. False: it is damaged. */
static bool
read_piece(struct reading *reading, bool *more)
{
	struct failure damage;
	struct span packed;
	ssize_t got;
	size_t made;

	while ((got = read(reading->fd, reading->packed, PIECE)) < 0 && errno == EINTR)
		;
	*more = got > 0;
	packed = (struct span){reading->packed, got > 0 ? (size_t)got : 0};
	do {
		if (!unpack_some(reading->unpack, &packed, reading->plain, PIECE, &made, &damage) ||
		    EVP_DigestUpdate(reading->digest, reading->plain, made) != 1)
			return false;
	} while (made > 0);
	return got > 0 || (got == 0 && unpack_is_complete(reading->unpack));
}

static bool
has_digest(struct reading *reading, struct span wanted)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	char digits[OBJECT_NAME_DIGEST + 1];
	bool more = EVP_DigestInit_ex(reading->digest, EVP_sha256(), NULL) == 1;

	while (more) {
		if (!read_piece(reading, &more))
			return false;
	}
	if (EVP_DigestFinal_ex(reading->digest, bytes, NULL) != 1)
		return false;
	for (size_t i = 0; i < OBJECT_NAME_DIGEST / 2; i++)
		snprintf(digits + 2 * i, 3, "%02x", bytes[i]);
	return span_is(wanted, digits);
}

bool
present_file_check(const char *path, const char *name, struct failure *failure)
{
	struct reading *reading = memory_new(1, sizeof *reading);
	struct object_name parts;
	bool same = false;

	reading->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	reading->digest = EVP_MD_CTX_new();
	if (reading->fd >= 0 && reading->digest != NULL &&
	    object_name_read(span_of(name), &parts)) {
		reading->unpack = unpack_open(parts.compression);
		same = has_digest(reading, parts.digest);
	}
	if (reading->fd >= 0)
		close(reading->fd);
	EVP_MD_CTX_free(reading->digest);
	unpack_close(reading->unpack);
	free(reading);
	return same ||
	       fail(failure, FAILURE_PERMANENT,
	           "%s is there already, but is damaged or cannot be read: remove it", path);
}
