/* snapshots: adds one now and then, and deletes what the group has passed. */
#include <stdlib.h>

#include "base/memory.h"
#include "journal/internal.h"
#include "journal/tables.h"

enum { AFTER = 64 * 1024 /* bytes of inputs at least between two snapshots */ };

/* Can the group start again at or before the positions of a snapshot? */
static bool
is_passed(
    struct journal *journal, const struct places *places, bool *passed, struct failure *failure)
{
	struct checkpoint checkpoint;
	bool found;

	*passed = true;
	for (size_t i = 0; i < places->count && *passed; i++) {
		const struct place *place = places->items[i];
		char *shard =
		    memory_copy(place->position.shard.start, place->position.shard.length);
		bool good = checkpoints_get(
		    journal->groups, journal->settings.group, shard, &checkpoint, &found, failure);

		free(shard);
		if (!good)
			return false;
		*passed = found && !checkpoint.is_time &&
		          (checkpoint.ended ||
		              position_compare(&place->position, &checkpoint.position) < 0);
	}
	return true;
}

/* Deletes what is before the newest snapshot that the group has passed. */
static bool
prune(struct journal *journal, struct failure *failure)
{
	struct tables_snapshot snapshot = {.row = NULL};
	bool found = false, passed = false, good = journal->groups != NULL;

	while (good && !passed) {
		struct places places = {NULL, 0};

		good = tables_newest_snapshot(
		    &journal->database, INT64_MAX, &snapshot, &found, failure);
		if (!good || !found)
			break;
		good =
		    (places_read(&places, snapshot.positions) ||
		        database_damaged(&journal->database, failure, "a position is invalid")) &&
		    is_passed(journal, &places, &passed, failure);
		places_clear(&places);
	}
	sqlite3_finalize(snapshot.row);
	if (!good || !passed)
		return good;
	return tables_delete_snapshots(&journal->database, snapshot.number, true, failure) &&
	       tables_delete_batches(&journal->database, snapshot.number, failure);
}

bool
journal_snapshot(struct journal *journal, struct failure *failure)
{
	struct tables_snapshot snapshot = {.number = journal->last};
	struct buffer positions;
	bool good;

	if (journal->since < AFTER || journal->since < journal->snapshot)
		return true;
	buffer_init(&positions, JOURNAL_BATCH);
	buffer_clear(&journal->saved);
	if (!journal->state.save(journal->state.context, &journal->saved) ||
	    !places_write(&journal->places, &positions))
		good = fail(failure, FAILURE_PERMANENT,
		    "the state has more than %zu bytes: fewer keys or shorter windows are needed",
		    journal->settings.ceiling);
	else {
		snapshot.positions = buffer_span(&positions);
		snapshot.state = buffer_span(&journal->saved);
		good = tables_add_snapshot(&journal->database, &snapshot, failure) &&
		       prune(journal, failure);
	}
	buffer_free(&positions);
	if (good) {
		journal->snapshot = snapshot.state.length;
		journal->since = 0;
	}
	return good;
}
