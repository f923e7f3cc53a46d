/* item_check: checks what is in an item: names, values, sizes, depth. */
#include <stdio.h>

#include "text/base64.h"
#include "table/item_reader.h"
#include "text/json.h"

enum { NAME_BYTES_MAX = 65535 };

static bool read_value(struct item_reader *reader, const struct place *place, struct span value);

static bool
count(struct item_reader *reader, size_t bytes)
{
	reader->size += bytes;
	if (reader->size <= ITEM_SIZE_MAX)
		return true;
	return item_refuse(reader, NULL,
	    "larger than 400 KB (409600 bytes of names and values), the maximum of an item");
}

static bool
read_name(struct item_reader *reader, const struct place *place)
{
	if (place->name.length == 0)
		return item_refuse(reader, place->above, "a name is empty");
	if (place->name.length > NAME_BYTES_MAX)
		return item_refuse(reader, place, "its name is longer than 65535 bytes");
	return count(reader, place->name.length);
}

static bool
read_member(struct item_reader *reader, const struct place *place, struct span value)
{
	return read_name(reader, place) && read_value(reader, place, value) &&
	       (place->above != NULL || item_take_key(reader, place, value));
}

/* Another member of an object; its name is still escaped. */
static bool
read_next(
    struct item_reader *reader, const struct place *above, struct span name, struct span value)
{
	struct place place = {.above = above,
	    .name = item_plain_text(reader, &reader->scratch, name),
	    .depth = above != NULL ? above->depth + 1 : 2};

	distinct_add(&reader->distinct, place.name);
	return (above == NULL || count(reader, 1)) && read_member(reader, &place, value);
}

/* Are the names of an object different? Those of the item (above NULL), or of an object in it. */
static bool
check_names(struct item_reader *reader, const struct place *above, size_t begin)
{
	struct span twice;
	struct shown shown;
	char reason[sizeof shown + 40];

	if (distinct_end(&reader->distinct, begin, &twice))
		return true;
	snprintf(reason, sizeof reason, "the name \"%s\" occurs twice",
	    show(&shown, twice.start, twice.length));
	return item_refuse(reader, above, reason);
}

static bool
read_members(struct item_reader *reader, const struct place *above, struct span object)
{
	struct json_cursor cursor = json_enter(object);
	size_t begin = distinct_begin(&reader->distinct);
	struct span name, value;

	while (json_next_member(&cursor, &name, &value)) {
		if (!read_next(reader, above, name, value))
			return false;
	}
	return check_names(reader, above, begin);
}

static bool
read_elements(struct item_reader *reader, const struct place *above, struct span array)
{
	struct json_cursor cursor = json_enter(array);
	struct place place = {.above = above, .depth = above->depth + 1};
	struct span value;

	while (json_next_element(&cursor, &value)) {
		if (!count(reader, 1) || !read_value(reader, &place, value))
			return false;
		place.index++;
	}
	return true;
}

static bool
read_string(struct item_reader *reader, struct span inner)
{
	return count(reader, item_plain_text(reader, &reader->scratch, json_inside(inner)).length);
}

static bool
read_number(
    struct item_reader *reader, const struct place *place, struct span inner, struct number *number)
{
	const char *reason = number_read(item_number_text(reader, inner), number);

	if (reason != NULL)
		return item_refuse(reader, place, reason);
	return count(reader, number_stored_size(number));
}

/* Leaves the bytes in reader->decoded. */
static bool
read_binary(struct item_reader *reader, const struct place *place, struct span inner)
{
	buffer_clear(&reader->decoded);
	reader->only_typed = true;
	if (!base64_decode(
	        &reader->decoded, item_plain_text(reader, &reader->scratch, json_inside(inner))))
		return item_refuse(reader, place, "binary that is not base64");
	return count(reader, reader->decoded.length);
}

/* One element of a set; *bytes: what has to differ from other elements. */
static bool
read_set_element(struct item_reader *reader, const struct place *place, enum item_tag tag,
    struct span element, struct span *bytes)
{
	struct number number;

	if (json_kind(element) != JSON_STRING)
		return item_refuse(reader, place, "the elements of a set must be strings");
	switch (tag) {
	case ITEM_NS:
		if (!read_number(reader, place, element, &number))
			return false;
		*bytes = item_number_bytes(&reader->scratch, &number);
		return true;
	case ITEM_BS:
		if (!read_binary(reader, place, element))
			return false;
		*bytes = pool_copy(&reader->scratch, reader->decoded.data, reader->decoded.length);
		return true;
	default:
		*bytes = item_plain_text(reader, &reader->scratch, json_inside(element));
		return count(reader, bytes->length);
	}
}

static bool
read_set(struct item_reader *reader, const struct place *above, struct item_value set)
{
	struct json_cursor cursor;
	struct place place = {.above = above, .depth = above->depth + 1};
	size_t begin = distinct_begin(&reader->distinct);
	struct span element, bytes, twice;

	reader->only_typed = true;
	if (json_kind(set.inner) != JSON_ARRAY)
		return item_refuse(reader, above, "a set must be an array");
	cursor = json_enter(set.inner);
	while (json_next_element(&cursor, &element)) {
		if (!read_set_element(reader, &place, set.tag, element, &bytes))
			return false;
		distinct_add(&reader->distinct, bytes);
		place.index++;
	}
	if (place.index == 0)
		return item_refuse(reader, above, "an empty set");
	return distinct_end(&reader->distinct, begin, &twice) ||
	       item_refuse(reader, above, "an element of the set occurs twice");
}

static bool
read_container(struct item_reader *reader, const struct place *place, struct item_value value)
{
	if (place->depth > JSON_DEPTH_TABLE)
		return item_refuse(reader, NULL, "nested more than 32 levels deep");
	if (value.tag != ITEM_M && value.tag != ITEM_L)
		return read_set(reader, place, value);
	if (!count(reader, 3))
		return false;
	return value.tag == ITEM_M ? read_members(reader, place, value.inner)
	                           : read_elements(reader, place, value.inner);
}

static bool
read_value(struct item_reader *reader, const struct place *place, struct span value)
{
	struct item_value found = item_untag(value, reader->typed);
	const char *wrong = reader->typed ? item_misfit(found) : NULL;
	struct number number;

	if (wrong != NULL)
		return item_refuse(reader, place, wrong);
	switch (found.tag) {
	case ITEM_S:
		return read_string(reader, found.inner);
	case ITEM_N:
		return read_number(reader, place, found.inner, &number);
	case ITEM_B:
		return read_binary(reader, place, found.inner);
	case ITEM_BOOL:
	case ITEM_NULL:
		return count(reader, 1);
	default:
		return read_container(reader, place, found);
	}
}

bool
item_check_value(struct item_reader *reader, const struct place *place, struct span value)
{
	return read_value(reader, place, value);
}

/* The item while its members are read. */
struct reading {
	struct item_reader *reader;
	bool good;
};

static bool
take_member(void *context, struct span name, struct span value)
{
	struct reading *reading = context;

	reading->good = read_next(reading->reader, NULL, name, value);
	return reading->good;
}

bool
item_check(struct item_reader *reader, struct span text, unsigned depth)
{
	struct reading reading = {reader, true};
	size_t begin = distinct_begin(&reader->distinct);
	struct json_error error;

	/* Text that is not JSON is reported as that, not by a fault of a member. */
	if (!json_each_member(text, depth, take_member, &reading, &error))
		return item_refuse_syntax(reader, &error);
	return reading.good && check_names(reader, NULL, begin);
}
