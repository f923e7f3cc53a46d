/* check_table: checks the age of a partition key's newest item. */
#include <stdlib.h>

#include "base/memory.h"
#include "fxhealth/checks.h"
#include "text/json.h"
#include "text/timestamp.h"

struct newest {
	const char *field;
	bool found;
	bool timed; /* field holds a time */
	int64_t time;
};

static bool
visit(void *context, struct span item, struct failure *failure)
{
	struct newest *newest = context;
	struct json_wanted wanted = {.name = span_of(newest->field)};
	struct json_error error;

	(void)failure;
	newest->found = true;
	newest->timed = json_find(item, JSON_DEPTH, &wanted, 1, NULL, &error) && wanted.times > 0 &&
	                json_kind(wanted.value) == JSON_STRING &&
	                timestamp_parse(json_inside(wanted.value), &newest->time);
	return true;
}

void
check_item(
    struct findings *findings, struct checked_table *checked, const char *key, const char *field)
{
	char *of = memory_format("%s %s", checked->name, key);
	struct table_query query = {.partition = key, .reversed = true, .limit = 1};
	struct newest newest = {.field = field};
	struct failure failure;

	if (checked->table == NULL)
		findings_failure(findings, "table", of, &checked->failure);
	else if (!table_query(checked->table, &query, visit, &newest, &failure))
		findings_failure(findings, "table", of, &failure);
	else if (!newest.found)
		findings_add(findings, FINDINGS_LOOK, "table", of, "there is no item");
	else if (!newest.timed)
		findings_add(findings, FINDINGS_BROKEN, "table", of,
		    "its newest item has no time in %s", field);
	else
		findings_time(findings, "table", of, "the newest item", newest.time);
	free(of);
}
