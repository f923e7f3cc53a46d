#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite/lock.h"

enum { PATIENCE_WHEN_STOPPED = 5 };

/* The lock file is opened once: closing any descriptor of it would let go of every lock on it. */
bool
database_open_lock(struct database *database, struct failure *failure)
{
	if (database->lock >= 0)
		return true;
	database->lock = open(database->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (database->lock < 0)
		return fail_errno(failure, errno, "could not open %s", database->lock_path);
	return true;
}

bool
database_lock_byte(struct database *database, short type, off_t byte, struct failure *failure)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
	int interrupted = 0;

	while (fcntl(database->lock, F_SETLKW, &lock) < 0) {
		if (errno != EINTR)
			return fail_errno(failure, errno, "could not lock %s", database->lock_path);
		/* Told to end, and whoever holds it does not let go: what we have is sent again. */
		if (database->stop != NULL && *database->stop &&
		    ++interrupted > PATIENCE_WHEN_STOPPED)
			return fail_stopped(failure);
	}
	return true;
}

void
database_unlock_byte(struct database *database, off_t byte)
{
	struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	fcntl(database->lock, F_SETLK, &lock);
}

bool
database_hold(struct database *database, struct failure *failure)
{
	struct stat held, there;

	for (;;) {
		if (!database_open_lock(database, failure) ||
		    !database_lock_byte(database, F_WRLCK, DATABASE_MAKE, failure))
			return false;
		if (fstat(database->lock, &held) == 0 && stat(database->lock_path, &there) == 0 &&
		    held.st_ino == there.st_ino && held.st_dev == there.st_dev)
			return true;
		/* It was removed meanwhile, and is nobody's lock any more. */
		close(database->lock);
		database->lock = -1;
	}
}

/* Whoever waits for this file watches the lock file. */
void
database_ring(const struct database *database)
{
	ssize_t rung = pwrite(database->lock, "", 1, 0);

	(void)rung; /* who is not woken looks once a second */
}

void
database_let_go(struct database *database)
{
	database_unlock_byte(database, DATABASE_MAKE);
	database_ring(database);
}

static struct flock
claim_of(const char *name)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

	for (const char *c = name; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
	return (struct flock){.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = DATABASE_CLAIMS + (off_t)(hash >> 2),
	    .l_len = 1};
}

bool
database_claim(
    struct database *database, const char *name, const char *doing, struct failure *failure)
{
	struct flock lock = claim_of(name);

	if (!database_open_lock(database, failure))
		return false;
	if (fcntl(database->lock, F_SETLK, &lock) == 0)
		return true;
	if (errno == EAGAIN || errno == EACCES)
		return fail(failure, FAILURE_TEMPORARY, "%s", doing);
	return fail_errno(failure, errno, "could not lock %s", database->lock_path);
}

bool
database_claimed(
    struct database *database, const char *name, pid_t *holder, struct failure *failure)
{
	struct flock lock = claim_of(name);

	if (!database_open_lock(database, failure))
		return false;
	if (fcntl(database->lock, F_GETLK, &lock) < 0)
		return fail_errno(
		    failure, errno, "could not look at the locks of %s", database->lock_path);
	*holder = lock.l_type != F_UNLCK ? lock.l_pid : 0;
	return true;
}
