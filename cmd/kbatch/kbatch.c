/* kbatch: gives its input lines to a command in batches, and writes out those that are done. */
#include "kbatch/command_sink.h"
#include "kbatch/options.h"
#include "storing/storing.h"

int
main(int argc, char **argv)
{
	struct tool tool;
	struct kbatch_options options;

	kbatch_options_read(&tool, argc, argv, &options);
	tool_ready(&tool);
	storing_run(&(struct storing){.tool = &tool,
	    .sink = command_sink_open(&tool, &options.sink),
	    .rejects_path = options.rejects,
	    .quiet = options.sink.quiet});
}
