/* keeper: takes lines into open objects, and gives them back once they are stored. */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/keeper.h"
#include "archive/keeping.h"
#include "base/clock.h"
#include "base/environment.h"
#include "base/memory.h"
#include "system/directory.h"

enum { READ_AHEAD = 512 * 1024, DIRECTORY = 2 * OBJECT_NAME_SIZE };

/*
 * Notes when a line without a position is taken. If it is the first one of an object, it is after
 * all lines before it: otherwise the same lines could have the same name in two objects.
 */
static void
note_time(struct keeper *keeper, bool first)
{
	int64_t now = clock_now(), least = keeper->taken + first;

	/* The clock may have been put back. */
	keeper->taken = now > least ? now : least;
}

/* Opens the object that a line goes into. */
static struct object *
open_object(struct keeper *keeper, struct span directory, const struct position *position)
{
	if (keeper->objects.open.count == OBJECTS_OPEN)
		keeping_close(keeper, keeper->objects.open.first);
	if (position == NULL)
		note_time(keeper, true);
	return objects_open(&keeper->objects, directory, position, keeper->taken);
}

/* The open object for a line; those that it does not fit are closed. */
static struct object *
find_object(
    struct keeper *keeper, struct span directory, const struct position *position, size_t length)
{
	struct object *object = objects_find(&keeper->objects, directory, position);

	if (object != NULL && (!object_precedes(object, position) ||
	                          object->lines.length + length + 1 > keeper->settings.size)) {
		keeping_close(keeper, object);
		object = NULL;
	}
	if (object == NULL)
		return open_object(keeper, directory, position);
	if (position == NULL)
		note_time(keeper, false);
	return object;
}

/* Can a line be in an object of the directory? Otherwise no name can be made. */
static bool
check_name(const struct keeper *keeper, struct span directory, const struct position *position,
    struct failure *failure)
{
	struct shown shown;

	if (position != NULL &&
	    (position->shard.start[0] == '.' || span_is(position->shard, OBJECT_NO_SHARD)))
		return fail(failure, FAILURE_REFUSED, "\"%s\" cannot be the shard of an object",
		    show(&shown, position->shard.start, position->shard.length));
	return keeper->store->prefix + directory.length + object_name_room(position) <=
	           OBJECT_NAME_SIZE ||
	       fail(failure, FAILURE_REFUSED,
	           "the name of its object would be too long: %s (use fewer or shorter partitions)",
	           show(&shown, directory.start, directory.length < 60 ? directory.length : 60));
}

static bool
take(struct sink *sink, struct span line, uint64_t ticket, struct failure *failure)
{
	struct keeper *keeper = (struct keeper *)sink;
	char room[DIRECTORY];
	struct buffer directory = {.data = room, .capacity = sizeof room, .ceiling = sizeof room};
	struct positioned found;
	bool positioned = position_of_line(line, &found) == POSITION_RECORD;
	const struct position *position = positioned ? &found.position : NULL;
	struct ledger_entry entry = {.kind = SINK_KEPT_RECORD, .length = (uint32_t)line.length};
	struct object *object;

	(void)ticket;
	if (!partition_find(
	        keeper->plan, line, positioned && found.raw.start != NULL, &directory, failure))
		return false;
	if (!check_name(keeper, buffer_span(&directory), position, failure))
		return false;
	object = find_object(keeper, buffer_span(&directory), position, line.length);
	entry.object = object->number;
	if (!object_add(keeper->spool, object, line, position, keeper->taken, failure) ||
	    !ledger_add(keeper->spool, &keeper->ledger, &entry, line, failure))
		return false;
	if (object->count == keeper->settings.count ||
	    object->lines.length >= keeper->settings.size)
		keeping_close(keeper, object);
	return true;
}

static bool
keep(struct sink *sink, const struct sink_kept *kept, struct failure *failure)
{
	struct keeper *keeper = (struct keeper *)sink;
	struct ledger_entry entry = {.kind = kept->kind, .length = (uint32_t)kept->text.length};

	return ledger_add(keeper->spool, &keeper->ledger, &entry, kept->text, failure);
}

static bool
keeps(const struct sink *sink)
{
	return !ledger_is_empty(&((const struct keeper *)sink)->ledger);
}

static bool
has_room(struct sink *sink, size_t length)
{
	struct keeper *keeper = (struct keeper *)sink;

	keeper->short_of_room = keeps(sink) && !keeping_has_room(keeper, length);
	return !keeper->short_of_room;
}

static void
finish(struct sink *sink)
{
	keeping_close_all((struct keeper *)sink);
}

/* Reads the text of a record, and frees its object after the last one. */
static bool
next_record(struct keeper *keeper, struct object *object, size_t length, struct sink_kept *kept,
    struct failure *failure)
{
	if (keeper->settings.quiet) {
		object->settled++;
	} else {
		char *text = pool_take(&keeper->texts, length);

		if (!object_next_line(keeper->spool, object, text, length, failure))
			return false;
		chain_drop(keeper->spool, &object->lines, object->offset);
		kept->text = (struct span){text, length};
	}
	if (object->settled == object->count)
		objects_release(&keeper->objects, keeper->spool, object);
	return true;
}

static bool
next_kept(struct sink *sink, struct sink_kept *kept, bool *found, struct failure *failure)
{
	struct keeper *keeper = (struct keeper *)sink;
	struct ledger_entry entry;
	struct object *object = NULL;
	char *text = NULL;

	*found = false;
	if (ledger_is_empty(&keeper->ledger))
		return true;
	if (!ledger_first(keeper->spool, &keeper->ledger, &entry, failure))
		return false;
	if (entry.kind == SINK_KEPT_RECORD) {
		object = objects_numbered(&keeper->objects, entry.object);
		if (!object->stored)
			return true;
	} else {
		text = pool_take(&keeper->texts, entry.length);
	}
	if (!ledger_take(keeper->spool, &keeper->ledger, &entry, text, failure))
		return false;
	*found = true;
	*kept = (struct sink_kept){.kind = entry.kind, .text = {text, entry.length}};
	return object == NULL || next_record(keeper, object, entry.length, kept, failure);
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	const struct keeper *keeper = (const struct keeper *)sink;

	*counters = (struct sink_counters){.batches = keeper->stored};
	if (keeper->store->kind->count != NULL)
		keeper->store->kind->count(keeper->store, counters);
}

static void
close_keeper(struct sink *sink)
{
	struct keeper *keeper = (struct keeper *)sink;

	worker_close(keeper->worker);
	keeper->store->kind->close(keeper->store);
	compressor_close(keeper->compressor);
	objects_free(&keeper->objects, keeper->spool);
	chain_free(keeper->spool, &keeper->ledger.chain);
	spool_close(keeper->spool);
	partition_plan_close(keeper->plan);
	pool_free(&keeper->texts);
	free(keeper);
}

static const struct sink_kind kind = {.objects = true,
    .whole_lines = true,
    .read_ahead = READ_AHEAD,
    .take = take,
    .poll = keeping_poll,
    .keep = keep,
    .has_room = has_room,
    .finish = finish,
    .next_kept = next_kept,
    .keeps = keeps,
    .count = count,
    .close = close_keeper};

char *
keeper_spool(const struct archive_settings *settings, struct failure *failure)
{
	const char *home = settings->spool;
	char *spool;

	if (home == NULL && !environment_home(&home, failure))
		return NULL;
	if (home[0] == '\0') {
		fail(failure, FAILURE_PERMANENT, "--spool requires a directory, not an empty name");
		return NULL;
	}
	spool = memory_format("%s/%s", home, settings->spool == NULL ? "spool/" : "");
	if (!directory_make(spool, failure)) {
		free(spool);
		return NULL;
	}
	return spool;
}

static bool
open_parts(struct keeper *keeper, struct failure *failure)
{
	const struct archive_settings *settings = &keeper->settings;
	char *directory;

	keeper->plan = partition_plan_open(settings->partitions, settings->time, failure);
	if (keeper->plan == NULL)
		return false;
	directory = keeper_spool(settings, failure);
	if (directory == NULL)
		return false;
	keeper->spool = spool_open(directory, settings->spool_size, failure);
	free(directory);
	if (keeper->spool == NULL)
		return false;
	keeper->compressor = compressor_open(settings->compression);
	keeper->worker = worker_open(failure);
	return keeper->worker != NULL;
}

struct sink *
keeper_open(const struct archive_settings *settings, struct store *store, struct failure *failure)
{
	struct keeper *keeper = memory_new(1, sizeof *keeper);

	keeper->sink = (struct sink){.kind = &kind, .reads_json = true};
	keeper->settings = *settings;
	keeper->store = store;
	if (open_parts(keeper, failure))
		return &keeper->sink;
	close_keeper(&keeper->sink);
	return NULL;
}
