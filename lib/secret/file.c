/* file: opens the file, checks who may read it, and reads it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/memory.h"
#include "secret/secret.h"
#include "secret/file.h"
#include "system/file.h"

/* Why the file is not safe for a secret, or NULL. */
static const char *
unfit(const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return "it is not a regular file";
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return "it belongs to another user";
	if ((status->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return "other users may read or write it: run chmod 600 on it";
	if (status->st_size > SECRET_MAX)
		return "it is longer than 64 KiB";
	return NULL;
}

bool
secret_file_read(const char *path, struct buffer *secret, bool *missing, struct failure *failure)
{
	struct stat status;
	/* O_NONBLOCK: opening a pipe must not block before the pipe is refused. */
	int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (file < 0) {
		*missing = errno == ENOENT;
		if (errno == ELOOP)
			return fail(failure, FAILURE_PERMANENT,
			    "secret %s is a symbolic link: name the file itself", path);
		return fail_errno(failure, errno, "secret %s cannot be opened", path);
	}
	bool good = false;
	if (fstat(file, &status) != 0) {
		fail_errno(failure, errno, "secret %s cannot be examined", path);
		goto out;
	}
	const char *reason = unfit(&status);
	if (reason != NULL) {
		fail(failure, FAILURE_PERMANENT, "secret %s is not used: %s", path, reason);
		goto out;
	}
	char *name = memory_format("secret %s", path);
	good = file_read_all(file, name, SECRET_MAX, secret, failure);
	free(name);
	if (good && secret->length > 0 && secret->data[secret->length - 1] == '\n')
		secret->length--;
out:
	close(file);
	return good;
}
