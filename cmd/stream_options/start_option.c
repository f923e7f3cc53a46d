/* start_option: reads options that name a group, and a place in a stream. */
#include "group/checkpoints.h"
#include "stream_options/start_option.h"

void
group_option(struct tool *tool, const char *option, const char *text, void *target)
{
	struct shown shown;

	if (!checkpoints_is_group(text))
		tool_usage(tool,
		    "option %s: \"%s\" is not a group name: use letters, digits, \"_\", \".\" "
		    "and \"-\"; or dynamodb:TABLE",
		    option, show(&shown, text, strlen(text)));
	*(const char **)target = text;
}

void
start_option(struct tool *tool, const char *option, const char *text, void *target)
{
	struct failure failure;

	if (!start_read(text, target, &failure))
		tool_usage(tool, "option %s: %s", option, failure.text);
}
