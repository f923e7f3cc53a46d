/* confine: confines a tool, before it calls a service or once embedded files are open. */
#include "stream_options/confine.h"

void
confine_before(struct tool *tool, const char *stream, enum confine_groups groups)
{
	struct sandbox sandbox = {.network = false};
	struct caller caller = tool_caller(tool);

	if (tool->confined || !stream_sandbox(stream, &caller, &sandbox))
		return;
	if (groups != CONFINE_NONE)
		checkpoints_sandbox(stream, NULL, groups == CONFINE_CREATE, &caller, &sandbox);
	tool_confine(tool, &sandbox);
}

void
confine_after(struct tool *tool, const struct stream *stream, const struct checkpoints *groups)
{
	tool_confine_to(
	    tool, stream_directory(stream), groups != NULL ? checkpoints_directory(groups) : NULL);
}
