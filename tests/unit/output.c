/* output: every byte once and in order, and failures kept. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "system/output.h"
#include "tap.h"

/* All that is in a file, from its start. */
static size_t
contents(int fd, char *to, size_t room)
{
	ssize_t got = pread(fd, to, room, 0);

	return got < 0 ? 0 : (size_t)got;
}

static int
temporary_file(void)
{
	FILE *file = tmpfile();
	int fd = file != NULL ? dup(fileno(file)) : -1;

	if (fd < 0)
		abort();
	fclose(file);
	return fd;
}

static void
test_flush(void)
{
	int fd = temporary_file();
	struct output *output = output_open(fd, NULL);
	struct failure failure;
	char text[100];

	ok(output_add(output, "a\0b", 3, &failure), "bytes");
	ok(output_add_line(output, span_of("line"), &failure), "a line");
	ok(output_add_line(output, (struct span){NULL, 0}, &failure), "an empty one");
	ok(output_add(output, NULL, 0, &failure), "nothing");
	is_number((int64_t)contents(fd, text, sizeof text), 0, "nothing is written before a flush");
	ok(output_flush(output, &failure), "flush");
	is_span((struct span){text, contents(fd, text, sizeof text)},
	    (struct span){"a\0bline\n\n", 9}, "all of it is there");
	ok(output_flush(output, &failure), "nothing more to flush");
	is_number((int64_t)contents(fd, text, sizeof text), 9, "nothing is written twice");
	output_close(output);
	close(fd);
}

/* Pieces of all sizes around that of the buffer. */
static void
test_much(void)
{
	static const size_t sizes[] = {
	    1, 100, 262143, 1, 262144, 2, 262145, 1000000, 3, 131072, 131073};
	enum { ROOM = 4 * 1024 * 1024 };
	char *expected = malloc(ROOM), *got = malloc(ROOM);
	int fd = temporary_file();
	struct output *output = output_open(fd, NULL);
	struct failure failure;
	size_t length = 0;
	bool added = true;

	for (size_t i = 0; i < ROOM; i++)
		expected[i] = (char)(i * 7 + i / 255);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		added = added && output_add(output, expected + length, sizes[i], &failure);
		length += sizes[i];
	}
	ok(added && output_flush(output, &failure), "pieces of many sizes");
	is_number((int64_t)contents(fd, got, ROOM), (int64_t)length, "as many bytes");
	ok(memcmp(expected, got, length) == 0, "the same bytes");
	output_close(output);
	close(fd);
	free(expected);
	free(got);
}

/* A buffer that is full leaves with whole lines where lines are what was added. */
static void
test_boundary(void)
{
	int fd = temporary_file();
	struct output *output = output_open(fd, NULL);
	struct failure failure;
	char line[1000], last;
	off_t end;

	memset(line, 'x', sizeof line);
	for (unsigned i = 0; i < 300; i++)
		output_add_line(output, (struct span){line, sizeof line}, &failure);
	end = lseek(fd, 0, SEEK_END);
	ok(end > 200000 && end < 300 * 1001, "some of it has left");
	ok(end > 0 && pread(fd, &last, 1, end - 1) == 1 && last == '\n', "at the end of a line");
	output_close(output);
	close(fd);
}

static void
test_failures(void)
{
	struct output *output = output_open(open("/dev/full", O_WRONLY), NULL);
	struct failure failure;
	char *much = calloc(1, 300000);

	ok(output_add(output, "a", 1, &failure), "what is only added does not fail");
	ok(!output_flush(output, &failure), "a full disk");
	is_number(failure.kind, FAILURE_TEMPORARY, "is there to be tried again later");
	ok(!output_flush(output, &failure), "it is not forgotten");
	ok(!output_add(output, "a", 1, &failure), "nor skipped");
	is_number(failure.kind, FAILURE_TEMPORARY, "by the same failure");
	output_close(output);
	output = output_open(open("/dev/null", O_RDONLY), NULL);
	ok(!output_add(output, much, 300000, &failure),
	    "what cannot be written to, found with a large piece");
	is_number(failure.kind, FAILURE_PERMANENT, "needs attention");
	output_close(output);
	free(much);
}

static void
test_reader_gone(void)
{
	struct failure failure;
	struct output *output;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	if (pipe(ends) < 0)
		abort();
	ok(!output_reader_gone(ends[1]), "a pipe with a reader");
	output = output_open(ends[1], NULL);
	close(ends[0]);
	ok(output_reader_gone(ends[1]), "a pipe without one");
	output_add(output, "a", 1, &failure);
	ok(!output_flush(output, &failure), "nobody to write to");
	is_number(failure.kind, FAILURE_READER_GONE, "is distinguished");
	output_close(output);
	close(ends[1]);
	ok(!output_reader_gone(open("/dev/null", O_WRONLY)), "no pipe");
}

static volatile sig_atomic_t stop;

/* Like the tools': once a second as long as it is not dealt with. */
static void
on_alarm(int number)
{
	stop = number;
	alarm(1);
}

static void
test_stop(void)
{
	struct sigaction action = {.sa_handler = on_alarm};
	char *much = calloc(1, 300000);
	struct failure failure;
	struct output *output;
	int ends[2];

	sigaction(SIGALRM, &action, NULL);
	if (pipe(ends) < 0)
		abort();
	output = output_open(ends[1], &stop);
	alarm(1);
	ok(!output_add(output, much, 300000, &failure),
	    "a reader that takes nothing: given up when stopped");
	is_number(failure.kind, FAILURE_STOPPED, "and reported");
	alarm(0);
	output_close(output);
	close(ends[0]);
	close(ends[1]);
	free(much);
}

/* Stopped, but the reader continues to read: all of it is written. */
static void
test_stop_slow(void)
{
	enum { LENGTH = 300000 };
	char *much = calloc(1, LENGTH);
	struct failure failure;
	struct output *output;
	int ends[2], status = -1;
	pid_t reader;

	stop = 0;
	if (pipe(ends) < 0)
		abort();
	fflush(stdout);
	reader = fork();
	if (reader == 0) {
		size_t taken = 0;
		ssize_t got;

		close(ends[1]);
		poll(NULL, 0, 1500); /* so that the signal comes while the writer is blocked */
		while ((got = read(ends[0], much, LENGTH)) > 0)
			taken += (size_t)got;
		_exit(taken != LENGTH);
	}
	close(ends[0]);
	output = output_open(ends[1], &stop);
	alarm(1);
	ok(output_add(output, much, LENGTH, &failure) && output_flush(output, &failure),
	    "a reader that is slow: it gets all");
	alarm(0);
	ok(stop != 0, "the signal came meanwhile");
	output_close(output);
	close(ends[1]);
	ok(waitpid(reader, &status, 0) == reader && status == 0, "and has all");
	free(much);
}

/* A descriptor that does not block is waited for. */
static void
test_nonblocking(void)
{
	enum { LENGTH = 2000000 };
	char *much = malloc(LENGTH), *got = malloc(LENGTH);
	struct failure failure;
	struct output *output;
	int ends[2], status = -1;
	pid_t reader;

	for (size_t i = 0; i < LENGTH; i++)
		much[i] = (char)(i * 7 + i / 255);
	if (pipe(ends) < 0)
		abort();
	fflush(stdout);
	reader = fork();
	if (reader == 0) {
		size_t taken = 0;
		ssize_t more;

		close(ends[1]);
		while (taken < LENGTH && (more = read(ends[0], got + taken, LENGTH - taken)) > 0)
			taken += (size_t)more;
		_exit(taken != LENGTH || memcmp(much, got, LENGTH) != 0);
	}
	close(ends[0]);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	output = output_open(ends[1], NULL);
	ok(output_add(output, much, LENGTH, &failure) && output_flush(output, &failure),
	    "a pipe that does not block");
	output_close(output);
	close(ends[1]);
	ok(waitpid(reader, &status, 0) == reader && status == 0, "gets every byte");
	free(much);
	free(got);
}

int
main(void)
{
	test_flush();
	test_much();
	test_boundary();
	test_failures();
	test_reader_gone();
	test_stop();
	test_stop_slow();
	test_nonblocking();
	return done();
}
