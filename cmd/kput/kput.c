/* kput: puts lines into a stream. */
#include "stream_options/members.h"
#include "kput/options.h"
#include "storing/storing.h"

enum {
	WINDOW = 2 * 1024 * 1024,
	SENT_WINDOW = 512 * 1024 /* copied from there, and kept elsewhere */
};

struct kput {
	struct tool *tool;
	struct stream *stream;
	struct members members;
	struct record records[LINES_BATCH];
	size_t count;
};

static bool open_stream(
    struct kput *kput, const struct put_options *options, struct failure *failure);
static bool take(void *context, struct span line, uint64_t ticket, struct failure *failure);
static bool commit(void *context, struct failure *failure);
static bool move(void *context, int input, int watch, int timeout, struct failure *failure);
static bool fate(void *context, uint64_t *ticket, bool *present, struct failure *refused);
static uint64_t retries(void *context);
static uint64_t throttles(void *context);
static void close_stream(void *context);

int
main(int argc, char **argv)
{
	static struct kput kput;
	struct tool tool;
	struct put_options options;
	struct failure failure;
	struct sandbox sandbox = {.network = false};
	struct storing storing;

	put_options_read(&tool, argc, argv, &options);
	tool_ready(&tool);
	kput.tool = &tool;
	members_want(&kput.members, options.key, options.hash_key);
	if (!open_stream(&kput, &options, &failure)) {
		tool_failed(&tool, &failure);
		tool_end(&tool, &failure);
	}
	storing = (struct storing){.tool = &tool,
	    .rejects_path = options.rejects,
	    .quiet = options.quiet,
	    .window = WINDOW,
	    .sandbox = &sandbox,
	    .context = &kput,
	    .take = take,
	    .commit = commit,
	    .close = close_stream};
	sandbox.writable[0] = stream_directory(kput.stream);
	if (stream_sends(kput.stream)) {
		sandbox.network = true;
		sandbox.programs = stream_runs_programs(kput.stream);
		storing.window = SENT_WINDOW;
		storing.move = move;
		storing.fate = fate;
		storing.retries = retries;
		storing.throttles = throttles;
	}
	storing_run(&storing);
}

/* kput changes no stream: asking for other shards must not pass unnoticed. */
static bool
check_shards(struct kput *kput, unsigned asked, struct failure *failure)
{
	size_t there;

	if (asked == 0)
		return true;
	there = stream_open_shards(kput->stream, failure);
	if (there == 0)
		return false;
	return asked == there ||
	       fail(failure, FAILURE_PERMANENT,
	           "the stream has %zu shards and --shards asks for %u: kput leaves them as they "
	           "are, fxstack changes them",
	           there, asked);
}

static bool
open_stream(struct kput *kput, const struct put_options *options, struct failure *failure)
{
	struct stream_settings settings = options->stream_settings;

	settings.caller = tool_caller(kput->tool);
	kput->stream = stream_open(options->stream, STREAM_WRITE, &settings, NULL, failure);
	if (kput->stream == NULL)
		return false;
	if (stream_sends(kput->stream) && (settings.shards != 0 || settings.retention != 0))
		return fail(failure, FAILURE_PERMANENT,
		    "kput makes embedded streams alone, with --shards and --retention: on AWS "
		    "`aws kinesis create-stream` makes them, or the console");
	return check_shards(kput, settings.shards, failure);
}

static bool
take(void *context, struct span line, uint64_t ticket, struct failure *failure)
{
	struct kput *kput = context;
	struct record record = {.data = line};

	if (!members_find(&kput->members, &record, failure) ||
	    !stream_accepts(kput->stream, &record, failure))
		return false;
	if (stream_sends(kput->stream))
		return stream_send(kput->stream, &record, ticket, failure);
	kput->records[kput->count++] = record;
	return true;
}

static bool
commit(void *context, struct failure *failure)
{
	struct kput *kput = context;
	size_t count = kput->count;

	kput->count = 0;
	return stream_put(kput->stream, kput->records, count, failure);
}

static bool
move(void *context, int input, int watch, int timeout, struct failure *failure)
{
	return stream_move(((struct kput *)context)->stream, input, watch, timeout, failure);
}

static bool
fate(void *context, uint64_t *ticket, bool *present, struct failure *refused)
{
	*present = false;
	return stream_fate(((struct kput *)context)->stream, ticket, refused);
}

static uint64_t
retries(void *context)
{
	return stream_retries(((struct kput *)context)->stream);
}

static uint64_t
throttles(void *context)
{
	return stream_throttles(((struct kput *)context)->stream);
}

static void
close_stream(void *context)
{
	stream_close(((struct kput *)context)->stream);
}
