/* options: the options of kbatch. */
#ifndef KBATCH_OPTIONS_H
#define KBATCH_OPTIONS_H

#include "kbatch/command_sink.h"

struct kbatch_options {
	struct command_sink_settings sink;
	const char *rejects;
};

/* A wrong command line ends the program. */
void kbatch_options_read(struct tool *tool, int argc, char **argv, struct kbatch_options *options);

#endif
