/* start_option: options that name a group, and a place in a stream where reading starts. */
#ifndef STREAM_OPTIONS_START_OPTION_H
#define STREAM_OPTIONS_START_OPTION_H

#include "stream/start.h"
#include "tool/tool.h"

/* For OPTION_CALL: a group's name, to a const char *. */
void group_option(struct tool *tool, const char *option, const char *text, void *target);
/* For OPTION_CALL: all that start_read takes, to a struct start. */
void start_option(struct tool *tool, const char *option, const char *text, void *target);

/* What completion offers for a place. */
#define START_VALUES "trim-horizon latest"

#endif
