/* alert_missing: finds keys whose records are missing, and alerts that may not have arrived. */
#include "base/clock.h"
#include "fxalert/alert_missing.h"

enum {
	/* In the first minute of a run, records may wait that have not been read. */
	GRACE = 60 * 1000,
	/* So they may after a longer time without a look: it was stopped, or the clock was set. */
	PAUSE = 10 * 1000
};

/* Has the group committed a position after that of the note? */
static bool
has_arrived(
    struct alert_output *to, const struct note *note, bool *arrived, struct failure *failure)
{
	char text[POSITION_SIZE];
	struct position noted, committed;
	bool found;

	*arrived = false;
	if (!position_parse(note->position, &noted))
		return true;
	if (!journal_committed(to->filtering->journal, noted.shard, text, &found, failure))
		return false;
	/* P+ may have been committed before the alert at P was given. */
	noted.through = true;
	*arrived = found && position_parse(span_of(text), &committed) &&
	           position_compare(&committed, &noted) > 0;
	return true;
}

/* Deletes the notes of alerts that have arrived. */
static bool
forget_arrived(struct alert_output *to, struct failure *failure)
{
	for (size_t i = to->watches.note_count; i-- > 0;) {
		bool arrived;

		if (!has_arrived(to, to->watches.notes[i], &arrived, failure))
			return false;
		if (arrived)
			watches_forget(&to->watches, i);
	}
	return true;
}

/* Writes the alert, and notes that it was given. */
static bool
give(struct alert_output *to, struct note note, struct failure *failure)
{
	unsigned char bytes[WATCHES_INPUT];
	size_t length;

	note.position = span_of(to->position);
	if (to->filtering->journal == NULL)
		note.position.length = 0;
	if (note.position.length > 0) {
		length = watches_write_note(&note, bytes);
		if (!journal_note(to->filtering->journal, note.position,
		        (struct span){(const char *)bytes, length}, failure))
			return false;
	}
	if (!alert_output_give(to, note.key, note.time, note.rule, NULL, failure))
		return false;
	watches_note(&to->watches, &note);
	return true;
}

bool
alert_missing_again(struct alert_output *to, struct failure *failure)
{
	if (!to->owed)
		return true;
	to->owed = false;
	/* Each one takes its own place again, at the end. */
	for (size_t i = to->watches.note_count; i-- > 0;) {
		if (!give(to, *to->watches.notes[i], failure))
			return false;
	}
	return true;
}

bool
alert_missing_begin(struct alert_output *to, struct failure *failure)
{
	char text[POSITION_SIZE];
	struct position committed;
	bool found;

	to->begun = to->looked = clock_now();
	if (to->filtering->journal == NULL || !to->watches.rules->missing)
		return true;
	if (!forget_arrived(to, failure) || !journal_committed(to->filtering->journal,
	                                        (struct span){NULL, 0}, text, &found, failure))
		return false;
	to->owed = to->watches.note_count > 0;
	if (!found || !position_parse(span_of(text), &committed))
		return true;
	/* Everything before it is done, whatever is read next. */
	alert_output_at(to, &committed);
	return alert_missing_again(to, failure);
}

static bool
check_key(struct alert_output *to, struct watch *watch, int64_t now, struct failure *failure)
{
	const struct rules *rules = to->watches.rules;

	watch_set_clock(watch, rules, now);
	for (size_t i = 0; i < rules->count; i++) {
		struct note note = {.rule = i, .key = watch->key, .time = watch->time, .at = now};
		int64_t grace = rules->items[i].span < GRACE ? rules->items[i].span : GRACE;

		if (now - to->begun >= grace && watch_is_missing(watch, rules, i, now) &&
		    !give(to, note, failure))
			return false;
	}
	return true;
}

bool
alert_missing_check(struct alert_output *to, struct failure *failure)
{
	int64_t steady = clock_steady(), now;

	if (!to->watches.rules->missing || steady < to->next)
		return true;
	to->next = steady + INT64_C(500) * ALERT_MISSING_WAIT;
	/* Until it is known where the group is, an alert could commit too much. */
	if (to->filtering->journal != NULL && *to->position == '\0' && !to->filtering->without)
		return true;
	if (to->filtering->journal != NULL && !forget_arrived(to, failure))
		return false;
	now = clock_now();
	if (to->looked - now > PAUSE || now - to->looked > PAUSE)
		to->begun = now;
	to->looked = now;
	for (size_t i = 0; i < to->watches.count; i++) {
		if (!check_key(to, to->watches.items[i], now, failure))
			return false;
	}
	return true;
}
