/* start_option: reads options that name a group, and a place in a stream. */
#include "base/clock.h"
#include "base/name.h"
#include "text/timestamp.h"
#include "stream_options/start_option.h"

void
group_option(struct tool *tool, const char *option, const char *text, void *target)
{
	struct shown shown;

	if (!name_is_valid(text))
		tool_usage(tool,
		    "option %s: \"%s\" is not a group name: use letters, digits, \"_\", \".\" "
		    "and \"-\"",
		    option, show(&shown, text, strlen(text)));
	*(const char **)target = text;
}

void
start_option(struct tool *tool, const char *option, const char *text, void *target)
{
	struct start *start = target;
	struct shown shown;
	int64_t ago;

	start->text = text;
	if (strcmp(text, "trim-horizon") == 0) {
		start->from = FROM_TRIM_HORIZON;
	} else if (strcmp(text, "latest") == 0) {
		start->from = FROM_LATEST;
	} else if (text[0] == '-' && duration_parse(span_of(text + 1), &ago)) {
		start->from = FROM_TIME;
		start->time = clock_now() - ago;
	} else if (timestamp_parse(span_of(text), &start->time)) {
		start->from = FROM_TIME;
	} else if (position_parse(span_of(text), &start->position)) {
		start->from = FROM_POSITION;
	} else {
		tool_usage(tool,
		    "option %s: \"%s\" is not trim-horizon, latest, a time such as "
		    "2025-01-07T01:00:00Z or -15m, or a position such as 0:7",
		    option, show(&shown, text, strlen(text)));
	}
}
