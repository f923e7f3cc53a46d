/* secret_file: see secret_file.h. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "secret/secret.h"
#include "secret/file.h"

/* What is wrong with the file as a place for a secret, or NULL. */
static const char *
unfit(const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return "it is not a regular file";
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return "it is someone else's file";
	if ((status->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return "others may use it: chmod 600 it";
	if (status->st_size > SECRET_MAX)
		return "it is longer than 64 KiB";
	return NULL;
}

static bool
read_all(int file, const char *path, struct buffer *secret, struct failure *failure)
{
	if (!buffer_reserve(secret, SECRET_MAX + 1))
		return fail(failure, FAILURE_PERMANENT, "secret %s: longer than 64 KiB", path);
	for (;;) {
		ssize_t got =
		    read(file, secret->data + secret->length, SECRET_MAX + 1 - secret->length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno(failure, errno, "secret %s: cannot be read", path);
		if (got == 0)
			return true;
		secret->length += (size_t)got;
		if (secret->length > SECRET_MAX)
			return fail(
			    failure, FAILURE_PERMANENT, "secret %s: longer than 64 KiB", path);
	}
}

bool
secret_file_read(const char *path, struct buffer *secret, bool *missing, struct failure *failure)
{
	struct stat status;
	/* O_NONBLOCK: a pipe put there must not hold us up before it is refused. */
	int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (file < 0) {
		*missing = errno == ENOENT;
		if (errno == ELOOP)
			return fail(failure, FAILURE_PERMANENT,
			    "secret %s: it is a symbolic link, which is not followed", path);
		return fail_errno(failure, errno, "secret %s: cannot be opened", path);
	}
	bool good = false;
	if (fstat(file, &status) != 0) {
		fail_errno(failure, errno, "secret %s: cannot be looked at", path);
		goto out;
	}
	const char *reason = unfit(&status);
	if (reason != NULL) {
		fail(failure, FAILURE_PERMANENT, "secret %s: not used: %s", path, reason);
		goto out;
	}
	good = read_all(file, path, secret, failure);
	if (good && secret->length > 0 && secret->data[secret->length - 1] == '\n')
		secret->length--;
out:
	close(file);
	return good;
}
