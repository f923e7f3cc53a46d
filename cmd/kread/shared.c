/* shared: joins a group, reads its shards, leaves it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "group/share/worker.h"
#include "kread/shared.h"
#include "kread/shared_leases.h"
#include "kread/shared_shards.h"
#include "system/directory.h"

static bool
note(void *context, const char *shard, const struct tenure *tenure, struct failure *failure)
{
	const struct shared *shared = context;
	struct tenure noted = *tenure;

	memcpy(noted.run, shared->run, sizeof noted.run);
	return tenure_note(shared->notes, shard, &noted, failure);
}

static void
forget(void *context, const char *shard, const struct tenure *tenure)
{
	tenure_forget(((struct shared *)context)->notes, shard, tenure);
}

/* No other process on this machine has this worker's name, so what it noted has ended. */
static bool
was_mine(void *context, const struct lease *lease)
{
	const struct shared *shared = context;
	struct tenure tenure;
	struct failure ignored;
	bool found;

	return tenure_find(shared->notes, lease->shard, &tenure, &found, &ignored) && found &&
	       strcmp(tenure.id, lease->tenure) == 0 && strcmp(tenure.worker, shared->worker) == 0;
}

static bool
has_expired(void *context, const char *shard, int64_t since)
{
	return listed_lacks(&((struct shared *)context)->listed, shard, since);
}

static bool
take_worker(struct shared *shared, struct failure *failure)
{
	char *inside;
	bool taken;

	shared->notes = checkpoints_notes(shared->reader->groups, failure);
	if (shared->notes == NULL)
		return false;
	inside = memory_format("%s/-", shared->notes);
	taken = directory_make(inside, failure) &&
	        worker_take(shared->notes, shared->options.worker, shared->worker, failure);
	free(inside);
	return taken;
}

/* The thread ends its calls also after a signal, when it gives up the leases. */
static struct caller
thread_caller(const struct shared *shared)
{
	struct caller caller = tool_caller(shared->reader->tool);

	caller.stop = NULL;
	return caller;
}

bool
shared_begin(struct shared *shared, const struct start *from, struct failure *failure)
{
	struct reader *reader = shared->reader;
	struct caller caller = thread_caller(shared);
	struct stream_start start = {.follow = reader->follow, .shared = true};
	struct sharer_settings settings = {.worker = shared->worker,
	    .failover = shared->options.failover,
	    .handover = shared->options.handover,
	    .most = shared->options.max_leases,
	    .asks = reader->follow,
	    .note = note,
	    .forget = forget,
	    .was_mine = was_mine,
	    .has_expired = has_expired,
	    .context = shared};

	listed_init(&shared->listed);
	if (!stream_is_shareable(reader->stream))
		return fail(failure, FAILURE_PERMANENT,
		    "a group in DynamoDB is of a stream of a service: use a group name without a "
		    "scheme");
	if (from->from == FROM_TIME && !stream_has_times(reader->stream))
		return fail(failure, FAILURE_PERMANENT,
		    "--from %s: the service cannot begin at a time: use trim-horizon or latest",
		    from->text);
	if (!take_worker(shared, failure) || !stream_begin(reader->stream, &start, failure))
		return false;
	settings.store =
	    lease_store_open(reader->group, shared->options.failover / 2, &caller, failure);
	if (settings.store == NULL)
		return false;
	if (!shared_leases_create(reader, settings.store, from, failure)) {
		settings.store->close(settings.store);
		return false;
	}
	settings.seed = shared_leases_seed(shared->worker);
	snprintf(shared->run, sizeof shared->run, "%016llx", (unsigned long long)settings.seed);
	listed_update(&shared->listed, reader->stream);
	reader->admit = shared_shards_admit;
	reader->admits = shared;
	shared->share = share_open(&settings, &caller, failure);
	return shared->share != NULL;
}

bool
shared_is_done(struct shared *shared)
{
	return share_is_idle(shared->share);
}

/* Ends the input of the pipeline. Descriptor 1 stays taken, so that no file gets it. */
static void
close_output(void)
{
	int ends[2];

	if (pipe(ends) < 0)
		return;
	dup2(ends[1], STDOUT_FILENO);
	close(ends[0]);
	close(ends[1]);
}

void
shared_end(struct shared *shared, const struct failure *failure)
{
	struct reader *reader = shared->reader;
	bool gone = failure->kind == FAILURE_READER_GONE;
	char text[POSITION_SIZE];

	if (shared->share != NULL) {
		for (size_t i = 0; i < reader->count; i++) {
			struct progress *progress = &reader->shards[i];

			if (progress->shard == NULL)
				continue;
			marks_text(progress, text);
			share_finish(shared->share, progress->shard, gone ? "" : text);
		}
		/* Also one of which nothing was read, and nothing more is taken. */
		share_finish_rest(shared->share);
		if (failure->kind == FAILURE_NONE)
			close_output();
		share_await(shared->share, shared->options.handover,
		    gone || failure->kind == FAILURE_NONE ? -1 : STDOUT_FILENO);
		share_close(shared->share);
	}
	listed_free(&shared->listed);
}
