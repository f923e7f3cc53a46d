/* options: the options of kack. */
#ifndef KACK_OPTIONS_H
#define KACK_OPTIONS_H

#include "stream_options/start_option.h"
#include "tool/tool.h"

struct ack_options {
	const char *stream;
	const char *group;
	struct start to;
	bool delete_group;
	bool receipts;
	const char *import_of, *export_to; /* a group beside the stream */
};

/* Starts the tool; a wrong command line ends it. */
void ack_options_read(struct tool *tool, int argc, char **argv, struct ack_options *options);

#endif
