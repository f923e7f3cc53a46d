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
	struct rejects *rejects; /* the file, once it is open */
	bool quiet; /* -q */
};

/*
 * Opens the rejects file and confines the program to it and what is in sandbox (which it frees):
 * for a sink that sends to a service, before it is opened; for one that needs more than its own
 * directory, before storing_run. A failure ends the program.
 */
void storing_confine(struct storing *storing, struct sandbox *sandbox);
/*
 * Confines the program, if it is not yet, to the directory of the sink and to the rejects file,
 * runs until the input ends, then tool_end.
 */
_Noreturn void storing_run(struct storing *storing);

#endif
