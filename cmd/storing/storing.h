/*
 * storing: the loop of a tool that stores or sends its input lines: each is written to the output
 * once it, and every line before it, is safe or set aside (the laws of fxpipe(7)).
 */
#ifndef STORING_STORING_H
#define STORING_STORING_H

#include "record/sink.h"
#include "tool/tool.h"

struct storing {
	struct tool *tool;
	struct sink *sink; /* closed in the end */
	const char *rejects_path; /* -x, or NULL */
	bool quiet; /* -q */
};

/*
 * Confines the program to what the sink and the rejects file need, runs until the input ends, then
 * tool_end.
 */
_Noreturn void storing_run(const struct storing *storing);

#endif
