/* latest: reads the newest items in the crew, and replies to all who wait for them. */
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "serve/latest.h"
#include "text/json.h"

enum { BODY = 4 * 1024 * 1024, WAITING = 1024 };

struct waiting {
	struct request *request;
	enum latest_form form;
};

struct latest {
	struct crew_work work;
	struct latest_settings settings;
	pthread_mutex_t mutex; /* guards all below */
	bool reading;
	int64_t read; /* clock_steady; 0: not yet */
	struct buffer bodies[2]; /* by form */
	struct waiting waiting[WAITING];
	size_t count;
};

/* What one reading makes. */
struct making {
	const struct table_key *key;
	struct buffer items, keys;
	bool first;
};

static bool
add(void *context, struct span item, struct failure *failure)
{
	struct making *making = context;
	const char *between = making->first ? "\n" : ",\n";
	struct json_wanted wanted = {.name = span_of(making->key->partition.name)};
	struct json_error error;
	size_t items = making->items.length, keys = making->keys.length;

	if (!json_find(item, JSON_DEPTH, &wanted, 1, NULL, &error) || wanted.value.start == NULL)
		return true;
	making->first = false;
	if (buffer_add_text(&making->items, between) &&
	    buffer_add(&making->items, item.start, item.length) &&
	    buffer_add_text(&making->keys, between) &&
	    buffer_add(&making->keys, wanted.value.start, wanted.value.length))
		return true;
	making->items.length = items;
	making->keys.length = keys;
	return fail(failure, FAILURE_PERMANENT,
	    "the table has too many partition keys: name those that are wanted with --keys");
}

static bool
read_named(const struct latest *latest, struct table *table, struct making *making,
    struct failure *failure)
{
	for (const char *const *key = latest->settings.keys; *key != NULL; key++) {
		struct table_query query = {.partition = *key, .reversed = true, .limit = 1};

		if (!table_query(table, &query, add, making, failure))
			return false;
	}
	return true;
}

static bool
read_newest(const struct latest *latest, struct table *table, struct making *making,
    struct failure *failure)
{
	making->first = true;
	making->key = latest->settings.key;
	buffer_init(&making->items, BODY);
	buffer_init(&making->keys, BODY);
	buffer_add_text(&making->items, "{\"items\":[");
	buffer_add_text(&making->keys, "{\"keys\":[");
	if (latest->settings.keys != NULL) {
		if (!read_named(latest, table, making, failure))
			return false;
	} else if (!table_newest(table, false, add, making, failure)) {
		return false;
	}
	making->items.ceiling = making->keys.ceiling = BODY + 16;
	buffer_add_text(&making->items, making->first ? "]}\n" : "\n]}\n");
	buffer_add_text(&making->keys, making->first ? "]}\n" : "\n]}\n");
	return true;
}

static struct reply
reply_of(const struct buffer *body)
{
	struct reply made = {.status = 200, .type = "application/json", .tagged = true};

	buffer_init(&made.body, body->length);
	buffer_add(&made.body, body->data, body->length);
	return made;
}

/* In the crew. */
static void
run(struct crew_work *work, void *context)
{
	struct latest *latest = (struct latest *)work;
	struct waiting waiting[WAITING];
	struct making making;
	struct failure failure;
	bool made = read_newest(latest, context, &making, &failure);
	size_t count;

	pthread_mutex_lock(&latest->mutex);
	latest->reading = false;
	count = latest->count;
	latest->count = 0;
	memcpy(waiting, latest->waiting, count * sizeof *waiting);
	if (made) {
		latest->read = clock_steady();
		for (int form = LATEST_ITEMS; form <= LATEST_KEYS; form++) {
			struct buffer *from = form == LATEST_ITEMS ? &making.items : &making.keys;

			buffer_clear(&latest->bodies[form]);
			buffer_add(&latest->bodies[form], from->data, from->length);
		}
	}
	pthread_mutex_unlock(&latest->mutex);
	for (size_t i = 0; i < count; i++) {
		struct reply one;

		if (!made) {
			request_failed(waiting[i].request, &failure);
			continue;
		}
		one = reply_of(waiting[i].form == LATEST_ITEMS ? &making.items : &making.keys);
		request_reply(waiting[i].request, &one);
	}
	buffer_free(&making.items);
	buffer_free(&making.keys);
}

struct latest *
latest_open(const struct latest_settings *settings)
{
	struct latest *latest = memory_new(1, sizeof *latest);

	latest->settings = *settings;
	latest->work.run = run;
	pthread_mutex_init(&latest->mutex, NULL);
	buffer_init(&latest->bodies[LATEST_ITEMS], BODY + 16);
	buffer_init(&latest->bodies[LATEST_KEYS], BODY + 16);
	return latest;
}

void
latest_close(struct latest *latest)
{
	if (latest == NULL)
		return;
	buffer_free(&latest->bodies[LATEST_ITEMS]);
	buffer_free(&latest->bodies[LATEST_KEYS]);
	pthread_mutex_destroy(&latest->mutex);
	free(latest);
}

void
latest_reply(struct latest *latest, struct request *request, enum latest_form form)
{
	bool good, start = false, full = false;
	struct reply kept;

	pthread_mutex_lock(&latest->mutex);
	good = latest->read != 0 && clock_steady() - latest->read <= 1000 * latest->settings.age;
	if (good) {
		kept = reply_of(&latest->bodies[form]);
	} else {
		full = latest->count == WAITING;
		start = !full && !latest->reading;
		if (start && !crew_add(latest->settings.crew, &latest->work)) {
			full = true;
			start = false;
		}
		latest->reading = latest->reading || start;
		if (!full)
			latest->waiting[latest->count++] = (struct waiting){request, form};
	}
	pthread_mutex_unlock(&latest->mutex);
	if (good)
		request_reply(request, &kept);
	else if (full)
		request_problem(request, 503, "too many requests wait");
}
