/* confine: confines a tool, before it calls a service or once embedded files are open. */
#include "stream_options/confine.h"

void
confine_before(struct tool *tool, const char *stream, const char *const *names, size_t count,
    enum confine_groups groups)
{
	struct sandbox sandbox = {.network = false};
	struct caller caller = tool_caller(tool);

	if (tool->confined || !stream_sandbox(stream, &caller, &sandbox))
		return;
	for (size_t i = 0; groups != CONFINE_NONE && (i < count || i == 0); i++)
		checkpoints_sandbox(stream, count > 0 ? names[i] : NULL, groups == CONFINE_CREATE,
		    &caller, &sandbox);
	tool_confine(tool, &sandbox);
}

void
confine_after(struct tool *tool, const struct stream *stream, const struct checkpoints *groups)
{
	tool_confine_to(
	    tool, stream_directory(stream), groups != NULL ? checkpoints_directory(groups) : NULL);
}
