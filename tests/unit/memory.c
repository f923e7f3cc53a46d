/* memory: a process that gets no memory says who it is, and ends with 75. */
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/memory.h"
#include "tap.h"

int
main(void)
{
	char said[100];
	int ends[2], status = 0;
	size_t length = 0;
	ssize_t got;
	pid_t child;

	if (pipe(ends) < 0 || (child = fork()) < 0)
		return 1;
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		memory_resize(NULL, SIZE_MAX, 2);
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], said + length, sizeof said - length)) > 0)
		length += (size_t)got;
	waitpid(child, &status, 0);
	is_span((struct span){said, length}, span_of("memory: out of memory\n"), "the message");
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 75, "the exit status");
	return done();
}
