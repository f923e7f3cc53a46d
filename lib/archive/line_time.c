/* line_time: finds a member and reads it as a time. */
#include "archive/line_time.h"
#include "text/json.h"
#include "text/timestamp.h"

enum { VALUE = 256 /* bytes of a time as text */ };

bool
line_time_of_value(struct span value, int64_t *time)
{
	struct timestamp stamp;
	char plain[VALUE];

	if (json_kind(value) == JSON_STRING) {
		value = json_inside(value);
		if (value.length > sizeof plain)
			return false;
		if (timestamp_parse(value, time))
			return true;
		value = (struct span){plain, json_unescape(value, plain)};
	} else if (json_kind(value) != JSON_NUMBER) {
		return false;
	}
	return timestamp_read(value, &stamp) && stamp.zone.start == NULL &&
	       timestamp_settle(&stamp, stamp.known ? stamp.offset : 0, time);
}

bool
line_time_find(struct span line, struct span member, int64_t *time)
{
	struct json_wanted wanted = {.name = member};
	struct json_error error;

	return json_find(line, JSON_DEPTH, &wanted, 1, NULL, &error) &&
	       wanted.value.start != NULL && line_time_of_value(wanted.value, time);
}
