/* start_option: options that name a group, and a place in a stream where reading starts. */
#ifndef STREAM_OPTIONS_START_OPTION_H
#define STREAM_OPTIONS_START_OPTION_H

#include "stream/stream.h"
#include "tool/tool.h"

struct start {
	const char *text; /* as given; NULL: not given */
	enum stream_from from;
	int64_t time; /* FROM_TIME: ms since 1970 */
	struct position position; /* FROM_POSITION: borrowed from text */
};

/* For OPTION_CALL: a group's name, to a const char *. */
void group_option(struct tool *tool, const char *option, const char *text, void *target);
/* For OPTION_CALL: trim-horizon, latest, a time, -15m, or a position, to a struct start. */
void start_option(struct tool *tool, const char *option, const char *text, void *target);

/* What completion offers for a place. */
#define START_VALUES "trim-horizon latest"

#endif
