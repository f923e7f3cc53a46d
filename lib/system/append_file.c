/* append_file: compares the file that is open with the one that has its name. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "system/append.h"
#include "system/append_file.h"
#include "system/directory.h"

enum {
	FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	REPORT_AFTER = 2,
	LIMIT = 30, /* seconds that a FIFO is waited for */
	PAUSE = 20 /* ms between two attempts */
};

struct append_file {
	int fd;
	char *path;
	char *shown; /* path, safe to print */
	const char *what;
	const struct caller *caller;
	bool fifo;
	bool reopens;
	bool unsynced;
	bool torn;
	dev_t device; /* and inode: of the file that is open */
	ino_t inode;
};

/* Waits a moment for the reader of a FIFO; fails after LIMIT. since: when the wait began; 0: now. */
static bool
wait_for_reader(
    const struct append_file *file, int64_t *since, bool *reported, struct failure *failure)
{
	int64_t now = clock_steady();

	if (caller_is_stopped(file->caller))
		return fail_stopped(failure);
	if (*since == 0)
		*since = now;
	if (now - *since >= LIMIT * INT64_C(1000000))
		return fail(failure, FAILURE_TEMPORARY,
		    "could not write %s to %s: nobody has read this FIFO for %d s", file->what,
		    file->shown, LIMIT);
	if (!*reported && now - *since >= REPORT_AFTER * INT64_C(1000000)) {
		*reported = true;
		caller_warn(file->caller, "waiting for a reader of the FIFO %s", file->shown);
	}
	nanosleep(&(struct timespec){.tv_nsec = PAUSE * 1000000L}, NULL);
	return true;
}

static bool
is_torn(const char *path, const struct stat *status)
{
	char last = '\n';
	int fd;

	if (status->st_size == 0)
		return false;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	if (pread(fd, &last, 1, status->st_size - 1) != 1)
		last = '\n';
	close(fd);
	return last != '\n';
}

/* The directory can be written, so that the file can be created again. */
static bool
is_writable(const char *path)
{
	char *directory = directory_of(path);
	bool writable = access(directory, W_OK) == 0;

	free(directory);
	return writable;
}

/* Fills in what fd is. */
static bool
take(struct append_file *file, int fd, struct failure *failure)
{
	struct stat status;
	bool regular;

	file->fd = fd;
	if (fstat(fd, &status) < 0)
		return fail_errno(
		    failure, errno, "could not open %s for %s", file->shown, file->what);
	regular = S_ISREG(status.st_mode);
	file->fifo = S_ISFIFO(status.st_mode);
	file->device = status.st_dev;
	file->inode = status.st_ino;
	file->torn = regular && is_torn(file->path, &status);
	if (!file->fifo)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	/* A file's name must survive a power cut, too; a pipe or a terminal has none. */
	return !regular || directory_sync(file->path, failure);
}

struct append_file *
append_file_open(
    const char *path, const char *what, const struct caller *caller, struct failure *failure)
{
	struct append_file *file = memory_new(1, sizeof *file);
	int64_t since = 0;
	bool reported = false;
	struct shown shown;
	struct stat status;
	int fd;

	*file = (struct append_file){.fd = -1,
	    .path = memory_copy_text(path),
	    .shown = memory_copy_text(show(&shown, path, strlen(path))),
	    .what = what,
	    .caller = caller};
	while ((fd = open(path, FLAGS, 0600)) < 0 && errno == ENXIO && stat(path, &status) == 0 &&
	       S_ISFIFO(status.st_mode)) {
		if (!wait_for_reader(file, &since, &reported, failure))
			goto failed;
	}
	if (fd < 0) {
		fail_errno(failure, errno, "could not open %s for %s", file->shown, what);
		goto failed;
	}
	if (!take(file, fd, failure))
		goto failed;
	file->reopens = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && is_writable(path);
	return file;
failed:
	append_file_close(file);
	return NULL;
}

/* If no file can be created, lines continue into one that was renamed, but not into a deleted one. */
static bool
reopen(struct append_file *file, struct failure *failure)
{
	struct stat status;
	int fd = open(file->path, FLAGS, 0600);

	if (fd < 0 && fstat(file->fd, &status) == 0 && status.st_nlink > 0)
		return true;
	if (fd < 0)
		return fail_errno(
		    failure, errno, "could not re-create %s for %s", file->shown, file->what);
	if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
		close(fd);
		return true;
	}
	if (!append_file_sync(file, failure)) {
		close(fd);
		return false;
	}
	close(file->fd);
	return take(file, fd, failure);
}

bool
append_file_ready(struct append_file *file, bool *torn, struct failure *failure)
{
	struct stat status;

	if (file->reopens &&
	    (stat(file->path, &status) < 0
	            ? errno == ENOENT
	            : status.st_ino != file->inode || status.st_dev != file->device) &&
	    !reopen(file, failure))
		return false;
	*torn = file->torn;
	return true;
}

/* To a FIFO, whose reader may be slow. */
static bool
write_fifo(struct append_file *file, struct span line, struct failure *failure)
{
	int64_t since = 0;
	bool reported = false;

	while (line.length > 0) {
		ssize_t written = write(file->fd, line.start, line.length);

		if (written > 0) {
			line.start += written;
			line.length -= (size_t)written;
			since = 0;
		} else if (written < 0 && errno == EPIPE) {
			return fail(failure, FAILURE_TEMPORARY,
			    "could not write %s to %s: nobody reads this FIFO", file->what,
			    file->shown);
		} else if (written < 0 && errno != EAGAIN && errno != EINTR) {
			return fail_errno(
			    failure, errno, "could not write %s to %s", file->what, file->shown);
		} else if (!wait_for_reader(file, &since, &reported, failure)) {
			return false;
		}
	}
	return true;
}

bool
append_file_line(struct append_file *file, struct span line, struct failure *failure)
{
	if (file->fifo)
		return write_fifo(file, line, failure);
	if (!append_line(file->fd, line.start, line.length))
		return fail_errno(
		    failure, errno, "could not write %s to %s", file->what, file->shown);
	file->unsynced = true;
	file->torn = false;
	return true;
}

bool
append_file_sync(struct append_file *file, struct failure *failure)
{
	if (!file->unsynced)
		return true;
	if (!append_sync(file->fd))
		return fail_errno(failure, errno, "could not flush %s to the disk", file->shown);
	file->unsynced = false;
	return true;
}

void
append_file_close(struct append_file *file)
{
	if (file == NULL)
		return;
	if (file->fd >= 0)
		close(file->fd);
	free(file->path);
	free(file->shown);
	free(file);
}
