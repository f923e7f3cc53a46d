/* file: reads a whole file or pipe, up to a ceiling. */
#include <errno.h>
#include <unistd.h>

#include "system/file.h"

enum { MEBIBYTE = 1024 * 1024 };

bool
file_read_all(int fd, const char *name, size_t most, struct buffer *bytes, struct failure *failure)
{
	bool mebibytes = most % MEBIBYTE == 0;

	buffer_init(bytes, most + 1);
	buffer_reserve(bytes, most + 1);
	for (;;) {
		ssize_t got = read(fd, bytes->data + bytes->length, most + 1 - bytes->length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno(failure, errno, "%s cannot be read", name);
		if (got == 0)
			return true;
		bytes->length += (size_t)got;
		if (bytes->length > most)
			return fail(failure, FAILURE_PERMANENT, "%s is longer than %zu %s", name,
			    most / (mebibytes ? MEBIBYTE : 1024), mebibytes ? "MiB" : "KiB");
	}
}
