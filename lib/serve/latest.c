/* latest: reads the newest item of each key. */
#include "base/clock.h"
#include "serve/latest.h"
#include "serve/own_table.h"
#include "text/json.h"

/* A list that ends early if it would be too long. */
struct list {
	struct buffer *body;
	size_t count;
	bool more;
};

struct making {
	const struct table_key *key;
	struct list items, keys;
};

enum { TAIL = 64 /* bytes that end a list */ };

static void
add_to(struct list *list, struct span text)
{
	size_t before = list->body->length;

	if (list->more)
		return;
	if (buffer_add_text(list->body, list->count == 0 ? "\n" : ",\n") &&
	    buffer_add(list->body, text.start, text.length) &&
	    list->body->ceiling - list->body->length > TAIL) {
		list->count++;
		return;
	}
	list->body->length = before;
	list->more = true;
}

static void
end_list(struct list *list)
{
	buffer_add_text(list->body, list->count > 0 ? "\n]" : "]");
	buffer_add_text(list->body, list->more ? ",\"more\":true}\n" : "}\n");
}

static bool
add(void *context, struct span item, struct failure *failure)
{
	struct making *making = context;
	struct json_wanted wanted = {.name = span_of(making->key->partition.name)};
	struct json_error error;

	if (!json_find(item, JSON_DEPTH, &wanted, 1, NULL, &error) || wanted.value.start == NULL)
		return true;
	add_to(&making->items, item);
	add_to(&making->keys, wanted.value);
	return !making->items.more || !making->keys.more || fail_stopped(failure);
}

static bool
read_named(const struct latest_settings *settings, struct table *table, struct making *making,
    struct failure *failure)
{
	for (const char *const *key = settings->keys; *key != NULL; key++) {
		struct table_query query = {.partition = span_of(*key),
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
	    .items = {.body = &answer->bodies[LATEST_ITEMS]},
	    .keys = {.body = &answer->bodies[LATEST_KEYS]}};
	struct table *table = own_table_get(own, failure);
	bool read;

	if (table == NULL)
		return false;
	buffer_add_text(making.items.body, "{\"items\":[");
	buffer_add_text(making.keys.body, "{\"keys\":[");
	read = settings->keys != NULL ? read_named(settings, table, &making, failure)
	                              : table_newest(table, false, add, &making, failure);
	if (!read && !(making.items.more && making.keys.more))
		return false;
	end_list(&making.items);
	end_list(&making.keys);
	return true;
}
