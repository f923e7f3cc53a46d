/* latest: reads the newest item of each key. */
#include "base/clock.h"
#include "serve/latest.h"
#include "serve/own_table.h"
#include "text/json.h"

struct making {
	const struct table_key *key;
	struct buffer *items, *keys;
	bool first;
};

static bool
add(void *context, struct span item, struct failure *failure)
{
	struct making *making = context;
	const char *between = making->first ? "\n" : ",\n";
	struct json_wanted wanted = {.name = span_of(making->key->partition.name)};
	struct json_error error;

	if (!json_find(item, JSON_DEPTH, &wanted, 1, NULL, &error) || wanted.value.start == NULL)
		return true;
	making->first = false;
	if (buffer_add_text(making->items, between) &&
	    buffer_add(making->items, item.start, item.length) &&
	    buffer_add_text(making->keys, between) &&
	    buffer_add(making->keys, wanted.value.start, wanted.value.length))
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "the table has too many partition keys: name those that are wanted with --key");
}

static bool
read_named(const struct latest_settings *settings, struct table *table, struct making *making,
    struct failure *failure)
{
	for (const char *const *key = settings->keys; *key != NULL; key++) {
		struct table_query query = {.partition = *key,
		    .reversed = true,
		    .limit = 1,
		    .until = clock_steady() + settings->most_time};

		if (!table_query(table, &query, add, making, failure))
			return false;
	}
	return true;
}

bool
latest_make(void *context, void *own, struct shared_answer *answer, struct failure *failure)
{
	const struct latest_settings *settings = context;
	struct making making = {.key = settings->key,
	    .items = &answer->bodies[LATEST_ITEMS],
	    .keys = &answer->bodies[LATEST_KEYS],
	    .first = true};
	struct table *table = own_table_get(own, failure);

	if (table == NULL)
		return false;
	buffer_add_text(making.items, "{\"items\":[");
	buffer_add_text(making.keys, "{\"keys\":[");
	if (settings->keys != NULL ? !read_named(settings, table, &making, failure)
	                           : !table_newest(table, false, add, &making, failure))
		return false;
	if (buffer_add_text(making.items, making.first ? "]}\n" : "\n]}\n") &&
	    buffer_add_text(making.keys, making.first ? "]}\n" : "\n]}\n"))
		return true;
	return fail(failure, FAILURE_PERMANENT, "the newest items are too long together");
}
