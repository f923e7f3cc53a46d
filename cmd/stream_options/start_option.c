/* from: groups and places in a stream, as kread and kack take them. */
#include "base/clock.h"
#include "base/name.h"
#include "text/timestamp.h"
#include "stream_options/start_option.h"

const char *
group_option(struct tool *tool, const char *text)
{
	struct shown shown;

	if (!name_is_valid(text))
		tool_usage(tool,
		    "option -g: \"%s\" is no name of a group: use letters, digits, \"_\", \".\" "
		    "and \"-\"",
		    show(&shown, text, strlen(text)));
	return text;
}

void
from_option(struct tool *tool, const char *option, const char *text, struct from *from)
{
	struct shown shown;
	int64_t ago;

	if (strcmp(text, "trim-horizon") == 0) {
		from->from = FROM_TRIM_HORIZON;
	} else if (strcmp(text, "latest") == 0) {
		from->from = FROM_LATEST;
	} else if (text[0] == '-' && duration_parse(span_of(text + 1), &ago)) {
		from->from = FROM_TIME;
		from->time = clock_now() - ago;
	} else if (timestamp_parse(span_of(text), &from->time)) {
		from->from = FROM_TIME;
	} else if (position_parse(span_of(text), &from->position)) {
		from->from = FROM_POSITION;
	} else {
		tool_usage(tool,
		    "option %s: %s is neither trim-horizon, latest, a time such as "
		    "2025-01-07T01:00:00Z, so long ago such as -15m, nor a position such as 0:7",
		    option, show(&shown, text, strlen(text)));
	}
}
