/*
 * stamp: copies standard input to standard output, and writes to FILE when its first and its last
 * bytes came: seconds of a clock that all processes share.
 *   stamp FILE
 */
#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	static char bytes[256 * 1024];
	double first = 0, last = 0;
	ssize_t count;
	FILE *file;

	while ((count = read(0, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR)) {
		if (count < 0)
			continue;
		last = now();
		first = first > 0 ? first : last;
		for (ssize_t sent = 0, part; sent < count; sent += part) {
			part = write(1, bytes + sent, (size_t)(count - sent));
			if (part < 0)
				return 2;
		}
	}
	file = argc == 2 ? fopen(argv[1], "we") : NULL;
	if (count < 0 || file == NULL)
		return 2;
	fprintf(file, "%.6f %.6f\n", first, last);
	return fclose(file) == 0 ? 0 : 2;
}
