/* rejects: formats refused lines and appends them to the rejects file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/append.h"
#include "text/base64.h"
#include "base/buffer.h"
#include "system/directory.h"
#include "text/json.h"
#include "base/memory.h"
#include "record/rejects.h"

/* More than any record as base64, and the members around it. */
enum { CEILING = 1 << 30 };

struct rejects {
	int fd;
	bool unsynced;
	bool torn; /* the last line has no newline, after a power cut or a kill */
	char *path;
	const char *tool;
	struct buffer text;
	struct buffer encoded;
};

static bool
is_torn(const char *path, const struct stat *file)
{
	char last = '\n';
	int fd;

	if (file->st_size == 0)
		return false;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	if (pread(fd, &last, 1, file->st_size - 1) != 1)
		last = '\n';
	close(fd);
	return last != '\n';
}

struct rejects *
rejects_open(const char *path, const char *tool, struct failure *failure)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	struct rejects *rejects;
	struct stat file;

	if (fd < 0) {
		struct shown shown;

		fail_errno(failure, errno, "could not open %s for the refused lines",
		    show(&shown, path, strlen(path)));
		return NULL;
	}
	/* A file's name must survive a power cut, too; a pipe or a terminal has none. */
	if (fstat(fd, &file) < 0 || !S_ISREG(file.st_mode)) {
		file.st_size = 0;
	} else if (!directory_sync(path, failure)) {
		close(fd);
		return NULL;
	}
	rejects = memory_new(1, sizeof *rejects);
	rejects->fd = fd;
	rejects->torn = is_torn(path, &file);
	rejects->path = memory_copy_text(path);
	rejects->tool = tool;
	buffer_init(&rejects->text, CEILING);
	buffer_init(&rejects->encoded, CEILING);
	return rejects;
}

static struct span
trimmed(struct span text)
{
	while (text.length > 0 && strchr(" \t\r", text.start[text.length - 1]) != NULL)
		text.length--;
	while (text.length > 0 && strchr(" \t\r", text.start[0]) != NULL) {
		text.start++;
		text.length--;
	}
	return text;
}

/* Formats the line for the file. */
static bool
describe(struct rejects *rejects, const struct line *line, const char *error, const char *more)
{
	struct buffer *text = &rejects->text;
	struct json_error ignored;
	struct span record = line->text;
	bool fits;

	buffer_clear(text);
	fits = buffer_add_text(text, rejects->torn ? "\n{\"error\":" : "{\"error\":") &&
	       json_add_string(text, error, strlen(error)) &&
	       buffer_add_format(text, ",\"tool\":\"%s\",\"line\":%llu,", rejects->tool,
	           (unsigned long long)line->number);
	if (line->state == LINE_WHOLE && json_check(record, JSON_DEPTH, &ignored)) {
		record = trimmed(record);
		fits = fits && buffer_add_text(text, "\"record\":") &&
		       buffer_add(text, record.start, record.length);
	} else {
		buffer_clear(&rejects->encoded);
		fits = fits && base64_encode(&rejects->encoded, record.start, record.length) &&
		       buffer_add_text(text, "\"base64\":\"") &&
		       buffer_add(text, rejects->encoded.data, rejects->encoded.length) &&
		       buffer_add_text(text, "\"");
	}
	if (line->state == LINE_LONG)
		fits = fits &&
		       buffer_add_format(text, ",\"bytes\":%llu", (unsigned long long)line->bytes);
	if (more != NULL)
		fits = fits && buffer_add_text(text, more);
	return fits && buffer_add_text(text, "}\n");
}

bool
rejects_add_with(struct rejects *rejects, const struct line *line, const char *error,
    const char *more, struct failure *failure)
{
	struct shown shown;

	if (!describe(rejects, line, error, more))
		return fail(failure, FAILURE_TEMPORARY, "a refused line is too long to set aside");
	if (append_line(rejects->fd, rejects->text.data, rejects->text.length)) {
		rejects->unsynced = true;
		rejects->torn = false;
		return true;
	}
	return fail_errno(failure, errno, "could not set a refused line aside in %s",
	    show(&shown, rejects->path, strlen(rejects->path)));
}

bool
rejects_add(
    struct rejects *rejects, const struct line *line, const char *error, struct failure *failure)
{
	return rejects_add_with(rejects, line, error, NULL, failure);
}

bool
rejects_sync(struct rejects *rejects, struct failure *failure)
{
	struct shown shown;

	if (!rejects->unsynced)
		return true;
	if (!append_sync(rejects->fd))
		return fail_errno(failure, errno, "could not flush %s to the disk",
		    show(&shown, rejects->path, strlen(rejects->path)));
	rejects->unsynced = false;
	return true;
}

bool
rejects_close(struct rejects *rejects, struct failure *failure)
{
	bool safe;

	if (rejects == NULL)
		return true;
	safe = rejects_sync(rejects, failure);
	close(rejects->fd);
	buffer_free(&rejects->text);
	buffer_free(&rejects->encoded);
	free(rejects->path);
	free(rejects);
	return safe;
}
