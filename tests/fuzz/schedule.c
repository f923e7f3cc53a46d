/*
 * schedule: any bytes as a schedule, as a crontab, as a unit, as the line of an entry and as a
 * lock file. What is read of them is written so that it is read again as the same.
 */
#include "crontab.h"
#include "schedule/crontab.h"
#include "schedule/expression.h"
#include "schedule/lock.h"
#include "schedule/quota.h"
#include "schedule/units.h"
#include "schedule/variables.h"

static void
read_expression(const char *text)
{
	struct expression expression, again;
	struct failure failure;

	if (expression_read(text, &expression, &failure)) {
		must(expression.runs >= 1 && expression.runs <= 1440);
		must((expression.fields == NULL) == (expression.cron_cannot != NULL));
		must(expression.fields != NULL || expression.every > 0);
		if (expression.fields != NULL) {
			must(expression_read(expression.fields, &again, &failure));
			must(again.runs == expression.runs);
			expression_free(&again);
		}
	} else {
		must(failure.kind == FAILURE_PERMANENT);
	}
	expression_free(&expression);
}

/* b was read from what a was written as. time: the schedule may be this one instead; or NULL. */
static void
must_be_same(const struct entry *a, const struct entry *b, const char *time)
{
	must(strcmp(a->name, b->name) == 0 && strcmp(a->command, b->command) == 0);
	must(strcmp(a->schedule, b->schedule) == 0 ||
	     (time != NULL && strcmp(time, b->schedule) == 0));
	must(a->service == b->service);
	/* 0 is the default of a service that is a unit. */
	must(a->limit == b->limit || (b->systemd && b->service && a->limit == 0));
	must(a->delay == b->delay);
	must((a->log == NULL) == (b->log == NULL));
	must(a->log == NULL || strcmp(a->log, b->log) == 0);
	must(a->variables.count == b->variables.count);
	for (size_t i = 0; i < a->variables.count; i++)
		must(strcmp(a->variables.list[i], b->variables.list[i]) == 0);
}

/* Writes an entry as a block and as a unit, and reads it from them. */
static void
write_again(struct entry *entry)
{
	static char *const none[] = {NULL};
	struct expression expression = {.fields = NULL};
	struct place place = {.environment = none, .home = "/", .config = "/nowhere"};
	struct failure failure;
	struct block block;
	struct buffer text;
	struct units units;
	struct entry again;
	struct words line;
	struct quota quota;
	const char *time = "0 0 * * *";

	quota_find(entry, &place, NULL, &quota);
	quota_free(&quota);
	(void)variables_check(entry, &failure);
	if (!entry_check(entry, &failure))
		return;
	entry->systemd = false;
	entry_words(entry, "/fxcron", &line);
	buffer_init(&text, CRONTAB_MOST);
	(void)block_format(entry, time, &line, &text, &failure);
	must(block_find(buffer_span(&text), entry->name, &block, &failure));
	must(block.whole.length == text.length);
	entry_init(&again);
	must(block_entry(&block, &again, &failure));
	/* What cron runs counts, not the note. */
	must_be_same(entry, &again, time);
	entry_free(&again);
	buffer_free(&text);
	words_free(&line);
	entry->systemd = true;
	entry_words(entry, "/fxcron", &line);
	must(units_format(entry, &expression, &line, &units, &failure));
	entry_init(&again);
	must(units_entry(buffer_span(&units.service), &again, &failure));
	must_be_same(entry, &again, NULL);
	entry_free(&again);
	units_free(&units);
	words_free(&line);
}

static void
read_crontab(struct span text)
{
	struct block block;
	struct failure failure;
	struct words names;
	struct entry entry;

	block_names(text, &names);
	for (size_t i = 0; i < names.count; i++) {
		entry_init(&entry);
		if (block_find(text, names.list[i], &block, &failure)) {
			must(block.whole.start != NULL);
			if (block_entry(&block, &entry, &failure))
				write_again(&entry);
		}
		entry_free(&entry);
	}
	words_free(&names);
}

static bool
is_expression(const char *text)
{
	struct expression expression;
	struct failure failure;
	bool read = expression_read(text, &expression, &failure);

	expression_free(&expression);
	return read;
}

static void
read_line(struct span text)
{
	struct failure failure;
	struct entry entry;
	struct words line;

	words_split(text, &line);
	entry_init(&entry);
	if (entry_read(&entry, &line, &failure)) {
		entry_set(&entry.schedule, entry.service ? "service" : "@daily");
		write_again(&entry);
	}
	entry_free(&entry);
	words_free(&line);
	entry_init(&entry);
	/* What a unit's comment says is not always what fxcron install would accept. */
	if (units_entry(text, &entry, &failure) && (entry.service || is_expression(entry.schedule)))
		write_again(&entry);
	entry_free(&entry);
}

static void
read_input(struct span input, const char *text)
{
	read_expression(text);
	read_crontab(input);
	read_line(input);
	must(lock_process(input) >= 0);
}
