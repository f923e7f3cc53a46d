/* shared_shards: begins and ends shards as the leases come and go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kread/shared_embedded.h"
#include "kread/shared_leases.h"
#include "kread/shared_shards.h"

static struct progress *
progress_of(struct shared *shared, const char *shard)
{
	struct reader *reader = shared->reader;

	for (size_t i = 0; i < reader->count; i++) {
		if (reader->shards[i].shard != NULL && strcmp(reader->shards[i].shard, shard) == 0)
			return &reader->shards[i];
	}
	return NULL;
}

static bool
begin(struct shared *shared, const struct lease *lease, struct failure *failure)
{
	struct progress *progress = progress_of(shared, lease->shard);
	char place[POSITION_SIZE];

	if (!shared_leases_place(shared->reader, lease, place, failure) ||
	    !stream_read_shard(shared->reader->stream, lease->shard, place, failure))
		return false;
	if (progress != NULL)
		*progress = (struct progress){.shard = progress->shard, .sub = -1, .exact = true};
	return true;
}

/* Reads no more of a shard. */
static struct progress *
leave(struct shared *shared, const char *shard)
{
	struct progress *progress = progress_of(shared, shard);

	stream_leave_shard(shared->reader->stream, shard);
	if (progress != NULL)
		progress->closed = true;
	return progress;
}

/* Its last mark goes out, so that it can be committed. */
static bool
mark(struct shared *shared, struct progress *progress, char text[POSITION_SIZE],
    struct failure *failure)
{
	text[0] = '\0';
	if (progress == NULL)
		return true;
	marks_text(progress, text);
	return marks_write(shared->reader->tool, progress, failure) &&
	       output_flush(shared->reader->tool->output, failure);
}

static bool
take_event(struct shared *shared, const struct share_event *event, struct failure *failure)
{
	const char *shard = event->lease.shard;
	struct progress *progress;
	char text[POSITION_SIZE];

	switch (event->kind) {
	case SHARE_BEGIN:
		return begin(shared, &event->lease, failure);
	case SHARE_STOP:
		progress = leave(shared, shard);
		if (progress != NULL)
			progress->changed = false;
		tool_message(shared->reader->tool,
		    "the lease of shard %s was lost: %s; what was not committed is read again",
		    shard, event->why);
		return true;
	case SHARE_YIELD:
		progress = leave(shared, shard);
		if (!mark(shared, progress, text, failure))
			return false;
		share_yielded(shared->share, shard, text);
		return true;
	}
	return true;
}

bool
shared_step(struct shared *shared, struct failure *failure)
{
	struct share_event event;

	if (!share_is_well(shared->share, failure))
		return false;
	listed_update(&shared->listed, shared->reader->stream);
	while (share_next(shared->share, &event)) {
		if (!take_event(shared, &event, failure))
			return false;
	}
	return true;
}

bool
shared_shards_admit(void *context, const struct chunk *chunk, struct progress *progress,
    bool *admitted, struct failure *failure)
{
	struct shared *shared = context;
	char text[POSITION_SIZE];
	struct lease *children;
	size_t count;
	bool good;

	progress->exact = true;
	*admitted = !progress->closed && share_holds(shared->share, chunk->shard);
	if (*admitted && !chunk->ended)
		return true;
	if (!*admitted) {
		/* What is not written now is read again, by this reader or another. */
		if (!progress->closed)
			share_drop(shared->share, chunk->shard);
		leave(shared, chunk->shard);
		return true;
	}
	*admitted = false;
	progress->closed = true;
	if (!mark(shared, progress, text, failure))
		return false;
	if (shared->embedded)
		good = shared_embedded_children(
		    shared->reader, chunk->shard, &children, &count, failure);
	else
		good = shared_leases_children(
		    shared->reader, chunk->shard, &children, &count, failure);
	if (good)
		share_ended(shared->share, chunk->shard, text, children, count);
	free(children);
	return good;
}
