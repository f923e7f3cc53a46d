/* batch_options: what kbatch can be asked for. */
#ifndef KBATCH_OPTIONS_H
#define KBATCH_OPTIONS_H

#include "kbatch/context.h"

struct batch_options {
	struct course_settings settings;
	const char *key;
	const char *rejects;
	bool quiet;
};

/* Ends the program where they are wrong. */
void batch_options_read(struct tool *tool, int argc, char **argv, struct batch_options *options);

#endif
