/* output: a buffer of 256 KiB before write(2). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "system/output.h"

enum {
	CAPACITY = 256 * 1024,
	PATIENCE_WHEN_STOPPED = 2 /* interrupted writes during which the reader takes nothing */
};

struct output {
	int fd;
	const volatile sig_atomic_t *stop;
	struct failure failed; /* the first failure, kept */
	size_t length;
	char data[CAPACITY];
};

struct output *
output_open(int fd, const volatile sig_atomic_t *stop)
{
	struct output *output = memory_new(1, sizeof *output);

	output->fd = fd;
	output->stop = stop;
	return output;
}

void
output_close(struct output *output)
{
	free(output);
}

void
output_drop(struct output *output)
{
	output->length = 0;
}

static bool
failed_before(const struct output *output, struct failure *failure)
{
	if (output->failed.kind == FAILURE_NONE)
		return false;
	*failure = output->failed;
	return true;
}

/*
 * After a stop, a write continues as long as the reader takes something, so that it does not end
 * inside a line. The program that sets stop interrupts blocked calls repeatedly.
 */
static bool
give_up(const struct output *output, int *interrupted)
{
	return output->stop != NULL && *output->stop && ++*interrupted > PATIENCE_WHEN_STOPPED;
}

static const char *
last_newline(const char *bytes, size_t length)
{
	while (length > 0 && bytes[length - 1] != '\n')
		length--;
	return length > 0 ? bytes + length - 1 : NULL;
}

static bool
write_all(struct output *output, const char *bytes, size_t length, struct failure *failure)
{
	struct pollfd writable = {.fd = output->fd, .events = POLLOUT};
	int interrupted = 0;

	while (length > 0) {
		ssize_t written = write(output->fd, bytes, length);

		if (written >= 0) {
			bytes += written;
			length -= (size_t)written;
			interrupted = 0;
		} else if (errno == EAGAIN && poll(&writable, 1, -1) >= 0) {
			continue;
		} else if (errno == EINTR) {
			if (give_up(output, &interrupted))
				fail_stopped(&output->failed);
		} else {
			fail_errno(&output->failed, errno, "could not write the output");
		}
		if (failed_before(output, failure))
			return false;
	}
	return true;
}

bool
output_flush(struct output *output, struct failure *failure)
{
	size_t length = output->length;

	if (failed_before(output, failure))
		return false;
	output->length = 0;
	return write_all(output, output->data, length, failure);
}

/* How many bytes a write accepts without blocking. */
static size_t
takes_now(const struct output *output)
{
	struct pollfd writable = {.fd = output->fd, .events = POLLOUT};
	int size = -1, held = 0;

	if (poll(&writable, 1, 0) > 0 && writable.revents == POLLOUT) {
#ifdef F_GETPIPE_SZ
		size = fcntl(output->fd, F_GETPIPE_SZ);
#endif
		if (size < 0)
			return CAPACITY;
		/* A writable pipe that holds something has at least one page free. */
		return ioctl(output->fd, FIONREAD, &held) == 0 && held == 0 ? (size_t)size
		                                                            : PIPE_BUF;
	}
	/* An error is reported by the write. */
	return writable.revents & (POLLERR | POLLNVAL) ? CAPACITY : 0;
}

bool
output_try(struct output *output, struct failure *failure)
{
	size_t most, length;
	const char *newline;

	if (failed_before(output, failure))
		return false;
	while (output->length > 0 && (most = takes_now(output)) > 0) {
		length = output->length < most ? output->length : most;
		newline = last_newline(output->data, length);
		if (newline == NULL)
			newline = memchr(output->data, '\n', output->length);
		if (newline != NULL)
			length = (size_t)(newline + 1 - output->data);
		if (!write_all(output, output->data, length, failure))
			return false;
		output->length -= length;
		memmove(output->data, output->data + length, output->length);
	}
	return true;
}

size_t
output_held(const struct output *output)
{
	return output->length;
}

size_t
output_room(const struct output *output)
{
	return CAPACITY - output->length;
}

bool
output_add(struct output *output, const void *bytes, size_t length, struct failure *failure)
{
	if (failed_before(output, failure))
		return false;
	if (length > CAPACITY - output->length && !output_flush(output, failure))
		return false;
	if (length > CAPACITY)
		return write_all(output, bytes, length, failure);
	if (length > 0)
		memcpy(output->data + output->length, bytes, length);
	output->length += length;
	return true;
}

bool
output_add_line(struct output *output, struct span line, struct failure *failure)
{
	/* If possible a write ends at the end of a line: other programs may share the pipe. */
	if (line.length + 1 > CAPACITY - output->length && !output_flush(output, failure))
		return false;
	return output_add(output, line.start, line.length, failure) &&
	       output_add(output, "\n", 1, failure);
}

bool
output_reader_gone(int fd)
{
	struct pollfd watched = {.fd = fd};

	return poll(&watched, 1, 0) > 0 && (watched.revents & (POLLERR | POLLHUP)) != 0;
}
