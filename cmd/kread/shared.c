/* shared: joins a group, reads its shards, leaves it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "group/share/worker.h"
#include "kread/shared.h"
#include "kread/shared_embedded.h"
#include "kread/shared_leases.h"
#include "kread/shared_shards.h"
#include "system/directory.h"

enum { LOOK_EVERY = 100 /* ms between looks at the leases of an embedded stream */ };

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
has_expired(void *context, const char *shard)
{
	return listed_lacks(&((struct shared *)context)->listed, shard);
}

static bool
make_notes(struct shared *shared, struct failure *failure)
{
	char *inside;
	bool made;

	shared->notes = checkpoints_notes(shared->reader->groups, failure);
	if (shared->notes == NULL)
		return false;
	inside = memory_format("%s/-", shared->notes);
	made = directory_make(inside, failure);
	free(inside);
	return made;
}

/* The thread ends its calls also after a signal, when it gives up the leases. */
static struct caller
thread_caller(const struct shared *shared)
{
	struct caller caller = tool_caller(shared->reader->tool);

	caller.stop = NULL;
	return caller;
}

/* How the rules of leases apply. */
static struct sharer_settings
settings_of(struct shared *shared)
{
	struct sharer_settings settings = {.worker = shared->worker,
	    .failover = shared->embedded ? LOOK_EVERY * 3 : shared->options.failover,
	    .handover = shared->options.handover,
	    .most = shared->options.max_leases,
	    .asks = shared->reader->follow,
	    .seed = shared_leases_seed(shared->worker),
	    .context = shared};

	if (shared->embedded)
		return settings;
	settings.note = note;
	settings.forget = forget;
	settings.was_mine = was_mine;
	settings.has_expired = has_expired;
	return settings;
}

static bool
create_leases(struct shared *shared, struct lease_store *store, const struct start *from,
    struct failure *failure)
{
	return worker_take(store, shared->notes, shared->options.worker, shared->worker, failure) &&
	       (shared->embedded ? shared_embedded_create(shared->reader, store, from, failure)
	                         : shared_leases_create(shared->reader, store, from, failure));
}

/* Does what is written go to a program, whose end is committed? */
static bool
is_piped(void)
{
	struct stat output;

	return fstat(STDOUT_FILENO, &output) == 0 &&
	       (S_ISFIFO(output.st_mode) || S_ISSOCK(output.st_mode));
}

bool
shared_begin(struct shared *shared, const struct start *from, struct failure *failure)
{
	struct reader *reader = shared->reader;
	struct caller caller = thread_caller(shared);
	struct stream_start start = {.follow = reader->follow, .shared = true};
	struct sharer_settings settings;
	struct lease_store *store;

	listed_init(&shared->listed);
	shared->embedded = !checkpoints_is_shared(reader->group);
	shared->piped = is_piped();
	if (!stream_is_shareable(reader->stream))
		return fail(failure, FAILURE_PERMANENT,
		    "a group in DynamoDB is of a stream of a service: use a group name without a "
		    "scheme");
	if (from->from == FROM_TIME && !stream_has_times(reader->stream))
		return fail(failure, FAILURE_PERMANENT,
		    "--from %s: the service cannot begin at a time: use trim-horizon or latest",
		    from->text);
	if ((!shared->embedded && !make_notes(shared, failure)) ||
	    !stream_begin(reader->stream, &start, failure))
		return false;
	store = lease_store_open(reader->groups, reader->group, stream_id(reader->stream),
	    shared->options.failover / 2, &caller, failure);
	if (store == NULL)
		return false;
	if (!create_leases(shared, store, from, failure)) {
		store->close(store);
		return false;
	}
	settings = settings_of(shared);
	settings.store = store;
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
		/* What is written to a file is committed later, if at all; the leases end with the
		 * process. */
		share_await(shared->share,
		    shared->embedded && !shared->piped ? 0 : shared->options.handover,
		    gone || failure->kind == FAILURE_NONE ? -1 : STDOUT_FILENO);
		share_close(shared->share);
	}
	listed_free(&shared->listed);
}
