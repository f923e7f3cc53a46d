/* present_file: uncompresses a file, and compares the digest of its lines with that of its name. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/directory/present_file.h"
#include "archive/object_name.h"
#include "base/memory.h"
#include "pack/unpack.h"
#include "text/digest.h"

enum { PIECE = 64 * 1024 };

struct reading {
	int fd;
	struct unpack *unpack;
	struct digest *digest;
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
		if (!unpack_some(reading->unpack, &packed, reading->plain, PIECE, &made, &damage))
			return false;
		digest_add(reading->digest, (struct span){reading->plain, made});
	} while (made > 0);
	return got > 0 || (got == 0 && unpack_is_complete(reading->unpack));
}

static bool
has_digest(struct reading *reading, struct span wanted)
{
	unsigned char bytes[DIGEST_MOST];
	char digits[OBJECT_NAME_DIGEST + 1];
	bool more = true;

	while (more) {
		if (!read_piece(reading, &more))
			return false;
	}
	digest_end(reading->digest, bytes);
	digest_hex(bytes, OBJECT_NAME_DIGEST / 2, digits);
	return span_is(wanted, digits);
}

bool
present_file_check(const char *path, const char *name, struct failure *failure)
{
	struct reading *reading = memory_new(1, sizeof *reading);
	struct object_name parts;
	bool same = false;

	reading->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	reading->digest = digest_open(DIGEST_SHA256, failure);
	if (reading->fd >= 0 && reading->digest != NULL &&
	    object_name_read(span_of(name), &parts)) {
		reading->unpack = unpack_open(parts.compression);
		same = has_digest(reading, parts.digest);
	}
	if (reading->fd >= 0)
		close(reading->fd);
	digest_close(reading->digest);
	unpack_close(reading->unpack);
	free(reading);
	return same ||
	       fail(failure, FAILURE_PERMANENT,
	           "%s is there already, but is damaged or cannot be read: remove it", path);
}
