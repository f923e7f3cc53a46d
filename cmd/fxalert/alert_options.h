/* alert_options: the command line of fxalert. */
#ifndef FXALERT_ALERT_OPTIONS_H
#define FXALERT_ALERT_OPTIONS_H

#include "alert/rule.h"
#include "tool/tool.h"

struct alert_options {
	const char *key; /* members of the records */
	const char *time;
	struct rules rules;
	const char *reset;
	size_t max_state;
	const char *stream;
	const char *group; /* NULL: no state is kept */
	const char *state; /* a file; NULL: beside the group */
	const char *rejects;
};

void alert_options_read(struct tool *tool, int argc, char **argv, struct alert_options *options);

#endif
