/* kput: writes lines to a stream. */
#include "kput/options.h"
#include "storing/storing.h"
#include "group/checkpoints.h"

static struct sink *open_sink(
    struct tool *tool, const struct put_options *options, struct failure *failure);

static void confine(struct storing *storing, const char *stream);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct put_options options;
	struct failure failure;
	struct storing storing = {.tool = &tool};
	struct sandbox sandbox = {.network = false};
	struct caller caller;

	put_options_read(&tool, argc, argv, &options);
	tool_ready(&tool);
	storing.rejects_path = options.rejects;
	storing.quiet = options.quiet;
	caller = tool_caller(&tool);
	if (stream_sandbox(options.stream, &caller, &sandbox))
		storing_confine(&storing, &sandbox);
	storing.sink = open_sink(&tool, &options, &failure);
	if (storing.sink == NULL)
		tool_fail(&tool, &failure);
	if (storing.sink->directory != NULL)
		confine(&storing, options.stream);
	storing_run(&storing);
}

/* To an embedded stream and its groups, which may be beside a link to it. */
static void
confine(struct storing *storing, const char *stream)
{
	struct sandbox sandbox = {.network = false};
	struct caller caller = tool_caller(storing->tool);

	sandbox_write(&sandbox, storing->sink->directory);
	checkpoints_sandbox(stream, NULL, false, &caller, &sandbox);
	storing_confine(storing, &sandbox);
}

/* kput changes no stream: --shards with another number of shards is an error. */
static bool
check_shards(struct stream *stream, const struct stream_settings *asked, struct failure *failure)
{
	size_t shards;

	if (stream_sends(stream) && (asked->shards != 0 || asked->retention != 0))
		return fail(failure, FAILURE_PERMANENT,
		    "--shards and --retention are for embedded streams, which kput creates: use "
		    "fxstack to create or change a Kinesis stream");
	if (asked->shards == 0)
		return true;
	shards = stream_open_shards(stream, failure);
	if (shards == 0)
		return false;
	return asked->shards == shards ||
	       fail(failure, FAILURE_PERMANENT,
	           "--shards asks for %u, but the stream has %zu: use fxstack to change the number "
	           "of shards",
	           asked->shards, shards);
}

static struct sink *
open_sink(struct tool *tool, const struct put_options *options, struct failure *failure)
{
	struct stream_settings settings = options->stream_settings;
	struct stream *stream;

	settings.caller = tool_caller(tool);
	stream = stream_open(options->stream, STREAM_WRITE, &settings, NULL, failure);
	if (stream == NULL)
		return NULL;
	if (!check_shards(stream, &settings, failure)) {
		stream_close(stream);
		return NULL;
	}
	return stream_sink_open(stream, &options->sink_settings);
}
