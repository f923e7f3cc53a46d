/* reload: makes the state of an earlier position from a snapshot and the inputs after it. */
#include "journal/batch.h"
#include "journal/internal.h"
#include "journal/limits.h"
#include "journal/tables.h"

static bool
apply(struct journal *journal, const struct batch_input *input, struct failure *failure)
{
	return (input->position.through || places_set(&journal->places, input->text) ||
	           database_damaged(&journal->database, failure, "it has too many shards")) &&
	       journal->state.apply(journal->state.context, input->bytes, failure);
}

/* A batch that was read; context: the journal. */
static bool
apply_batch(void *context, int64_t number, struct span batch, struct failure *failure)
{
	struct journal *journal = context;
	struct batch_input input;

	(void)number;
	journal->since += batch.length;
	while (batch_next(&batch, &input)) {
		if (!apply(journal, &input, failure))
			return false;
	}
	return batch.length == 0 ||
	       database_damaged(&journal->database, failure, "an input is invalid");
}

bool
journal_load(struct journal *journal, struct failure *failure)
{
	struct tables_snapshot snapshot = {.row = NULL};
	bool found, good;

	journal->state.clear(journal->state.context);
	places_clear(&journal->places);
	good = tables_newest_snapshot(&journal->database, INT64_MAX, &snapshot, &found, failure);
	if (good && found) {
		journal->snapshot = snapshot.state.length;
		good =
		    (places_read(&journal->places, snapshot.positions) ||
		        database_damaged(&journal->database, failure, "a position is invalid")) &&
		    journal->state.load(journal->state.context, snapshot.state, failure);
	}
	sqlite3_finalize(snapshot.row);
	journal->since = 0;
	return good && tables_each_batch(&journal->database, found ? snapshot.number : 0,
	                   apply_batch, journal, failure);
}

/* Inputs that stay. */
struct cut {
	struct journal *journal;
	struct limits limits;
	struct buffer kept;
};

/* A batch that was read; context: a cut. */
static bool
cut_batch(void *context, int64_t number, struct span batch, struct failure *failure)
{
	struct cut *cut = context;
	struct batch_input input;
	size_t length = batch.length;

	buffer_clear(&cut->kept);
	while (batch_next(&batch, &input)) {
		if (input.position.through || limits_keep(&cut->limits, &input.position))
			(void)batch_add(&cut->kept, input.text, input.bytes);
	}
	if (batch.length > 0)
		return database_damaged(&cut->journal->database, failure, "an input is invalid");
	return cut->kept.length == length ||
	       tables_put_batch(&cut->journal->database, number, buffer_span(&cut->kept), failure);
}

static bool
keep_all(const struct limits *limits, const struct places *places)
{
	for (size_t i = 0; i < places->count; i++) {
		if (!limits_keep(limits, &places->items[i]->position))
			return false;
	}
	return true;
}

/* Finds the newest snapshot all of whose inputs stay. */
static bool
find_before(
    struct journal *journal, const struct limits *limits, int64_t *number, struct failure *failure)
{
	const struct position *position = limits->before;
	struct tables_snapshot snapshot = {.row = NULL};
	struct places places = {NULL, 0};
	bool found, good, before = false;

	do {
		good = tables_newest_snapshot(
		    &journal->database, INT64_MAX, &snapshot, &found, failure);
		if (!good || !found)
			break;
		places_clear(&places);
		good = places_read(&places, snapshot.positions) ||
		       database_damaged(&journal->database, failure, "a position is invalid");
		before = keep_all(limits, &places);
	} while (good && !before);
	places_clear(&places);
	sqlite3_finalize(snapshot.row);
	*number = snapshot.number;
	if (good && !before)
		good = fail(failure, FAILURE_PERMANENT,
		    "%s does not reach back to where the group starts again, %.*s:%.*s: delete it "
		    "to start with an empty state",
		    journal->database.path, (int)position->shard.length, position->shard.start,
		    (int)position->sequence.length, position->sequence.start);
	return good;
}

/* Loads the state, and remembers which shards were read in this run. */
static bool
load_again(struct journal *journal, struct failure *failure)
{
	struct places before = journal->places;
	bool good;

	journal->places = (struct places){NULL, 0};
	good = journal_load(journal, failure);
	for (size_t i = 0; i < before.count && good; i++) {
		struct place *place =
		    places_find(&journal->places, before.items[i]->position.shard);

		if (place != NULL)
			place->seen = before.items[i]->seen;
	}
	places_clear(&before);
	return good;
}

bool
journal_go_back(struct journal *journal, const struct position *position, struct failure *failure)
{
	struct cut cut = {.journal = journal};
	int64_t number;
	bool good;

	buffer_init(&cut.kept, JOURNAL_BATCH);
	good = limits_read(&cut.limits, position, &journal->places, journal->groups,
	           journal->settings.group, failure) &&
	       find_before(journal, &cut.limits, &number, failure) &&
	       database_begin(&journal->database, failure);
	if (good) {
		good = tables_delete_snapshots(&journal->database, number, false, failure) &&
		       tables_each_batch(&journal->database, number, cut_batch, &cut, failure);
		if (!good)
			database_rollback(&journal->database);
	}
	limits_free(&cut.limits);
	buffer_free(&cut.kept);
	return good && database_commit(&journal->database, failure) && load_again(journal, failure);
}
