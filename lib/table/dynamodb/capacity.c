/* capacity: estimates, corrects and reads the capacity units that requests consume. */
#include "table/dynamodb/capacity.h"
#include "text/json.h"
#include "text/number.h"

enum {
	UNIT = 1000,
	EACH_LEAST = UNIT / 100, /* a query reads some 80 bytes for it */
	REPLY_DEPTH = JSON_DEPTH_MOST
};

void
capacity_init(struct capacity *capacity, unsigned rate)
{
	*capacity = (struct capacity){.rate = rate, .each = UNIT};
	pthread_mutex_init(&capacity->mutex, NULL);
}

void
capacity_end(struct capacity *capacity)
{
	pthread_mutex_destroy(&capacity->mutex);
}

int64_t
capacity_free_at(struct capacity *capacity)
{
	int64_t free_at;

	pthread_mutex_lock(&capacity->mutex);
	free_at = capacity->free_at;
	pthread_mutex_unlock(&capacity->mutex);
	return free_at;
}

/* Microseconds in which the rate allows these thousandths of a unit. */
static int64_t
time_of(const struct capacity *capacity, int64_t units)
{
	return units * UNIT / (int64_t)capacity->rate;
}

int64_t
capacity_start(struct capacity *capacity, size_t items, int64_t now)
{
	int64_t expected;

	if (capacity->rate == 0)
		return 0;
	pthread_mutex_lock(&capacity->mutex);
	expected = (int64_t)items * capacity->each;
	if (capacity->free_at < now)
		capacity->free_at = now;
	capacity->free_at += time_of(capacity, expected);
	pthread_mutex_unlock(&capacity->mutex);
	return expected;
}

void
capacity_settle(struct capacity *capacity, int64_t expected, size_t items, int64_t consumed)
{
	if (capacity->rate == 0 || consumed < 0)
		return;
	pthread_mutex_lock(&capacity->mutex);
	capacity->free_at += time_of(capacity, consumed - expected);
	if (items > 0 && consumed > 0)
		capacity->each = consumed / (int64_t)items;
	if (capacity->each < EACH_LEAST)
		capacity->each = EACH_LEAST;
	pthread_mutex_unlock(&capacity->mutex);
}

size_t
capacity_items(struct capacity *capacity, size_t most, unsigned shares)
{
	int64_t items;

	if (capacity->rate == 0)
		return most;
	pthread_mutex_lock(&capacity->mutex);
	items = (int64_t)capacity->rate * UNIT / capacity->each / shares;
	pthread_mutex_unlock(&capacity->mutex);
	return items < 1 ? 1 : (uint64_t)items < most ? (size_t)items : most;
}

/* Of one table; 0: nothing that is a number. */
static int64_t
units_of(struct span of_table)
{
	struct json_cursor cursor;
	struct span name, value;
	struct number number;

	if (json_kind(of_table) != JSON_OBJECT)
		return 0;
	cursor = json_enter(of_table);
	while (json_next_member(&cursor, &name, &value)) {
		if (json_text_is(name, span_of("CapacityUnits")) &&
		    json_kind(value) == JSON_NUMBER && number_read(value, &number) == NULL &&
		    !number.negative && number_scaled(&number, 0) < INT32_MAX)
			return number_scaled(&number, 3);
	}
	return 0;
}

int64_t
capacity_consumed(struct span reply)
{
	struct json_wanted wanted = {.name = span_of("ConsumedCapacity")};
	struct json_error error;
	struct json_cursor cursor;
	struct span element;
	int64_t units = 0;

	if (!json_find(reply, REPLY_DEPTH, &wanted, 1, NULL, &error) ||
	    json_present(wanted.value).start == NULL)
		return -1;
	if (json_kind(wanted.value) != JSON_ARRAY)
		return units_of(wanted.value);
	cursor = json_enter(wanted.value);
	while (json_next_element(&cursor, &element))
		units += units_of(element);
	return units;
}
