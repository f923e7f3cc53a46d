/* lock: takes and releases locks on bytes of the lock file, and wakes the programs that watch it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "sqlite/lock.h"
#include "sqlite/readonly.h"

enum { NOTE_AT = 64 /* offset in the lock file */ };

bool
lock_open(struct database *database, struct failure *failure)
{
	/* Only once: closing any descriptor of the file would release every lock on it. */
	if (database->lock >= 0)
		return true;
	database->lock = open(database->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (database->lock < 0)
		return fail_errno(failure, errno, "could not open %s", database->lock_path);
	return true;
}

bool
lock_byte(struct database *database, short type, off_t byte, struct failure *failure)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
	struct flock turn = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_TURN, .l_len = 1};
	struct lock_wait wait = {.caller = &database->caller, .path = database->path};

	return lock_wait_bytes(
	    &wait, database->lock, &lock, byte == LOCK_NEXT ? &turn : NULL, failure);
}

pid_t
lock_turn_holder(const struct database *database)
{
	struct flock turn = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_TURN, .l_len = 1};

	if (database->lock < 0 || fcntl(database->lock, F_GETLK, &turn) < 0)
		return 0;
	return turn.l_type != F_UNLCK ? turn.l_pid : 0;
}

void
lock_release(struct database *database, off_t byte)
{
	struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	fcntl(database->lock, F_SETLK, &lock);
}

bool
lock_hold(struct database *database, struct failure *failure)
{
	struct stat held, there;

	for (;;) {
		if (!lock_open(database, failure) ||
		    !lock_byte(database, F_WRLCK, LOCK_MAKE, failure))
			return false;
		if (fstat(database->lock, &held) == 0 && stat(database->lock_path, &there) == 0 &&
		    held.st_ino == there.st_ino && held.st_dev == there.st_dev)
			return true;
		/* It was deleted meanwhile: nobody else will lock this file. */
		close(database->lock);
		database->lock = -1;
	}
}

void
lock_ring(const struct database *database)
{
	struct stat about;

	/* A full disk may have no block for the byte, but the file can be cut to its own length. */
	if (pwrite(database->lock, "", 1, 0) != 1 && fstat(database->lock, &about) == 0 &&
	    ftruncate(database->lock, about.st_size) != 0)
		return; /* readers see it with the next commit, or when this writer ends */
}

size_t
lock_note_read(const struct database *database, char note[LOCK_NOTE])
{
	ssize_t length = pread(database->lock, note, LOCK_NOTE, NOTE_AT);

	return length > 0 ? (size_t)length : 0;
}

void
lock_note_write(const struct database *database, const char *note, size_t length)
{
	ssize_t written = pwrite(database->lock, note, length, NOTE_AT);

	(void)written; /* an incomplete note counts as none */
}

void
lock_let_go(struct database *database)
{
	lock_release(database, LOCK_MAKE);
	lock_ring(database);
}

static struct flock
claim_of(const char *name, short type)
{
	uint64_t hash = hash_add(HASH_BEGIN, span_of(name));

	return (struct flock){.l_type = type,
	    .l_whence = SEEK_SET,
	    .l_start = LOCK_CLAIMS + (off_t)(hash >> 2),
	    .l_len = 1};
}

bool
lock_try(
    struct database *database, const char *name, short type, bool *taken, struct failure *failure)
{
	struct flock lock = claim_of(name, type);

	*taken = false;
	if (!lock_open(database, failure))
		return false;
	*taken = fcntl(database->lock, F_SETLK, &lock) == 0;
	return *taken || errno == EAGAIN || errno == EACCES ||
	       fail_errno(failure, errno, "could not lock %s", database->lock_path);
}

bool
lock_claim(struct database *database, const char *name, const char *taken, struct failure *failure)
{
	bool got;

	return lock_try(database, name, F_WRLCK, &got, failure) &&
	       (got || fail(failure, FAILURE_TEMPORARY, "%s", taken));
}

bool
lock_claimed(
    struct database *database, const char *name, short type, pid_t *holder, struct failure *failure)
{
	struct flock lock = claim_of(name, type);

	*holder = 0;
	/* Whoever may only read it can see its locks, if there are any. */
	if (database->lock < 0 && readonly_is(database))
		database->lock = open(database->lock_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	else if (!lock_open(database, failure))
		return false;
	if (database->lock < 0)
		return true;
	if (fcntl(database->lock, F_GETLK, &lock) < 0)
		return fail_errno(
		    failure, errno, "could not read the locks of %s", database->lock_path);
	*holder = lock.l_type == F_UNLCK ? 0 : lock.l_pid > 0 ? lock.l_pid : LOCK_UNSEEN;
	return true;
}
