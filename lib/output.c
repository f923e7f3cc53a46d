#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "output.h"

enum {
	CAPACITY = 256 * 1024,
	PATIENCE_WHEN_STOPPED = 2 /* interrupted writes in which the reader takes nothing */
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

static bool
failed_before(const struct output *output, struct failure *failure)
{
	if (output->failed.kind == FAILURE_NONE)
		return false;
	*failure = output->failed;
	return true;
}

/*
 * Told to end, a write goes on as long as the reader takes something, so that
 * it is not cut off inside a line; whoever sets stop sees to it that blocked
 * calls are interrupted again and again.
 */
static bool
give_up(const struct output *output, int *interrupted)
{
	return output->stop != NULL && *output->stop && ++*interrupted > PATIENCE_WHEN_STOPPED;
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
				fail(&output->failed, FAILURE_STOPPED, "stopped by a signal");
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
	/* Where it can be, a write ends where a line does: others may share the pipe. */
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
