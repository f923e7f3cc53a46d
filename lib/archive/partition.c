/* partition: reads the list of partitions, and finds their values in lines. */
#include <inttypes.h>
#include <stdlib.h>

#include "archive/line_time.h"
#include "archive/object_name.h"
#include "archive/partition.h"
#include "archive/time_format.h"
#include "base/hash.h"
#include "base/memory.h"
#include "text/json.h"

enum {
	MOST = 16,
	VALUE = 2048,
	KNOWN = 1024, /* values of a member whose parts are kept */
	KNOWN_VALUE = 48
};

/* A value, as it is in the line, and what it becomes. */
struct known {
	unsigned char value_length, part_length; /* 0: none is kept */
	char value[KNOWN_VALUE];
	char part[3 * KNOWN_VALUE];
};

/* The last time, as its part. */
struct known_time {
	int64_t time; /* in the unit of the partition */
	size_t length; /* 0: none is kept */
	char part[OBJECT_NAME_PART + 1];
};

struct partition {
	struct span name;
	struct span format; /* of the time; start NULL: the member called name */
	bool timed; /* the format has a conversion */
	int64_t unit; /* ms for which its part stays the same */
	struct known_time last;
	size_t wanted; /* the member's place in the plan's */
	struct known *known; /* by hash; NULL: it is not a member */
};

struct partition_plan {
	struct partition all[MOST];
	size_t count;
	struct json_wanted wanted[MOST + 1];
	size_t wanted_count;
	size_t time; /* the place of the time */
	bool timed; /* it is needed */
};

static size_t
want(struct partition_plan *plan, struct span name)
{
	for (size_t i = 0; i < plan->wanted_count; i++) {
		if (span_equal(plan->wanted[i].name, name))
			return i;
	}
	plan->wanted[plan->wanted_count].name = name;
	return plan->wanted_count++;
}

static bool
check_partition(
    const struct partition_plan *plan, const struct partition *partition, struct failure *failure)
{
	struct buffer text;
	struct shown shown;
	bool good;

	buffer_init(&text, VALUE);
	good = partition->format.start == NULL || time_format(&text, partition->format, 0);
	buffer_free(&text);
	if (!good)
		return fail(failure, FAILURE_PERMANENT,
		    "the partition format \"%s\" has a conversion other than %s",
		    show(&shown, partition->format.start, partition->format.length),
		    TIME_FORMAT_CONVERSIONS);
	buffer_init(&text, OBJECT_NAME_SIZE);
	good = object_name_add_partition(&text, partition->name, span_of("x"));
	buffer_free(&text);
	for (size_t i = 0; i < plan->count; i++)
		good = good && !span_equal(plan->all[i].name, partition->name);
	return good || fail(failure, FAILURE_PERMANENT,
	                   "the partition \"%s\" is empty, too long or given twice",
	                   show(&shown, partition->name.start, partition->name.length));
}

static bool
read_partition(struct partition_plan *plan, struct span text, struct failure *failure)
{
	struct partition *partition = &plan->all[plan->count];
	const char *equals = memchr(text.start, '=', text.length);
	size_t length = equals != NULL ? (size_t)(equals - text.start) : text.length;

	*partition = (struct partition){.name = {text.start, length}};
	if (equals != NULL) {
		partition->format = (struct span){equals + 1, text.length - length - 1};
		partition->timed =
		    memchr(partition->format.start, '%', partition->format.length) != NULL;
		plan->timed = plan->timed || partition->timed;
		partition->unit = memchr(partition->format.start, 'S', partition->format.length)
		                      ? 1000
		                      : 60 * 1000;
	}
	if (!check_partition(plan, partition, failure))
		return false;
	plan->count++;
	if (equals == NULL) {
		partition->wanted = want(plan, partition->name);
		partition->known = memory_new(KNOWN, sizeof *partition->known);
	}
	return true;
}

static bool
read_list(struct partition_plan *plan, const char *list, struct failure *failure)
{
	for (const char *at = list; *at != '\0';) {
		size_t length = strcspn(at, ",");

		if (plan->count == MOST)
			return fail(failure, FAILURE_PERMANENT,
			    "more than %d partitions are too many", MOST);
		if (!read_partition(plan, (struct span){at, length}, failure))
			return false;
		at += length + (at[length] == ',');
	}
	return true;
}

struct partition_plan *
partition_plan_open(const char *list, const char *time, struct failure *failure)
{
	struct partition_plan *plan = memory_new(1, sizeof *plan);

	if (!read_list(plan, list, failure)) {
		partition_plan_close(plan);
		return NULL;
	}
	if (plan->timed)
		plan->time = want(plan, span_of(time));
	return plan;
}

void
partition_plan_close(struct partition_plan *plan)
{
	if (plan == NULL)
		return;
	for (size_t i = 0; i < plan->count; i++)
		free(plan->all[i].known);
	free(plan);
}

/* Adds the text of a member. False: it is too long. */
static bool
add_value(struct buffer *directory, struct span name, struct span value, struct failure *failure)
{
	char plain[VALUE];
	struct shown shown;

	value = json_present(value);
	if (value.start == NULL)
		value.length = 0;
	else if (json_kind(value) == JSON_STRING) {
		value = json_inside(value);
		if (value.length <= sizeof plain)
			value = (struct span){plain, json_unescape(value, plain)};
	}
	return object_name_add_partition(directory, name, value) ||
	       fail(failure, FAILURE_REFUSED, "the value of \"%s\" is too long for a partition",
	           show(&shown, name.start, name.length));
}

/* The place for a value among those that are kept. */
static struct known *
place_of(const struct partition *partition, struct span value)
{
	uint32_t hash = hash_32(value);

	return &partition->known[(hash ^ hash >> 16) % KNOWN];
}

/* As add_value, by the parts that are kept. */
static bool
add_member(struct buffer *directory, const struct partition *partition, struct span value,
    struct failure *failure)
{
	size_t begin = directory->length, length;
	struct known *known;

	if (value.start == NULL || value.length > KNOWN_VALUE)
		return add_value(directory, partition->name, value, failure);
	known = place_of(partition, value);
	if (known->part_length > 0 && known->value_length == value.length &&
	    memcmp(known->value, value.start, value.length) == 0)
		return buffer_add(directory, known->part, known->part_length);
	if (!add_value(directory, partition->name, value, failure))
		return false;
	length = directory->length - begin;
	if (length <= sizeof known->part) {
		known->value_length = (unsigned char)value.length;
		known->part_length = (unsigned char)length;
		memcpy(known->value, value.start, value.length);
		memcpy(known->part, directory->data + begin, length);
	}
	return true;
}

/* time: of the line; below 0: it has none. */
static bool
add_format(
    struct buffer *directory, struct partition *partition, int64_t time, struct failure *failure)
{
	struct known_time *last = &partition->last;
	size_t begin = directory->length;
	char room[VALUE];
	struct buffer text = {.data = room, .capacity = sizeof room, .ceiling = sizeof room};
	struct shown shown;

	time = partition->timed && time >= 0 ? time / partition->unit : -1;
	if (last->length > 0 && last->time == time)
		return buffer_add(directory, last->part, last->length);
	if (!partition->timed || time >= 0)
		time_format(&text, partition->format, time >= 0 ? time * partition->unit : 0);
	if (!object_name_add_partition(directory, partition->name, buffer_span(&text)))
		return fail(failure, FAILURE_REFUSED,
		    "the value of \"%s\" is too long for a partition",
		    show(&shown, partition->name.start, partition->name.length));
	last->time = time;
	last->length = directory->length - begin;
	memcpy(last->part, directory->data + begin, last->length);
	return true;
}

/* *time: ms since 1970; -1: the line has none. */
static bool
find_time(const struct partition_plan *plan, int64_t *time, struct failure *failure)
{
	const struct json_wanted *wanted = &plan->wanted[plan->time];
	struct span value = json_present(wanted->value);
	struct shown shown, shown_value;

	*time = -1;
	if (value.start == NULL || line_time_of_value(value, time))
		return true;
	return fail(failure, FAILURE_REFUSED,
	    "the value of \"%s\" is not a time: %s (RFC 3339, or seconds since 1970; -T names "
	    "another member)",
	    show(&shown, wanted->name.start, wanted->name.length),
	    show(&shown_value, value.start, value.length < 60 ? value.length : 60));
}

bool
partition_find(struct partition_plan *plan, struct span line, bool raw, struct buffer *directory,
    struct failure *failure)
{
	struct json_error error;
	int64_t time = -1;
	bool found = true;

	if (!json_find(line, JSON_DEPTH, plan->wanted, plan->wanted_count, NULL, &error))
		return fail(failure, FAILURE_REFUSED, "not a JSON object: %s at byte %zu",
		    error.reason, error.offset + 1);
	if (raw)
		return object_name_add_partition(directory, span_of("_raw"), span_of("1"));
	if (plan->timed && !find_time(plan, &time, failure))
		return false;
	for (size_t i = 0; i < plan->count && found; i++) {
		struct partition *partition = &plan->all[i];

		found = partition->format.start != NULL
		            ? add_format(directory, partition, time, failure)
		            : add_member(directory, partition,
		                  plan->wanted[partition->wanted].value, failure);
	}
	return found;
}
