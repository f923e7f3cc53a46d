/*
 * child_stderr: what a command of kbatch writes to its standard error, in pieces of any length.
 * What is kept of it is the end of what it wrote.
 */
#include "base/clock.h"
#include "kbatch/child_stderr.h"
#include "rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4096, SHOWN = 100 /* lines, after which none are shown for a while */ };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tool tool = {.name = "kbatch"};
	static struct child_stderr_limit limit = {.tool = &tool, .name = "command"};
	struct child_stderr child;
	struct bytes bytes = {data, size};
	char all[MOST];
	size_t length = 0;
	struct span last;

	limit.shown = SHOWN;
	limit.since = clock_steady();
	child_stderr_begin(&child, &limit);
	while (bytes.left > 0) {
		uint8_t times = bytes_one(&bytes) % 8;
		struct bytes piece = bytes_some(&bytes);

		for (; times > 0 && length + piece.left <= sizeof all; times--) {
			memcpy(all + length, piece.at, piece.left);
			length += piece.left;
			child_stderr_take(&child, (const char *)piece.at, piece.left);
		}
	}
	child_stderr_end_line(&child);
	last = child_stderr_last(&child);
	must(last.length <= CHILD_STDERR_LAST);
	must(last.length == 0 || last.start[last.length - 1] != '\n');
	while (length > 0 && all[length - 1] == '\n')
		length--;
	must(last.length <= length);
	must(last.length == 0 || memcmp(all + length - last.length, last.start, last.length) == 0);
	return 0;
}
