/* rate_observations: writes the numbers of a value as observations. */
/*
 * A value is a number, or an object whose numbers are values, by their names.
 * The name of a series is that of the source, and the names that lead to the value in it.
 */
#include <string.h>
#include "rate/rate_fields.h"
#include "rate/rate_record.h"
#include "text/json.h"

enum { UNIT = 3, SERIES = 4 }; /* the form's fields */

struct observations {
	struct buffer *text;
	struct rate_origin origin; /* its name is path */
	struct span fields[FORM_FIELDS];
	const char *time;
	char path[RATE_TEXT_MAX];
	size_t count;
	struct failure *failure;
};

/* Adds to the path. */
static bool
add_path(struct observations *made, struct span name)
{
	size_t length = made->origin.name.length, slash = length > 0;

	if (length + slash + name.length > sizeof made->path)
		return fail(made->failure, FAILURE_REFUSED,
		    "the name of a series would be longer than %d bytes", RATE_TEXT_MAX);
	made->path[length] = '/';
	memcpy(made->path + length + slash, name.start, name.length);
	made->origin.name = (struct span){made->path, length + slash + name.length};
	return true;
}

/* The text of a unit; start NULL: there is none. */
static struct span
unit_text(struct span unit)
{
	if (unit.start == NULL || json_kind(unit) != JSON_STRING)
		return (struct span){NULL, 0};
	unit = json_inside(unit);
	return unit.length > 0 && unit.length <= RATE_TEXT_MAX ? unit : (struct span){NULL, 0};
}

/* The unit of the member of that name, if the units are an object. */
static struct span
unit_of(struct span units, struct span name)
{
	struct json_cursor cursor;
	struct span other, unit;

	if (units.start != NULL && json_kind(units) == JSON_OBJECT) {
		cursor = json_enter(units);
		while (json_next_member(&cursor, &other, &unit))
			if (span_equal(other, name))
				return unit;
	}
	return (struct span){NULL, 0};
}

static bool
add_number(struct observations *made, struct span number, struct span unit)
{
	made->fields[FORM_VALUE] = number;
	made->fields[UNIT] = unit_text(unit);
	made->count++;
	return rate_record_add(made->text, &made->origin, made->fields, made->time, made->failure);
}

static bool
is_ignored(const struct provider *provider, struct span name)
{
	for (size_t i = 0; i < provider->ignore.count; i++)
		if (json_text_is(name, provider->ignore.texts[i]))
			return true;
	return false;
}

static bool
add_members(struct observations *made, struct span values, struct span units)
{
	struct json_cursor cursor = json_enter(values);
	struct span before = made->origin.name, name, value;

	while (json_next_member(&cursor, &name, &value)) {
		enum json_kind kind = json_kind(value);
		struct span unit = unit_of(units, name);
		if ((kind != JSON_NUMBER && kind != JSON_OBJECT) ||
		    is_ignored(made->origin.provider, name))
			continue;
		if (!add_path(made, name) ||
		    !(kind == JSON_NUMBER ? add_number(made, value, unit)
		                          : add_members(made, value, unit)))
			return false;
		made->origin.name = before;
	}
	return true;
}

bool
rate_observations_add(struct buffer *text, const struct rate_origin *origin,
    const struct span fields[FORM_FIELDS], const char *time, size_t *count, struct failure *failure)
{
	struct observations made = {.text = text, .origin = *origin, .time = time};
	size_t given = origin->provider->field_count;
	struct span name =
	    given > SERIES && fields[SERIES].start != NULL ? fields[SERIES] : origin->name;
	struct span value = fields[FORM_VALUE], unit = {NULL, 0};
	bool good = false;

	made.failure = failure;
	if (given > UNIT)
		unit = fields[UNIT];
	memcpy(made.fields, fields, given * sizeof fields[0]);
	made.origin.name = (struct span){made.path, 0};
	if (name.start == NULL)
		return fail(failure, FAILURE_REFUSED, "the name of the series is missing");
	if (!add_path(&made, name))
		return false;
	switch (json_kind(value)) {
	case JSON_OBJECT:
		good = add_members(&made, value, unit);
		break;
	case JSON_STRING:
		value = json_inside(value);
		/* fall through */
	case JSON_NUMBER:
		good =
		    rate_fields_number("value", value, failure) && add_number(&made, value, unit);
		break;
	default:
		return rate_fields_number("value", value, failure);
	}
	*count += made.count;
	return good;
}
