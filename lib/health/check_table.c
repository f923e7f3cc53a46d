/* check_table: checks the age of a partition key's newest item. */
#include <stdlib.h>

#include "base/environment.h"
#include "base/memory.h"
#include "health/checks.h"
#include "system/moment.h"
#include "text/json.h"

enum { FIELD_MOST = 128 /* bytes of a time */ };

struct newest {
	const char *field;
	struct moments *moments;
	bool found;
	bool timed; /* field holds a time */
	int64_t time;
	struct failure untimed; /* why not */
};

/* A time without a zone is in UTC, as fxenc takes it. */
static bool
read_time(struct newest *newest, struct span value)
{
	static const struct moment_rules rules = {.zone = {"", 0}, .large_numbers = true};
	enum json_kind kind = value.start != NULL ? json_kind(value) : JSON_NULL;
	char plain[FIELD_MOST];

	if (kind == JSON_STRING)
		value = json_inside(value);
	if ((kind != JSON_STRING && kind != JSON_NUMBER) || value.length > sizeof plain)
		return fail(&newest->untimed, FAILURE_REFUSED, "%s",
		    value.start == NULL ? "it is absent" : "it is not a time");
	value = (struct span){plain, json_unescape(value, plain)};
	return moment_read(newest->moments, value, &rules, &newest->time, &newest->untimed);
}

static bool
visit(void *context, struct span item, struct failure *failure)
{
	struct newest *newest = context;
	struct json_wanted wanted = {.name = span_of(newest->field)};
	struct json_error error;

	(void)failure;
	newest->found = true;
	newest->timed = json_find(item, JSON_DEPTH, &wanted, 1, NULL, &error) &&
	                read_time(newest, wanted.value);
	return true;
}

void
check_item(
    struct findings *findings, struct checked_table *checked, const char *key, const char *field)
{
	char *of = memory_format("%s %s", checked->name, key);
	struct table_query query = {.partition = span_of(key), .reversed = true, .limit = 1};
	struct newest newest = {.field = field, .moments = moments_open(environment_zones(), "")};
	struct failure failure;

	if (checked->table == NULL)
		findings_failure(findings, "table", of, &checked->failure);
	else if (!table_query(checked->table, &query, visit, &newest, &failure))
		findings_failure(findings, "table", of, &failure);
	else if (!newest.found)
		findings_add(findings, FINDINGS_LOOK, "table", of, "there is no item");
	else if (!newest.timed)
		findings_add(findings, FINDINGS_BROKEN, "table", of,
		    "its newest item has no time in %s: %s", field, newest.untimed.text);
	else
		findings_time(findings, "table", of, "the newest item", newest.time);
	moments_close(newest.moments);
	free(of);
}
