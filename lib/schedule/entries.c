/* entries: installs, removes and lists entries. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "schedule/block.h"
#include "schedule/crontab.h"
#include "schedule/expression.h"
#include "schedule/lock.h"
#include "schedule/entries.h"
#include "schedule/units.h"
#include "schedule/variables.h"
#include "system/program.h"

enum { MESSAGES_MOST = 64 * 1024 };

/* Does bash accept the command? */
static bool
check_command(const char *command, struct failure *failure)
{
	const char *const words[] = {"bash", "-n", "-c", "--", command, NULL};
	struct program_result result;
	struct shown shown;
	const char *messages, *colon;
	bool good = program_run(words, (struct span){NULL, 0}, MESSAGES_MOST, &result, failure);

	messages = program_messages(&result);
	colon = strstr(messages, ": ");
	if (colon != NULL)
		messages = colon + 2;
	if (good && result.missing)
		good = fail(failure, FAILURE_PERMANENT, "bash is missing: install it");
	else if (good && result.status != 0)
		good = fail(failure, FAILURE_PERMANENT, "bash does not accept COMMAND: %s",
		    show(&shown, messages, strlen(messages)));
	program_result_free(&result);
	return good;
}

static bool
has_syslog(const struct place *place)
{
	char *logger = program_find("logger", place_variable(place, "PATH"));
	bool found = logger != NULL;
	struct stat status;

	free(logger);
	return found && stat("/dev/log", &status) == 0 && S_ISSOCK(status.st_mode);
}

static void
choose_log(const struct place *place, struct entry *entry)
{
	if (entry->log != NULL)
		return;
	if (entry->systemd)
		entry->log = memory_copy_text("-");
	else if (has_syslog(place))
		entry->log = memory_copy_text("syslog");
	else
		entry->log = memory_format("%s/%s.log", place->state, entry->name);
}

/* The requests that other entries make to a provider in a day. */
struct others {
	const struct place *place;
	const char *name; /* of the entry that is not counted */
	const char *provider;
	uint64_t requests;
};

static void
warn_entry(const struct place *place, const char *name, const struct failure *failure)
{
	caller_warn(&place->caller, "entry %s: %s", name, failure->text);
}

static void
count_requests(void *context, const struct entry *entry)
{
	struct others *others = context;
	struct expression expression;
	struct failure failure;
	struct quota quota;

	if (entry->service || entry->paused || strcmp(entry->name, others->name) == 0)
		return;
	if (expression_read(entry->schedule, &expression, &failure)) {
		quota_find(entry, others->place, NULL, &quota);
		others->requests += expression.runs * quota_requests(&quota, others->provider);
		quota_free(&quota);
	} else {
		warn_entry(others->place, entry->name, &failure);
	}
	expression_free(&expression);
}

static void
report_other(void *context, const struct entries_damaged *damaged)
{
	const struct others *others = context;

	if (strcmp(damaged->name, others->name) != 0)
		warn_entry(others->place, damaged->name, damaged->failure);
}

static bool
check_quota(const struct place *place, const struct entry *entry, uint64_t runs,
    const struct quota_settings *settings, struct failure *failure)
{
	struct quota quota;
	bool good = true;

	quota_find(entry, place, settings, &quota);
	if (quota.standard_input)
		caller_detail(&place->caller, "pairs on fxfetch's standard input are counted as "
		                              "one: --pairs N gives their number");
	for (size_t i = 0; good && i < quota.count; i++) {
		const char *provider = quota.asked[i].provider;
		uint64_t limit = quota_limit(provider, place, settings);
		struct others others = {.place = place, .name = entry->name, .provider = provider};
		const struct entries_visitor visitor = {count_requests, report_other, &others};

		if (limit == 0)
			continue;
		good = entries_each(place, &visitor, failure) &&
		       quota_check(provider, entry->schedule, runs, quota.asked[i].requests,
		           others.requests, limit, failure);
	}
	quota_free(&quota);
	return good;
}

static void
print_units(
    const struct place *place, const struct entry *entry, struct units *units, struct buffer *to)
{
	static const char *const kinds[] = {"service", "timer"};
	struct buffer *const texts[] = {&units->service, &units->timer};

	for (size_t i = 0; i < 2; i++) {
		char *path = units_path(place, entry->name, kinds[i]);

		if (texts[i]->length > 0)
			buffer_add_format(to, "# %s\n%s", path, buffer_text(texts[i]));
		free(path);
	}
}

static bool
put_units(const struct place *place, const struct entry *entry, const struct expression *expression,
    const struct words *line, struct buffer *print, struct failure *failure)
{
	const struct crontab_change removal = {.name = entry->name};
	struct units units;
	bool changed;
	bool good = units_format(entry, expression, line, &units, failure);

	if (good && print != NULL)
		print_units(place, entry, &units, print);
	else if (good)
		good = units_install(place, entry, &units, failure) &&
		       crontab_edit(place, &removal, &changed, failure);
	if (good && print == NULL)
		lock_stop_loop(place, entry->name, line);
	units_free(&units);
	return good;
}

static bool
put_block(const struct place *place, const struct entry *entry, const struct expression *expression,
    const struct words *line, const struct entries_settings *settings, struct failure *failure)
{
	struct crontab_change change = {.name = entry->name, .home = settings->home};
	struct buffer block;
	bool changed = false, removed = false, good;

	buffer_init(&block, CRONTAB_MOST);
	good = block_format(entry, expression->fields, line, &block, failure);
	change.block = buffer_span(&block);
	if (good && settings->print != NULL) {
		buffer_add(settings->print, block.data, block.length);
	} else if (good && crontab_edit(place, &change, &changed, failure)) {
		if (changed)
			caller_detail(&place->caller, "the crontab is changed");
		lock_stop_loop(place, entry->name, line);
		good = units_remove(place, entry->name, &removed, failure);
	} else {
		good = false;
	}
	buffer_free(&block);
	return good;
}

static bool
put(const struct place *place, const struct entry *entry, const struct expression *expression,
    const struct entries_settings *settings, struct failure *failure)
{
	struct words line;
	bool good;

	entry_words(entry, place->program, &line);
	good = entry_check_line(place->program, failure);
	if (good && entry->systemd)
		good = put_units(place, entry, expression, &line, settings->print, failure);
	else if (good)
		good = put_block(place, entry, expression, &line, settings, failure);
	words_free(&line);
	return good;
}

bool
entries_install(const struct place *place, struct entry *entry,
    const struct entries_settings *settings, struct failure *failure)
{
	struct expression expression = {.fields = NULL};
	bool good = entry_check(entry, failure);

	entry->service = strcmp(entry->schedule, "service") == 0;
	good = good && (entry->service || expression_read(entry->schedule, &expression, failure));
	if (good && expression.cron_cannot != NULL && !entry->systemd)
		good = fail(failure, FAILURE_PERMANENT, "%s", expression.cron_cannot);
	good = good && check_command(entry->command, failure) && variables_check(entry, failure) &&
	       variables_inherit(entry, place, failure);
	if (good) {
		choose_log(place, entry);
		good = settings->force || entry->service ||
		       check_quota(place, entry, expression.runs, &settings->quota, failure);
	}
	good = good && put(place, entry, &expression, settings, failure);
	expression_free(&expression);
	return good;
}

bool
entries_remove(const struct place *place, const char *name, bool *removed, struct failure *failure)
{
	const struct crontab_change removal = {.name = name};

	*removed = false;
	if (!crontab_edit(place, &removal, removed, failure))
		return false;
	if (*removed)
		caller_detail(&place->caller, "the crontab is changed");
	lock_stop_loop(place, name, NULL);
	return units_remove(place, name, removed, failure);
}

static void
report_block(struct span text, const char *name, const struct failure *wrong,
    const struct entries_visitor *visitor)
{
	struct entries_damaged damaged = {.name = name, .failure = wrong};
	struct block_remains remains;
	struct entry entry;

	entry_init(&entry);
	block_find_remains(text, name, &remains);
	damaged.idle = remains.line.start == NULL && remains.kept.start == NULL;
	if (remains.line.start != NULL) {
		block_remains_entry(&remains, name, &entry);
		damaged.entry = &entry;
	}
	visitor->report(visitor->context, &damaged);
	entry_free(&entry);
}

/* Visits or reports the entry NAME of a crontab. */
static void
visit_block(struct span text, const char *name, const struct entries_visitor *visitor)
{
	struct block block;
	struct failure wrong;
	struct entry entry;

	entry_init(&entry);
	if (block_find(text, name, &block, &wrong) && block_entry(&block, &entry, &wrong)) {
		visitor->visit(visitor->context, &entry);
	} else {
		entry_free(&entry);
		report_block(text, name, &wrong, visitor);
	}
	entry_free(&entry);
}

static bool
each_block(const struct entries_visitor *visitor, struct failure *failure)
{
	struct buffer text;
	struct words names = {NULL, 0};
	bool missing, good = crontab_read(&text, &missing, failure);

	if (good)
		block_names(buffer_span(&text), &names);
	for (size_t i = 0; i < names.count; i++)
		visit_block(buffer_span(&text), names.list[i], visitor);
	words_free(&names);
	buffer_free(&text);
	return good;
}

static void
each_unit(const struct place *place, const struct entries_visitor *visitor)
{
	struct words names;

	units_names(place, &names);
	for (size_t i = 0; i < names.count; i++) {
		struct failure wrong;
		struct entry entry;

		entry_init(&entry);
		if (units_read(place, names.list[i], &entry, &wrong)) {
			visitor->visit(visitor->context, &entry);
		} else {
			const struct entries_damaged damaged = {
			    .name = names.list[i], .failure = &wrong};

			visitor->report(visitor->context, &damaged);
		}
		entry_free(&entry);
	}
	words_free(&names);
}

bool
entries_each(
    const struct place *place, const struct entries_visitor *visitor, struct failure *failure)
{
	if (!each_block(visitor, failure))
		return false;
	each_unit(place, visitor);
	return true;
}
