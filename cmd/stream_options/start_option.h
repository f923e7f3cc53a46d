/* from: what kread and kack alike take on their command lines: groups, and places in a stream. */
#ifndef STREAM_OPTIONS_START_OPTION_H
#define STREAM_OPTIONS_START_OPTION_H

#include "stream/stream.h"
#include "tool/tool.h"

struct from {
	enum stream_from from;
	int64_t time;
	struct position position; /* borrowed from the argument */
};

/* A group's name, or a usage error. */
const char *group_option(struct tool *tool, const char *text);
/* trim-horizon, latest, a time, -15m, or a position; else a usage error that names option. */
void from_option(struct tool *tool, const char *option, const char *text, struct from *from);

#endif
