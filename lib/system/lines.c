/* lines: one buffer, filled by read(2) and searched for newlines. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text/json.h"
#include "system/lines.h"
#include "base/memory.h"

enum { CHUNK = 64 * 1024, PIPE_SIZE = 1024 * 1024 };

/* [start, end) of buffer was read and not yet handed out. */
struct lines {
	int fd;
	size_t max_line;
	size_t window;
	const volatile sig_atomic_t *stop;
	char *buffer;
	size_t capacity;
	size_t start;
	size_t end;
	bool whole; /* there may be a newline in [start, end): lines_next finds out */
	bool ended; /* read returned 0 */
	bool skipping; /* inside an over-long line, whose kept part is [start, end) */
	uint64_t long_bytes; /* full length of the line at start if it was over-long, else 0 */
	uint64_t number;
	unsigned handed; /* lines since the last wait */
	struct failure failed; /* of read; returned after the lines before it */
};

struct lines *
lines_open(int fd, size_t max_line, size_t window, const volatile sig_atomic_t *stop)
{
	struct lines *lines = memory_new(1, sizeof *lines);

	lines->fd = fd;
	lines->max_line = max_line;
	lines->window = window;
	lines->stop = stop;
	lines->capacity = 2 * CHUNK;
	lines->buffer = memory_new(lines->capacity, 1);
#ifdef F_SETPIPE_SZ
	/* Larger batches under load; if it fails, nothing is lost. */
	fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
#endif
	return lines;
}

void
lines_close(struct lines *lines)
{
	if (lines == NULL)
		return;
	free(lines->buffer);
	free(lines);
}

/* Moves the rest of the buffer to its front and makes room after it. */
static void
make_room(struct lines *lines)
{
	size_t kept = lines->end - lines->start;

	if (lines->start > 0) {
		memmove(lines->buffer, lines->buffer + lines->start, kept);
		lines->start = 0;
		lines->end = kept;
	}
	if (lines->capacity - lines->end < CHUNK) {
		lines->capacity *= 2;
		lines->buffer = memory_resize(lines->buffer, lines->capacity, 1);
	}
}

/* Bytes [from, end) are new and belong to a line of which only LINES_KEPT bytes are kept. */
static void
skip(struct lines *lines, size_t from)
{
	char *newline = memchr(lines->buffer + from, '\n', lines->end - from);
	size_t got = (newline != NULL ? (size_t)(newline - lines->buffer) : lines->end) - from;
	size_t kept = from - lines->start;
	size_t rest = lines->end - from - got;

	lines->long_bytes += got;
	kept = kept >= LINES_KEPT ? 0 : LINES_KEPT - kept;
	if (kept > got)
		kept = got;
	memmove(lines->buffer + from + kept, lines->buffer + from + got, rest);
	lines->end = from + kept + rest;
	if (newline != NULL) {
		lines->skipping = false;
		lines->whole = true;
	}
}

/* Accounts for the bytes that were read into [from, end). */
static void
take_in(struct lines *lines, size_t from)
{
	size_t length;

	if (lines->skipping) {
		skip(lines, from);
		return;
	}
	if (memchr(lines->buffer + from, '\n', lines->end - from) != NULL)
		lines->whole = true;
	length = lines->end - lines->start;
	if (lines->whole || length <= lines->max_line)
		return;
	lines->skipping = true;
	lines->long_bytes = length;
	if (length > LINES_KEPT)
		lines->end = lines->start + LINES_KEPT;
}

/* Waits for input, or until nobody reads watch any more. False: a failure, or a timeout. */
static bool
wait_for_input(struct lines *lines, int watch, int timeout, struct failure *failure)
{
	struct pollfd descriptors[2] = {{.fd = lines->fd, .events = POLLIN}, {.fd = watch}};
	int ready;

	failure->kind = FAILURE_NONE;
	for (;;) {
		if (lines->stop != NULL && *lines->stop)
			return fail_stopped(failure);
		ready = poll(descriptors, watch < 0 ? 1 : 2, timeout);
		if (ready < 0 && errno != EINTR)
			return fail_errno(failure, errno, "could not wait for input");
		if (ready == 0)
			return false;
		if (ready < 0)
			continue;
		if (descriptors[0].revents != 0)
			return true;
		if (descriptors[1].revents & (POLLERR | POLLHUP))
			return fail_reader_gone(failure);
		if (descriptors[1].revents != 0) /* it cannot be watched */
			watch = -1;
	}
}

/* One read(2). False: end or failure. */
static bool
read_more(struct lines *lines)
{
	size_t from, room;
	ssize_t got;

	make_room(lines);
	from = lines->end;
	room = lines->capacity - from;
	got = read(lines->fd, lines->buffer + from, room);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (got < 0)
		return fail_errno(&lines->failed, errno, "could not read the input");
	if (got == 0) {
		lines->ended = true;
		return false;
	}
	lines->end += (size_t)got;
	take_in(lines, from);
	return true;
}

enum lines_status
lines_wait(struct lines *lines, int watch, int timeout, struct failure *failure)
{
	failure->kind = FAILURE_NONE;
	lines->handed = 0;
	if (lines->stop != NULL && *lines->stop) {
		fail_stopped(failure);
		return LINES_FAILED;
	}
	while (!lines->ended && lines->failed.kind == FAILURE_NONE &&
	       (!lines->whole || lines->end - lines->start < lines->window)) {
		/* If there is a line, take only what has already arrived. */
		if (!wait_for_input(lines, watch, lines->whole ? 0 : timeout, failure) ||
		    !read_more(lines))
			break;
	}
	/* Whole lines first; what ended the wait will happen again after them. */
	if (lines->whole) {
		failure->kind = FAILURE_NONE;
		return LINES_READY;
	}
	if (lines->failed.kind != FAILURE_NONE)
		*failure = lines->failed;
	if (failure->kind != FAILURE_NONE)
		return LINES_FAILED;
	if (lines->ended && lines->start == lines->end && !lines->skipping)
		return LINES_END;
	return LINES_READY;
}

size_t
lines_pending(const struct lines *lines)
{
	return lines->end - lines->start;
}

bool
lines_ignore_odd(struct line *line)
{
	struct span text = line->text;

	if (line->number == 1 && span_begins(text, "\xEF\xBB\xBF")) {
		line->text.start += 3;
		line->text.length -= 3;
		line->bytes -= 3;
		text = line->text;
	}
	while (text.length > 0 && memchr(" \t\r", text.start[0], 3) != NULL) {
		text.start++;
		text.length--;
	}
	return text.length == 0 && line->state != LINE_LONG;
}

const char *
lines_first_format(const struct line *line)
{
	if (span_begins(line->text, "\xFF\xFE") || span_begins(line->text, "\xFE\xFF") ||
	    (line->text.length > 1 &&
	        (line->text.start[0] == '\0') != (line->text.start[1] == '\0')))
		return "the input is UTF-16: convert it with iconv -f UTF-16 -t UTF-8";
	if (span_begins(line->text, "\x1F\x8B"))
		return "the input is compressed by gzip: decompress it with zcat";
	if (span_begins(line->text, "["))
		return "the input is a JSON array, not lines: split it with jq -c '.[]'";
	return NULL;
}

void
lines_cut(struct line *line)
{
	line->state = LINE_LONG;
	if (line->text.length > LINES_KEPT)
		line->text.length = LINES_KEPT;
}

/* An unterminated last line counts only if it cannot be the start of a longer one. */
static bool
complete(struct span text)
{
	struct json_error error;

	while (text.length > 0 && memchr(" \t\r", text.start[0], 3) != NULL) {
		text.start++;
		text.length--;
	}
	return text.length > 0 && memchr("{[\"", text.start[0], 3) != NULL &&
	       json_check(text, JSON_DEPTH, &error);
}

/* The rest of the input, without a newline. */
static bool
last_line(struct lines *lines, struct line *line)
{
	size_t length = lines->end - lines->start;

	if (!lines->ended || (length == 0 && !lines->skipping))
		return false;
	*line = (struct line){
	    {lines->buffer + lines->start, length}, ++lines->number, length, LINE_WHOLE};
	if (lines->skipping) {
		line->bytes = lines->long_bytes;
		line->state = LINE_LONG;
	} else if (length > lines->max_line) {
		lines_cut(line);
	} else if (!complete(line->text)) {
		line->state = LINE_CUT;
	}
	lines->skipping = false;
	lines->long_bytes = 0;
	lines->start = lines->end;
	return true;
}

bool
lines_next(struct lines *lines, struct line *line)
{
	char *start = lines->buffer + lines->start;
	char *newline;
	size_t length;

	if (lines->handed == LINES_BATCH)
		return false;
	newline = lines->whole ? memchr(start, '\n', lines->end - lines->start) : NULL;
	if (newline == NULL) {
		lines->whole = false;
		return last_line(lines, line);
	}
	lines->handed++;
	length = (size_t)(newline - start);
	*line = (struct line){{start, length}, ++lines->number, length, LINE_WHOLE};
	if (lines->long_bytes > 0) {
		line->bytes = lines->long_bytes;
		line->state = LINE_LONG;
		lines->long_bytes = 0;
	} else if (length > lines->max_line) {
		lines_cut(line);
	}
	lines->start += length + 1;
	lines->whole = lines->start < lines->end; /* perhaps */
	return true;
}
