/* files: reads the new lines of files that are renamed, emptied and re-created. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "fxmetrics/files.h"
#include "fxmetrics/fingerprint.h"

enum { FIRST_LINE = 4096 /* bytes of it in the fingerprint */, WINDOW = 1024 * 1024 };

struct file *
files_note(struct files *files, const char *id)
{
	struct file file = {.offset = 0};
	size_t at = 0;

	while (at < files->count && strcmp(files->files[at].id, id) != 0)
		at++;
	if (at == files->count) {
		files->files = memory_resize(files->files, ++files->count, sizeof *files->files);
		snprintf(file.id, sizeof file.id, "%s", id);
	} else {
		file = files->files[at];
	}
	memmove(files->files + at, files->files + at + 1,
	    (files->count - 1 - at) * sizeof *files->files);
	files->files[files->count - 1] = file;
	return &files->files[files->count - 1];
}

void
files_free(struct files *files)
{
	free(files->files);
}

static const char *
id_of(const struct stat *status, char id[FILES_ID])
{
	snprintf(id, FILES_ID, "%llu:%llu", (unsigned long long)status->st_dev,
	    (unsigned long long)status->st_ino);
	return id;
}

static bool
is_known(const struct files *files, const char *id)
{
	for (size_t i = 0; i < files->count; i++) {
		if (strcmp(files->files[i].id, id) == 0)
			return true;
	}
	return false;
}

/* As pread, but to the end of the count or of the file. */
static size_t
read_at(int fd, char *to, size_t count, uint64_t offset)
{
	size_t length = 0;

	while (length < count) {
		ssize_t got = pread(fd, to + length, count - length, (off_t)(offset + length));

		if (got == 0 || (got < 0 && errno != EINTR))
			break;
		length += got > 0 ? (size_t)got : 0;
	}
	return length;
}

/* The fingerprint of the first line, its newline included. */
static void
read_print(int fd, char print[FINGERPRINT_SIZE])
{
	char start[FIRST_LINE];
	size_t length = read_at(fd, start, sizeof start, 0);
	const char *newline = memchr(start, '\n', length);

	if (newline != NULL)
		length = (size_t)(newline - start) + 1;
	fingerprint((struct span){start, length}, print);
}

/* After the last newline between two offsets; from if there is none. */
static uint64_t
end_of_lines(int fd, uint64_t from, uint64_t to)
{
	char block[FIRST_LINE];

	while (to > from) {
		size_t size = to - from < sizeof block ? (size_t)(to - from) : sizeof block;
		size_t length = read_at(fd, block, size, to - size);

		for (size_t i = length; i > 0; i--) {
			if (block[i - 1] == '\n')
				return to - size + i;
		}
		to -= size;
	}
	return from;
}

/* Hands out the lines between two offsets, both of which are the start of a line. */
static bool
take_lines(const struct files_reading *reading, int fd, uint64_t from, uint64_t to,
    struct failure *failure)
{
	struct lines *lines;
	struct line line;
	bool good = true;

	if (lseek(fd, (off_t)from, SEEK_SET) < 0)
		return fail_errno(failure, errno, "could not seek in a file of statistics");
	lines = lines_open(fd, reading->max_line, WINDOW, NULL);
	while (good && from < to) {
		enum lines_status status = lines_wait(lines, -1, -1, failure);

		/* Emptied meanwhile: the rest is gone. */
		if (status == LINES_END)
			break;
		good = status == LINES_READY;
		while (good && from < to && lines_next(lines, &line)) {
			from += line.bytes + 1;
			good = reading->take(reading->context, &line, failure);
		}
	}
	lines_close(lines);
	return good;
}

static bool
read_open(const struct files_reading *reading, int fd, const struct stat *status, const char *path,
    struct failure *failure)
{
	char id[FILES_ID], print[FINGERPRINT_SIZE], sentence[400];
	struct file *file = files_note(reading->files, id_of(status, id));
	uint64_t size = (uint64_t)status->st_size, from = 0, to;
	struct shown shown;

	if (file->seen)
		return true;
	file->seen = true;
	read_print(fd, print);
	if (strcmp(file->print, print) == 0 && file->offset <= size)
		from = file->offset;
	to = end_of_lines(fd, from, size);
	if (size <= from)
		return true;
	file->offset = to;
	snprintf(file->print, sizeof file->print, "%s", print);
	snprintf(sentence, sizeof sentence, "%.300s: from byte %llu to %llu",
	    show(&shown, path, strlen(path)), (unsigned long long)from, (unsigned long long)to);
	reading->detail(reading->context, sentence);
	return take_lines(reading, fd, from, to, failure);
}

/* renamed: only if it was read before. */
static bool
read_path(const struct files_reading *reading, const char *path, bool renamed,
    struct failure *unread, struct failure *failure)
{
	/* Whatever it is, opening it must not wait. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char id[FILES_ID];
	struct stat status;
	struct shown shown;
	bool good = true;

	unread->kind = FAILURE_NONE;
	show(&shown, path, strlen(path));
	if (fd < 0 || fstat(fd, &status) < 0)
		fail_errno(unread, errno, "%s cannot be read", shown.text);
	else if (!S_ISREG(status.st_mode))
		fail(
		    unread, FAILURE_PERMANENT, "%s cannot be read: not a regular file", shown.text);
	if (unread->kind == FAILURE_NONE &&
	    (!renamed || is_known(reading->files, id_of(&status, id))))
		good = read_open(reading, fd, &status, path, failure);
	if (fd >= 0)
		close(fd);
	return good;
}

bool
files_read(const struct files_reading *reading, const char *path, struct failure *unread,
    struct failure *failure)
{
	char *renamed = memory_format("%s.1", path);
	bool good = read_path(reading, renamed, true, unread, failure);

	free(renamed);
	if (!good || unread->kind == FAILURE_TEMPORARY)
		return good;
	return read_path(reading, path, false, unread, failure);
}
