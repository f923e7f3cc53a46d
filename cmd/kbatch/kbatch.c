/* kbatch: gives its lines to a command in batches, and writes out those that it did. */
#include "kbatch/options.h"
#include "kbatch/batches.h"
#include "kbatch/lane.h"
#include "storing/storing.h"

struct kbatch {
	struct sink sink;
	struct batches *batches;
	struct lanes lanes;
	bool quiet;
};

static const struct sink_kind kind;

int
main(int argc, char **argv)
{
	static struct kbatch kbatch;
	struct tool tool;
	struct batch_options options;

	batch_options_read(&tool, argc, argv, &options);
	tool_ready(&tool);
	kbatch.sink.kind = &kind;
	kbatch.quiet = options.quiet;
	lanes_want(&kbatch.lanes, options.key, options.settings.jobs, tool.max_line);
	kbatch.batches = batches_open(&tool, &options.settings);
	storing_run(&(struct storing){.tool = &tool,
	    .sink = &kbatch.sink,
	    .rejects_path = options.rejects,
	    .quiet = options.quiet});
}

static bool
take(struct sink *sink, struct span line, uint64_t ticket, struct failure *failure)
{
	struct kbatch *kbatch = (struct kbatch *)sink;
	uint64_t lane;

	if (!lane_find(&kbatch->lanes, line, &lane, failure))
		return false;
	batches_add(kbatch->batches, line, ticket, lane);
	return true;
}

static bool
poll_batches(struct sink *sink, int input, int watch, int timeout, struct failure *failure)
{
	struct kbatch *kbatch = (struct kbatch *)sink;

	/* Its reader is watched as long as there is one. */
	if (watch < 0 && !kbatch->quiet)
		batches_reader_gone(kbatch->batches);
	return batches_move(kbatch->batches, input, watch, timeout, failure);
}

static bool
next_result(struct sink *sink, struct sink_result *result)
{
	struct batches *batches = ((struct kbatch *)sink)->batches;

	if (!batches_fate(batches, &result->ticket, &result->refused))
		return false;
	result->outcome = result->refused.kind == FAILURE_NONE ? SINK_DONE : SINK_REFUSED;
	result->details = batches_details(batches);
	return true;
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	counters->retries = batches_retries(((const struct kbatch *)sink)->batches);
	counters->throttled = 0;
}

static bool
busy(const struct sink *sink, bool reading)
{
	return batches_busy(((const struct kbatch *)sink)->batches, reading);
}

static void
close_batches(struct sink *sink)
{
	batches_close(((struct kbatch *)sink)->batches);
}

static const struct sink_kind kind = {.objects = true,
    .whole_lines = true,
    .unconfined = true, /* what COMMAND needs is unknown, and COMMAND would be confined too */
    .read_ahead = 1024 * 1024,
    .take = take,
    .poll = poll_batches,
    .next_result = next_result,
    .count = count,
    .busy = busy,
    .close = close_batches};
