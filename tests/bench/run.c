/*
 * run: runs a command and writes down what it took.
 *   run [-n TIMES] FILE COMMAND [ARGUMENT…]
 * Appends a line to FILE for each time: seconds, CPU seconds in user and in
 * system mode, peak memory in KiB (the largest of the command and those it
 * waited for). Where standard input is a file, each time begins at its start.
 * Exit status: that of the command, the first that was not 0; 126 where there is none.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double
seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static int
run(char **command, FILE *figures)
{
	struct rusage usage;
	double start = now();
	pid_t child = fork();
	int status;

	if (child == 0) {
		execvp(command[0], command);
		fprintf(stderr, "run: %s: %s\n", command[0], strerror(errno));
		_exit(126);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
		perror("run");
		return 126;
	}
	fprintf(figures, "%.6f %.6f %.6f %ld\n", now() - start, seconds(usage.ru_utime),
	    seconds(usage.ru_stime), usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	long times = 1;
	int status = 0, option;
	FILE *figures;

	while ((option = getopt(argc, argv, "+n:")) != -1) {
		if (option != 'n' || (times = strtol(optarg, NULL, 10)) < 1)
			return 126;
	}
	if (argc - optind < 2) {
		fputs("usage: run [-n TIMES] FILE COMMAND [ARGUMENT...]\n", stderr);
		return 126;
	}
	figures = fopen(argv[optind], "ae");
	if (figures == NULL) {
		perror(argv[optind]);
		return 126;
	}
	for (long i = 0; i < times && status == 0; i++) {
		lseek(STDIN_FILENO, 0, SEEK_SET);
		status = run(argv + optind + 1, figures);
	}
	return fclose(figures) == 0 ? status : 126;
}
