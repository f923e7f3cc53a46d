/* keeping: closes objects that are due, and moves them through the worker and the store. */
#include <inttypes.h>
#include <unistd.h>

#include "archive/keeping.h"
#include "base/clock.h"

enum {
	CLOSED = 1024, /* objects that wait for the worker; all are made after a SIGTERM */
	OBJECTS_KEPT = 16 * 1024 /* objects that wait for their receipts, too */
};

static void
note_failure(struct keeper *keeper, const struct failure *failure)
{
	if (keeper->failed.kind == FAILURE_NONE)
		keeper->failed = *failure;
}

void
keeping_close(struct keeper *keeper, struct object *object)
{
	struct failure failure;

	objects_close(&keeper->objects, object);
	object_list_add(&keeper->closed, object);
	/*
	 * Thousands may wait: no block stays in memory. A failure is found again when the object is
	 * made, so that those before it are stored.
	 */
	(void)chain_finish(keeper->spool, &object->lines, &failure);
}

void
keeping_close_all(struct keeper *keeper)
{
	while (keeper->objects.open.first != NULL)
		keeping_close(keeper, keeper->objects.open.first);
}

bool
keeping_has_room(const struct keeper *keeper, size_t length)
{
	return spool_has_room(keeper->spool, length) && keeper->closed.count < CLOSED &&
	       keeper->objects.numbered_count < OBJECTS_KEPT;
}

static bool
is_idle(const struct keeper *keeper)
{
	return keeper->closed.count == 0 && keeper->made.count == 0 && keeper->storing == 0 &&
	       keeper->work.object == NULL;
}

/* Closes the objects that are old enough, and the oldest one if there is nearly no room. */
static void
close_due(struct keeper *keeper)
{
	struct object *oldest;
	int64_t now = clock_steady();
	uint64_t most = spool_ceiling(keeper->spool) / 4 * 3;
	bool full;

	while ((oldest = keeper->objects.open.first) != NULL &&
	       now - oldest->opened >= 1000 * keeper->settings.age)
		keeping_close(keeper, oldest);
	full = spool_used(keeper->spool) > most;
	if (oldest != NULL && is_idle(keeper) &&
	    (full || keeper->short_of_room ||
	        keeper->objects.numbered_count > OBJECTS_KEPT / 4 * 3)) {
		caller_detail(&keeper->settings.caller,
		    "%s: closing the oldest of %zu open objects",
		    full ? "the spool is three quarters full" : "there is no room for more",
		    keeper->objects.open.count);
		keeping_close(keeper, oldest);
	}
}

/* In the worker. */
static void
make(void *context)
{
	struct keeper *keeper = context;
	struct keeper_work *work = &keeper->work;
	struct object *object = work->object;
	struct store *store = keeper->store;

	object->file = store->kind->create(store, object, &work->failure);
	work->made =
	    object->file >= 0 &&
	    object_compress(keeper->spool, object, keeper->compressor, keeper->settings.compression,
	        &work->failure) &&
	    (store->kind->seal == NULL || store->kind->seal(store, object, &work->failure));
}

static void
close_file(struct object *object)
{
	if (object->file >= 0)
		close(object->file);
	object->file = -1;
}

static void
note_stored(struct keeper *keeper, struct object *object)
{
	object->stored = true;
	keeper->stored++;
	close_file(object);
	caller_detail(&keeper->settings.caller,
	    "%s %s: %" PRIu64 " lines, %" PRIu64 " bytes, compressed %" PRIu64,
	    object->present ? "already there:" : "stored", object->name, object->count,
	    object->bytes, object->size);
}

/* Takes back what the worker has finished. */
static void
take_work(struct keeper *keeper)
{
	struct object *object = keeper->work.object;

	if (object == NULL || !worker_finished(keeper->worker))
		return;
	keeper->work.object = NULL;
	if (!keeper->work.made) {
		close_file(object);
		note_failure(keeper, &keeper->work.failure);
		return;
	}
	if (keeper->settings.quiet)
		chain_free(keeper->spool, &object->lines);
	if (keeper->store->kind->start == NULL)
		note_stored(keeper, object);
	else
		object_list_add(&keeper->made, object);
}

static void
give_work(struct keeper *keeper)
{
	struct object *object = keeper->closed.first;

	/* Files that wait for the store take room on the disk. */
	if (keeper->work.object != NULL || object == NULL || keeper->made.count > 0)
		return;
	object_list_remove(&keeper->closed, object);
	keeper->work.object = object;
	worker_start(keeper->worker, make, keeper);
}

static bool
give_store(struct keeper *keeper, struct failure *failure)
{
	while (keeper->made.first != NULL && keeper->storing < keeper->store->in_flight) {
		struct object *object = keeper->made.first;

		object_list_remove(&keeper->made, object);
		if (!keeper->store->kind->start(keeper->store, object, failure))
			return false;
		keeper->storing++;
	}
	return true;
}

static void
take_replies(struct keeper *keeper)
{
	struct store_reply reply;

	while (keeper->storing > 0 && keeper->store->kind->next(keeper->store, &reply)) {
		keeper->storing--;
		if (reply.failure.kind == FAILURE_NONE) {
			note_stored(keeper, reply.object);
		} else {
			close_file(reply.object);
			note_failure(keeper, &reply.failure);
		}
	}
}

static void
advance(struct keeper *keeper)
{
	struct failure failure;

	take_work(keeper);
	take_replies(keeper);
	if (keeper->failed.kind != FAILURE_NONE)
		return;
	if (give_store(keeper, &failure))
		give_work(keeper);
	else
		note_failure(keeper, &failure);
}

/* The timeout of poll, shortened to when the oldest object is due. */
static int
soonest(const struct keeper *keeper, int timeout)
{
	const struct object *oldest = keeper->objects.open.first;
	int64_t left;

	if (oldest == NULL)
		return timeout;
	left = (oldest->opened - clock_steady()) / 1000 + keeper->settings.age + 1;
	left = left < 0 ? 0 : left < INT32_MAX ? left : INT32_MAX;
	return timeout < 0 || left < timeout ? (int)left : timeout;
}

/* Is the first line in the archive? */
static bool
has_safe(struct keeper *keeper)
{
	struct ledger_entry entry;
	struct failure failure;

	return !ledger_is_empty(&keeper->ledger) &&
	       (!ledger_first(keeper->spool, &keeper->ledger, &entry, &failure) ||
	           entry.kind != SINK_KEPT_RECORD ||
	           objects_numbered(&keeper->objects, entry.object)->stored);
}

bool
keeping_poll(struct sink *sink, int input, int watch, int timeout, struct failure *failure)
{
	struct keeper *keeper = (struct keeper *)sink;

	pool_reset(&keeper->texts);
	close_due(keeper);
	advance(keeper);
	if (has_safe(keeper))
		timeout = 0;
	if (keeper->failed.kind != FAILURE_NONE && keeper->storing == 0 &&
	    keeper->work.object == NULL) {
		*failure = keeper->failed;
		return false;
	}
	if (!keeper->store->kind->wait(keeper->store, input, watch,
	        keeper->work.object != NULL ? worker_fd(keeper->worker) : -1,
	        soonest(keeper, timeout), failure))
		return false;
	advance(keeper);
	return true;
}
