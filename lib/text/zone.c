/* zone: reads abbreviations and offsets of time zones. */
#include <strings.h>

#include "text/timestamp_internal.h"
#include "text/zone.h"

static const struct {
	const char *name;
	int minutes; /* east of UTC */
} known[] = {{"UTC", 0}, {"GMT", 0}, {"Z", 0}, {"UT", 0}, {"EST", -300}, {"EDT", -240},
    {"CST", -360}, {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420},
    {"WET", 0}, {"WEST", 60}, {"CET", 60}, {"CEST", 120}, {"EET", 120}, {"EEST", 180}, {"BST", 60},
    {"JST", 540}, {"KST", 540}, {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780}};

enum { KNOWN = sizeof known / sizeof *known };

/* "+01:00", "+0100", "+01"; brief: also "+1". */
static bool
read_offset(struct span text, bool brief, int64_t *offset)
{
	bool west = text.length > 0 && text.start[0] == '-';
	int hour, minute = 0;

	if (!timestamp_take_one(&text, "+-"))
		return false;
	if (!timestamp_take_digits(&text, 2, &hour) &&
	    !(brief && timestamp_take_digits(&text, 1, &hour)))
		return false;
	if (text.length > 0) {
		timestamp_take_one(&text, ":");
		if (!timestamp_take_digits(&text, 2, &minute))
			return false;
	}
	*offset = (int64_t)hour * HOUR + minute * MINUTE;
	if (west)
		*offset = -*offset;
	return text.length == 0 && hour < 24 && minute < 60;
}

bool
zone_offset(struct span name, int64_t *offset)
{
	for (size_t i = 0; i < KNOWN; i++) {
		if (strlen(known[i].name) == name.length &&
		    strncasecmp(known[i].name, name.start, name.length) == 0) {
			*offset = (int64_t)known[i].minutes * MINUTE;
			return true;
		}
	}
	if (name.length > 3 &&
	    (strncasecmp(name.start, "UTC", 3) == 0 || strncasecmp(name.start, "GMT", 3) == 0))
		return read_offset((struct span){name.start + 3, name.length - 3}, true, offset);
	/* As mosquitto_sub writes its times. */
	if (name.length > 1 && name.start[0] == 'Z')
		return read_offset((struct span){name.start + 1, name.length - 1}, false, offset);
	return read_offset(name, false, offset);
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool
zone_is_name(struct span name)
{
	if (name.length == 0 || name.length > ZONE_NAME || !is_letter(name.start[0]))
		return false;
	for (size_t i = 0; i < name.length; i++) {
		char c = name.start[i];

		if (!is_letter(c) && !(c >= '0' && c <= '9') && memchr("_+-/", c, 4) == NULL)
			return false;
	}
	return true;
}
