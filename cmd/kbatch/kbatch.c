/* kbatch: gives its lines to a command in batches, and writes out those that it did. */
#include "kbatch/options.h"
#include "kbatch/batches.h"
#include "kbatch/lane.h"
#include "storing/storing.h"

enum { WINDOW = 1024 * 1024 /* read ahead; copied from there */ };

struct kbatch {
	struct tool *tool;
	struct batches *batches;
	struct lanes lanes;
	bool quiet;
};

static bool take(void *context, struct span line, uint64_t ticket, struct failure *failure);
static bool move(void *context, int input, int watch, int timeout, struct failure *failure);
static bool fate(void *context, uint64_t *ticket, bool *present, struct failure *refused);
static uint64_t retries(void *context);
static bool busy(void *context, bool reading);
static const char *details(void *context);
static void close_batches(void *context);

int
main(int argc, char **argv)
{
	static struct kbatch kbatch;
	struct tool tool;
	struct batch_options options;
	struct storing storing;

	batch_options_read(&tool, argc, argv, &options);
	tool_ready(&tool);
	kbatch.tool = &tool;
	kbatch.quiet = options.quiet;
	lanes_want(&kbatch.lanes, options.key, options.settings.jobs, tool.max_line);
	kbatch.batches = batches_open(&tool, &options.settings);
	/* No sandbox: what COMMAND needs nobody here can know, and it would be in it too. */
	storing = (struct storing){.tool = &tool,
	    .rejects_path = options.rejects,
	    .quiet = options.quiet,
	    .whole = true,
	    .objects = true, /* a mark is no COMMAND's to handle, wherever its _pos stands */
	    .window = WINDOW,
	    .context = &kbatch,
	    .take = take,
	    .move = move,
	    .fate = fate,
	    .retries = retries,
	    .busy = busy,
	    .details = details,
	    .close = close_batches};
	storing_run(&storing);
}

static bool
take(void *context, struct span line, uint64_t ticket, struct failure *failure)
{
	struct kbatch *kbatch = context;
	uint64_t lane;

	if (!lane_find(&kbatch->lanes, line, &lane, failure))
		return false;
	batches_add(kbatch->batches, line, ticket, lane);
	return true;
}

static bool
move(void *context, int input, int watch, int timeout, struct failure *failure)
{
	struct kbatch *kbatch = context;

	/* Its reader is watched as long as there is one. */
	if (watch < 0 && !kbatch->quiet)
		batches_reader_gone(kbatch->batches);
	return batches_move(kbatch->batches, input, watch, timeout, failure);
}

static bool
fate(void *context, uint64_t *ticket, bool *present, struct failure *refused)
{
	*present = false;
	return batches_fate(((struct kbatch *)context)->batches, ticket, refused);
}

static uint64_t
retries(void *context)
{
	return batches_retries(((struct kbatch *)context)->batches);
}

static bool
busy(void *context, bool reading)
{
	return batches_busy(((struct kbatch *)context)->batches, reading);
}

static const char *
details(void *context)
{
	return batches_details(((struct kbatch *)context)->batches);
}

static void
close_batches(void *context)
{
	batches_close(((struct kbatch *)context)->batches);
}
