/* journal: loads a filter's state, keeps its inputs, and goes back. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "group/file/checkpoints_file.h"
#include "journal/batch.h"
#include "journal/internal.h"
#include "journal/tables.h"
#include "record/stream_identity.h"
#include "sqlite/lock.h"

static char *
path_of(const struct journal_settings *settings, struct failure *failure)
{
	char *ending, *path;

	if (settings->path != NULL)
		return memory_copy_text(settings->path);
	ending = memory_format("%s.%s", settings->group, settings->tool);
	/* That of a group in DynamoDB may be an ARN. */
	for (char *at = ending; *at != '\0'; at++) {
		if (*at == '/' || *at == ':')
			*at = '_';
	}
	path = checkpoints_file_beside(settings->stream, ending, &settings->caller, failure);
	free(ending);
	return path;
}

bool
journal_sandbox(
    const struct journal_settings *settings, struct sandbox *sandbox, struct failure *failure)
{
	char *path = path_of(settings, failure);
	struct database database;

	if (path == NULL)
		return false;
	database_name(&database, path);
	sandbox_write(sandbox, database.directory);
	database_close(&database);
	free(path);
	checkpoints_sandbox(settings->stream, settings->group, false, &settings->caller, sandbox);
	return true;
}

/* Is the file of this group and these options? */
static bool
check_about(struct journal *journal, struct failure *failure)
{
	const struct journal_settings *settings = &journal->settings;
	const char *path = journal->database.path;
	char *group = NULL, *options = NULL;
	bool good = tables_about(&journal->database, "of_group", &group, failure) &&
	            tables_about(&journal->database, "options", &options, failure);

	if (good && strcmp(group, settings->group) != 0)
		good = fail(failure, FAILURE_PERMANENT,
		    "%s is the state of group %s: name another file with --state", path, group);
	else if (good && strcmp(options, settings->options) != 0)
		good = fail(failure, FAILURE_PERMANENT,
		    "%s is the state of other options (%s): delete it to start with an empty "
		    "state, or name another file with --state",
		    path, options);
	free(group);
	free(options);
	return good;
}

/* The first snapshot is of the empty state: it is possible to go back to it. */
static bool
begin_empty(struct journal *journal, struct failure *failure)
{
	struct tables_snapshot empty = {.number = 0, .positions = {"", 0}};
	bool found, good;

	good = tables_newest_snapshot(&journal->database, INT64_MAX, &empty, &found, failure);
	sqlite3_finalize(empty.row);
	if (!good || found)
		return good;
	journal->state.clear(journal->state.context);
	buffer_clear(&journal->saved);
	if (!journal->state.save(journal->state.context, &journal->saved))
		return fail(failure, FAILURE_PERMANENT, "the empty state is too large");
	empty.state = buffer_span(&journal->saved);
	return database_begin(&journal->database, failure) &&
	       tables_add_snapshot(&journal->database, &empty, failure) &&
	       database_commit(&journal->database, failure);
}

struct journal *
journal_open(const struct journal_settings *settings, const struct journal_state *state,
    struct failure *failure)
{
	struct tables_about about = {"", settings->group, settings->options};
	struct journal *journal;
	char *path = path_of(settings, failure), *in_use;
	bool good;

	if (path == NULL)
		return NULL;
	journal = memory_new(1, sizeof *journal);
	journal->settings = *settings;
	journal->state = *state;
	journal->database.caller = settings->caller;
	journal->database.lock = -1;
	buffer_init(&journal->inputs, JOURNAL_BATCH);
	buffer_init(&journal->saved, settings->ceiling);
	in_use = memory_format("%s is in use by another %s", path, settings->tool);
	good = database_open(&journal->database, path, &tables_format, DATABASE_CREATE,
	           tables_prepare, &about, NULL, failure) &&
	       lock_claim(&journal->database, "state", in_use, failure) &&
	       check_about(journal, failure) && begin_empty(journal, failure) &&
	       tables_last_batch(&journal->database, &journal->last, failure) &&
	       journal_load(journal, failure);
	free(in_use);
	free(path);
	if (good)
		return journal;
	journal_close(journal);
	return NULL;
}

void
journal_close(struct journal *journal)
{
	if (journal == NULL)
		return;
	checkpoints_close(journal->groups);
	database_close(&journal->database);
	places_clear(&journal->places);
	buffer_free(&journal->inputs);
	buffer_free(&journal->saved);
	free(journal);
}

/* Is the state of that stream? If it has none yet, it is from now on. */
static bool
compare_stream(struct journal *journal, const char *id, struct failure *failure)
{
	char *stream = NULL;
	bool good = tables_about(&journal->database, "stream", &stream, failure);

	if (good && *stream == '\0')
		good = tables_set_stream(&journal->database, id, failure);
	else if (good && !stream_identity_same(id, stream))
		good = fail(failure, FAILURE_PERMANENT,
		    "%s is the state of another stream called %s: delete it to start with an "
		    "empty state",
		    journal->database.path, journal->settings.stream);
	free(stream);
	return good;
}

/*
 * Is the state of the stream that the group reads? It is known once the group has committed
 * something.
 */
static bool
check_stream(struct journal *journal, struct failure *failure)
{
	const struct journal_settings *settings = &journal->settings;
	char *id = NULL;
	bool missing = false, good;

	if (journal->groups == NULL)
		journal->groups = checkpoints_open(settings->stream, settings->group,
		    CHECKPOINTS_READ, &missing, &settings->caller, failure);
	if (journal->groups == NULL)
		return missing;
	good = checkpoints_stream_id(journal->groups, settings->group, &id, failure);
	if (good && id != NULL)
		good = journal->known = compare_stream(journal, id, failure);
	free(id);
	return good;
}

bool
journal_before(struct journal *journal, const struct position *position, struct failure *failure)
{
	struct place *place;

	if (!journal->begun && !check_stream(journal, failure))
		return false;
	journal->begun = true;
	place = places_find(&journal->places, position->shard);
	if (place == NULL)
		return true;
	if (position_compare(position, &place->position) < (place->seen ? 0 : 1)) {
		if (!journal_sync(journal, failure) || !journal_go_back(journal, position, failure))
			return false;
		place = places_find(&journal->places, position->shard);
	}
	if (place != NULL)
		place->seen = true;
	return true;
}

bool
journal_add(struct journal *journal, const struct position *position, struct span input,
    struct failure *failure)
{
	char bytes[POSITION_SIZE];
	struct span text = {bytes, position_format(position, false, bytes)};
	struct place *place;

	if (!batch_add(&journal->inputs, text, input) || !places_set(&journal->places, text))
		return fail(failure, FAILURE_PERMANENT, "too many inputs or shards for %s",
		    journal->database.path);
	place = places_find(&journal->places, position->shard);
	place->seen = true;
	return true;
}

bool
journal_note(
    struct journal *journal, struct span position, struct span input, struct failure *failure)
{
	char mark[POSITION_SIZE + 1];
	int length = snprintf(
	    mark, sizeof mark, "%.*s%s", (int)position.length, position.start, JOURNAL_NOTE);

	return batch_add(&journal->inputs, (struct span){mark, (size_t)length}, input) ||
	       fail(failure, FAILURE_PERMANENT, "too many inputs for %s", journal->database.path);
}

/* If the checkpoint of that shard is a position, and not older than newest, it becomes newest. */
static bool
find_newer(
    struct journal *journal, struct span shard, struct checkpoint *newest, struct failure *failure)
{
	struct checkpoint checkpoint;
	char *name = memory_copy(shard.start, shard.length);
	bool found, good = checkpoints_get(journal->groups, journal->settings.group, name,
	                &checkpoint, &found, failure);

	free(name);
	if (good && found && !checkpoint.is_time && !checkpoint.ended &&
	    checkpoint.updated >= newest->updated)
		*newest = checkpoint;
	return good;
}

bool
journal_committed(struct journal *journal, struct span shard, char committed[POSITION_SIZE],
    bool *found, struct failure *failure)
{
	const struct places *places = &journal->places;
	struct checkpoint newest = {.text = "", .updated = INT64_MIN};
	bool good = journal->groups != NULL || check_stream(journal, failure);

	*found = false;
	if (!good || journal->groups == NULL)
		return good;
	if (shard.start != NULL)
		good = find_newer(journal, shard, &newest, failure);
	for (size_t i = 0; shard.start == NULL && i < places->count && good; i++)
		good = find_newer(journal, places->items[i]->position.shard, &newest, failure);
	*found = good && *newest.text != '\0';
	memcpy(committed, newest.text, POSITION_SIZE);
	return good;
}

bool
journal_sync(struct journal *journal, struct failure *failure)
{
	if (journal->inputs.length == 0)
		return true;
	if (!journal->known && !check_stream(journal, failure))
		return false;
	if (!database_begin(&journal->database, failure))
		return false;
	journal->last++;
	journal->since += journal->inputs.length;
	if (!tables_put_batch(
	        &journal->database, journal->last, buffer_span(&journal->inputs), failure) ||
	    !journal_snapshot(journal, failure)) {
		database_rollback(&journal->database);
		return false;
	}
	if (!database_commit(&journal->database, failure) ||
	    !database_still_there(&journal->database, failure))
		return false;
	buffer_clear(&journal->inputs);
	return true;
}
