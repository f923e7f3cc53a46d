/* crontab: reads the user's crontab, and replaces the blocks of entries in it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schedule/block.h"
#include "schedule/crontab.h"
#include "schedule/home.h"
#include "schedule/lock.h"
#include "system/program.h"

enum { ATTEMPTS = 5 };

static bool
means_empty(const char *messages)
{
	return strcasestr(messages, "no crontab") != NULL ||
	       strcasestr(messages, "no such file") != NULL;
}

bool
crontab_read(struct buffer *text, bool *missing, struct failure *failure)
{
	static const char *const words[] = {"crontab", "-l", NULL};
	struct program_result result;
	struct shown shown;
	const char *messages;
	bool good = program_run(words, (struct span){NULL, 0}, CRONTAB_MOST, &result, failure);

	buffer_init(text, 2 * CRONTAB_MOST);
	*missing = good && result.missing;
	messages = program_messages(&result);
	if (good && !result.missing && result.status != 0 && !means_empty(messages))
		good = fail(failure, FAILURE_PERMANENT, "crontab -l failed (status %d)%s%s",
		    result.status, messages[0] != '\0' ? ": " : "",
		    show(&shown, messages, strlen(messages)));
	else if (good && result.cut)
		good = fail(failure, FAILURE_PERMANENT, "the crontab is longer than %d bytes",
		    CRONTAB_MOST);
	else if (good && result.status == 0)
		buffer_add(text, result.output.data, result.output.length);
	program_result_free(&result);
	return good;
}

/*
 * May the block be replaced? Not if fxcron cannot read its line, which somebody edited; nor if a
 * deployment under another FX_HOME has taken the name since it was looked at.
 */
static bool
check_found(const struct place *place, const struct crontab_change *change,
    const struct block *block, struct failure *failure)
{
	struct entry entry;
	bool good;

	entry_init(&entry);
	good = block_entry(block, &entry, failure);
	if (good && change->home != NULL) {
		char *home = home_of_entry(place, &entry);

		good =
		    home_is_same(home, change->home) ||
		    fail(failure, FAILURE_TEMPORARY,
		        "the entry %s now works on FX_HOME %s: run it again", change->name, home);
		free(home);
	}
	entry_free(&entry);
	return good;
}

/* The crontab with the block in place of the entry's own, or at the end. */
static bool
replace(const struct place *place, struct span old, const struct crontab_change *change,
    struct buffer *new, struct failure *failure)
{
	struct block found;
	size_t before;

	buffer_init(new, 2 * CRONTAB_MOST);
	if (change->block.length == 0) {
		block_strip(old, change->name, new);
		return true;
	}
	if (!block_find(old, change->name, &found, failure))
		return false;
	if (found.whole.start == NULL) {
		buffer_add(new, old.start, old.length);
		if (old.length > 0 && old.start[old.length - 1] != '\n')
			buffer_add_text(new, "\n");
		return buffer_add(new, change->block.start, change->block.length);
	}
	if (!check_found(place, change, &found, failure))
		return false;
	before = (size_t)(found.whole.start - old.start);
	buffer_add(new, old.start, before);
	buffer_add(new, change->block.start, change->block.length);
	before += found.whole.length;
	return buffer_add(new, old.start + before, old.length - before);
}

static bool
write_crontab(struct span text, struct failure *failure)
{
	static const char *const words[] = {"crontab", "-", NULL};
	struct program_result result;
	struct shown shown;
	const char *messages;
	bool good = program_run(words, text, CRONTAB_MOST, &result, failure);

	messages = program_messages(&result);
	if (good && result.status != 0)
		good = fail(failure, FAILURE_PERMANENT, "crontab refused it: %s",
		    show(&shown, messages, strlen(messages)));
	program_result_free(&result);
	return good;
}

/* Reads it again: is it still as it was? */
static bool
is_still(struct span old, bool *still, struct failure *failure)
{
	struct buffer again;
	bool missing, good = crontab_read(&again, &missing, failure);

	*still = good && span_equal(old, buffer_span(&again));
	buffer_free(&again);
	return good;
}

static bool
has_block(const struct crontab_change *change, bool *has, struct failure *failure)
{
	struct block found = {.name = NULL};
	struct buffer text;
	bool missing, good = crontab_read(&text, &missing, failure) &&
	                     block_find(buffer_span(&text), change->name, &found, failure);

	*has = good && (change->block.length > 0 ? span_equal(found.whole, change->block)
	                                         : found.whole.start == NULL);
	buffer_free(&text);
	return good;
}

/* Says what has become of the block that was removed, if it was edited. */
static void
report_removal(const struct place *place, struct span old, const char *name)
{
	struct block_remains remains;
	struct failure ignored;
	struct shown line, kept;
	struct block block;
	struct entry entry;

	entry_init(&entry);
	if (!block_find(old, name, &block, &ignored) || !block_entry(&block, &entry, &ignored)) {
		block_find_remains(old, name, &remains);
		caller_warn(&place->caller, "the entry %s had been edited in the crontab: %s%s%s%s",
		    name, remains.line.start != NULL ? "removed " : "its line is missing",
		    show(&line, remains.line.start, remains.line.length),
		    remains.kept.start == NULL
		        ? ""
		        : "; kept, because fxcron did not write it (crontab -e deletes it): ",
		    show(&kept, remains.kept.start, remains.kept.length));
	}
	entry_free(&entry);
}

/* done: the crontab has the block, or lacks it, as wanted. */
static bool
edit_once(const struct place *place, const struct crontab_change *change, bool *changed, bool *done,
    struct failure *failure)
{
	struct buffer old, new;
	bool missing, still = false, good = crontab_read(&old, &missing, failure);

	buffer_init(&new, 0);
	good = good && replace(place, buffer_span(&old), change, &new, failure);
	*done = good && span_equal(buffer_span(&old), buffer_span(&new));
	if (good && !*done && missing)
		good = fail(failure, FAILURE_PERMANENT,
		    "crontab(1) is missing: install cron (Debian: apt-get install cron; Fedora: "
		    "cronie), or use --systemd");
	else if (good && !*done && (good = is_still(buffer_span(&old), &still, failure)) && still) {
		good =
		    write_crontab(buffer_span(&new), failure) && has_block(change, done, failure);
		*changed = *done;
		if (*done && change->block.length == 0)
			report_removal(place, buffer_span(&old), change->name);
	}
	buffer_free(&old);
	buffer_free(&new);
	return good;
}

bool
crontab_edit(const struct place *place, const struct crontab_change *change, bool *changed,
    struct failure *failure)
{
	bool done = false, good = true;
	int lock = lock_crontab(place, failure);

	*changed = false;
	if (lock < 0)
		return false;
	for (int attempt = 0; good && !done && attempt < ATTEMPTS; attempt++)
		good = edit_once(place, change, changed, &done, failure);
	close(lock);
	if (good && !done)
		return fail(failure, FAILURE_PERMANENT, "someone else keeps changing the crontab");
	return good;
}
