/*
 * feed: gives a command its input in batches, the next once all of the last
 * has come back.
 *   feed [-w WAITS] RECORDS FILE COMMAND [ARGUMENT…]
 * WAITS: a file that gets a line for each batch, how many milliseconds it took to come back.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char received[1024 * 1024];
static FILE *waits;

static int
failed(const char *what)
{
	perror(what);
	return 2;
}

/* Where a batch that begins at start ends. */
static const char *
batch_end(const char *start, const char *end, long records)
{
	while (records-- > 0 && start < end)
		start = (const char *)memchr(start, '\n', (size_t)(end - start)) + 1;
	return start;
}

static double
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int
feed(int to, int from, const char *text, size_t size, long records)
{
	const char *end = text + size, *next;

	for (; text < end; text = next) {
		size_t left;
		double start = milliseconds();

		next = batch_end(text, end, records);
		left = (size_t)(next - text);
		/* The pipe holds a batch: it arrives whole. */
		if (write(to, text, left) != (ssize_t)left)
			return failed("feed: write");
		while (left > 0) {
			ssize_t got =
			    read(from, received, left < sizeof received ? left : sizeof received);

			if (got <= 0 || memcmp(received, next - left, (size_t)got) != 0)
				return failed("feed: what came back is not what was sent");
			left -= (size_t)got;
		}
		if (waits != NULL)
			fprintf(waits, "%.3f\n", milliseconds() - start);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	int to[2], from[2], file, status, result;
	struct stat about;
	char *text;
	pid_t child;

	if (argc > 2 && strcmp(argv[1], "-w") == 0) {
		waits = fopen(argv[2], "we");
		if (waits == NULL)
			return failed(argv[2]);
		argc -= 2;
		argv += 2;
	}
	if (argc < 4)
		return 2;
	file = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (file < 0 || fstat(file, &about) < 0 || pipe2(to, O_CLOEXEC) < 0 ||
	    pipe2(from, O_CLOEXEC) < 0)
		return failed(argv[2]);
	text = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
	if (text == MAP_FAILED || fcntl(to[1], F_SETPIPE_SZ, 1024 * 1024) < 0)
		return failed(argv[2]);
	child = fork();
	if (child == 0) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		execvp(argv[3], argv + 3);
		_exit(126);
	}
	close(to[0]);
	close(from[1]);
	result = feed(to[1], from[0], text, (size_t)about.st_size, strtol(argv[1], NULL, 10));
	close(to[1]);
	if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
		return 2;
	if (waits != NULL && fclose(waits) != 0)
		return failed("feed: the waits");
	return result;
}
