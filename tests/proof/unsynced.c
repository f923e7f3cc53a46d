/*
 * unsynced: a library to preload that remembers how to undo whatever a program
 * did to files below a directory and did not flush to the disk, for the next
 * power cut (power.py).
 *
 *   UNSYNCED_ROOT   the directory
 *   UNSYNCED_LOG    a file outside of it, to which the undo records are added
 *   UNSYNCED_KILL   N: the program is killed when it is about to flush for the Nth time
 *
 * The log begins with 8 bytes: where its last whole record ends. A record is a
 * struct entry, then `length` bytes that were overwritten or cut off, then
 * `first`, `second` and `third` bytes of paths. It is written before the deed;
 * that of a flush after it. One lock keeps the records of several processes in
 * the order of their deeds. Names belong to their directory: they are safe once
 * that has been flushed. A file that loses its name keeps another
 * (PATH.undo-PID-N) beside it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PATH = 4096 };

struct entry {
	char what; /* W write, T truncate, S flush, C create, M mkdir, R rename, U unlink */
	char padding[7];
	uint64_t inode; /* of the file; of names, that of their directory */
	int64_t offset; /* S: how much of the log was there when it began */
	int64_t size; /* of the file, before */
	uint64_t length; /* W, T: bytes that follow */
	uint64_t written; /* W: bytes that are written */
	uint32_t first; /* bytes of a path that follow */
	uint32_t second; /* R, U: bytes of the path under which the file is kept */
	uint32_t third; /* R: bytes of the new path */
	uint32_t unused;
};

static int log_fd = -1;
static char root[PATH];
static size_t root_length;
static unsigned kept;
static long flushes, last_flush;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *
real(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return function;
}

static ssize_t
write_really(int fd, const void *bytes, size_t length)
{
	return REAL(write)(fd, bytes, length);
}

static void __attribute__((constructor))
begin(void)
{
	const char *path = getenv("UNSYNCED_LOG"), *directory = getenv("UNSYNCED_ROOT");
	int fd;

	if (path == NULL || directory == NULL)
		return;
	if (getenv("UNSYNCED_KILL") != NULL)
		last_flush = atol(getenv("UNSYNCED_KILL"));
	root_length = (size_t)snprintf(root, sizeof root, "%s/", directory);
	fd = REAL(open)(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 200);
	if (log_fd < 0)
		abort();
	close(fd);
}

static void
lock(void)
{
	while (flock(log_fd, LOCK_EX) < 0) {
		if (errno != EINTR)
			abort();
	}
}

static void
unlock(void)
{
	int error = errno;

	flock(log_fd, LOCK_UN);
	errno = error;
}

/* Where the next record goes. Under the lock. */
static int64_t
log_end(void)
{
	int64_t end;

	return pread(log_fd, &end, sizeof end, 0) == sizeof end ? end : (int64_t)sizeof end;
}

static void
note(const struct entry *entry, const void *bytes, const char *first, const char *second,
    const char *third)
{
	struct iovec parts[] = {{(void *)entry, sizeof *entry}, {(void *)bytes, entry->length},
	    {(void *)first, entry->first}, {(void *)second, entry->second},
	    {(void *)third, entry->third}};
	size_t length = sizeof *entry + entry->length + entry->first + entry->second + entry->third;
	int64_t end = log_end();

	if (pwritev(log_fd, parts, 5, end) != (ssize_t)length)
		abort();
	end += (int64_t)length;
	if (REAL(pwrite)(log_fd, &end, sizeof end, 0) != sizeof end)
		abort();
}

/* Is it a regular file below the root? */
static bool
is_watched(int fd, struct stat *file)
{
	char link[64], path[PATH];
	ssize_t length;

	if (log_fd < 0 || fd == log_fd || fstat(fd, file) < 0 ||
	    (!S_ISREG(file->st_mode) && !S_ISDIR(file->st_mode)))
		return false;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof path - 2);
	if (length < 0)
		return false;
	path[length] = '/';
	path[length + 1] = '\0';
	return strncmp(path, root, root_length) == 0;
}

/* The absolute form of a path, and the inode of its directory. False: not below the root. */
static bool
is_watched_path(const char *path, char absolute[PATH], uint64_t *directory)
{
	char copy[PATH];
	struct stat file;
	char *slash;

	if (log_fd < 0)
		return false;
	if (path[0] == '/')
		snprintf(absolute, PATH, "%s", path);
	else if (getcwd(copy, sizeof copy) == NULL ||
	    (size_t)snprintf(absolute, PATH, "%s/%s", copy, path) >= PATH)
		return false;
	if (strncmp(absolute, root, root_length) != 0)
		return false;
	snprintf(copy, sizeof copy, "%s", absolute);
	slash = strrchr(copy, '/');
	*slash = '\0';
	if (stat(copy, &file) < 0)
		return false;
	*directory = file.st_ino;
	return true;
}

static char *
read_before(int fd, int64_t offset, uint64_t length)
{
	char link[64], *bytes = malloc(length + 1);
	int readable = fd;

	if (bytes == NULL)
		abort();
	if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
		snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
		readable = REAL(open)(link, O_RDONLY | O_CLOEXEC);
	}
	if (length > 0 && pread(readable, bytes, length, offset) != (ssize_t)length)
		abort();
	if (readable != fd)
		close(readable);
	return bytes;
}

static void
note_write(int fd, const struct stat *file, int64_t offset, size_t count)
{
	struct entry entry = {.what = 'W', .inode = file->st_ino, .offset = offset,
	    .size = file->st_size, .written = count};
	char *bytes;

	if (offset < file->st_size) {
		int64_t end = offset + (int64_t)count;

		entry.length = (uint64_t)((end < file->st_size ? end : file->st_size) - offset);
	}
	bytes = read_before(fd, offset, entry.length);
	note(&entry, bytes, NULL, NULL, NULL);
	free(bytes);
}

ssize_t
write(int fd, const void *bytes, size_t count)
{
	struct stat file;
	ssize_t written;
	off_t offset;

	if (!is_watched(fd, &file))
		return write_really(fd, bytes, count);
	lock();
	fstat(fd, &file);
	offset = fcntl(fd, F_GETFL) & O_APPEND ? file.st_size : lseek(fd, 0, SEEK_CUR);
	note_write(fd, &file, offset, count);
	written = write_really(fd, bytes, count);
	unlock();
	return written;
}

static ssize_t
watched_pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
	struct stat file;
	ssize_t written;

	if (!is_watched(fd, &file))
		return REAL(pwrite)(fd, bytes, count, offset);
	lock();
	fstat(fd, &file);
	note_write(fd, &file, offset, count);
	written = REAL(pwrite)(fd, bytes, count, offset);
	unlock();
	return written;
}

ssize_t
pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
	return watched_pwrite(fd, bytes, count, offset);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t count, off_t offset)
{
	return watched_pwrite(fd, bytes, count, offset);
}

static int
watched_ftruncate(int fd, off_t size)
{
	struct stat file;
	struct entry entry = {.what = 'T', .offset = size};
	char *bytes;
	int result;

	if (!is_watched(fd, &file))
		return REAL(ftruncate)(fd, size);
	lock();
	fstat(fd, &file);
	entry.inode = file.st_ino;
	entry.size = file.st_size;
	entry.length = size < file.st_size ? (uint64_t)(file.st_size - size) : 0;
	bytes = read_before(fd, size, entry.length);
	note(&entry, bytes, NULL, NULL, NULL);
	free(bytes);
	result = REAL(ftruncate)(fd, size);
	unlock();
	return result;
}

int
ftruncate(int fd, off_t size)
{
	return watched_ftruncate(fd, size);
}

int
ftruncate64(int fd, off_t size)
{
	return watched_ftruncate(fd, size);
}

static int
flush(int fd, int (*flush_really)(int))
{
	struct stat file;
	struct entry entry = {.what = 'S'};
	int result;

	if (!is_watched(fd, &file))
		return flush_really(fd);
	if (++flushes == last_flush)
		kill(getpid(), SIGKILL);
	entry.inode = file.st_ino;
	lock();
	entry.offset = log_end();
	unlock();
	result = flush_really(fd);
	if (result == 0) {
		lock();
		note(&entry, NULL, NULL, NULL, NULL);
		unlock();
	}
	return result;
}

int
fsync(int fd)
{
	return flush(fd, REAL(fsync));
}

int
fdatasync(int fd)
{
	return flush(fd, REAL(fdatasync));
}

/* Keeps a file that is about to lose its name; "" where there is none. */
static void
keep(const char *path, char name[PATH])
{
	if ((size_t)snprintf(name, PATH, "%s.undo-%d-%u", path, (int)getpid(), kept++) >= PATH)
		abort();
	if (link(path, name) == 0)
		return;
	if (errno != ENOENT)
		abort();
	name[0] = '\0';
}

int
unlink(const char *path)
{
	char absolute[PATH], name[PATH];
	struct entry entry = {.what = 'U'};
	int result;

	if (!is_watched_path(path, absolute, &entry.inode))
		return REAL(unlink)(path);
	lock();
	keep(absolute, name);
	entry.first = (uint32_t)strlen(absolute);
	entry.second = (uint32_t)strlen(name);
	if (entry.second > 0)
		note(&entry, NULL, absolute, name, NULL);
	result = REAL(unlink)(path);
	unlock();
	return result;
}

/* Only within one directory. */
int
rename(const char *from, const char *to)
{
	char old[PATH], new[PATH], name[PATH];
	struct entry entry = {.what = 'R'};
	uint64_t directory;
	int result;

	if (!is_watched_path(from, old, &entry.inode))
		return REAL(rename)(from, to);
	if (!is_watched_path(to, new, &directory) || directory != entry.inode)
		abort();
	lock();
	keep(new, name);
	entry.first = (uint32_t)strlen(old);
	entry.second = (uint32_t)strlen(name);
	entry.third = (uint32_t)strlen(new);
	note(&entry, NULL, old, name, new);
	result = REAL(rename)(from, to);
	unlock();
	return result;
}

int
mkdir(const char *path, mode_t mode)
{
	char absolute[PATH];
	struct entry entry = {.what = 'M'};
	int result;

	if (!is_watched_path(path, absolute, &entry.inode) || access(absolute, F_OK) == 0)
		return REAL(mkdir)(path, mode);
	lock();
	entry.first = (uint32_t)strlen(absolute);
	note(&entry, NULL, absolute, NULL, NULL);
	result = REAL(mkdir)(path, mode);
	unlock();
	return result;
}

static int
watched_open(const char *path, int flags, mode_t mode)
{
	char absolute[PATH];
	struct entry entry = {.what = 'C'};
	int fd;

	if (!(flags & O_CREAT) || !is_watched_path(path, absolute, &entry.inode))
		return REAL(open)(path, flags, mode);
	lock();
	if (access(absolute, F_OK) < 0) {
		entry.first = (uint32_t)strlen(absolute);
		note(&entry, NULL, absolute, NULL, NULL);
	}
	if (flags & O_TRUNC)
		abort(); /* nobody does */
	fd = REAL(open)(path, flags, mode);
	unlock();
	return fd;
}

static mode_t
mode_of(int flags, va_list arguments)
{
	return flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return watched_open(path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return watched_open(path, flags, mode);
}

int
openat(int directory, const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	if (directory == AT_FDCWD)
		return watched_open(path, flags, mode);
	return REAL(openat)(directory, path, flags, mode);
}

int
openat64(int directory, const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	if (directory == AT_FDCWD)
		return watched_open(path, flags, mode);
	return REAL(openat)(directory, path, flags, mode);
}
