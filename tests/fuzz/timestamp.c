/*
 * timestamp: text that is near a timestamp or a length of time, and any count
 * of milliseconds, against the system's own calendar.
 */
#include <inttypes.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include "must.h"
#include "text/timestamp.h"
#include "text/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t latest = INT64_C(253402300799999);

enum { DAY = 86400000 /* ms */ };

/* Text of exactly the form "2025-10-21T14:30:00Z": valid where the calendar does not change it. */
static bool
parse_plain(const char *text, int64_t *milliseconds)
{
	struct tm given = {.tm_isdst = 0}, turned;
	time_t seconds;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2dZ", &given.tm_year, &given.tm_mon, &given.tm_mday,
	        &given.tm_hour, &given.tm_min, &given.tm_sec) != 6)
		return false;
	given.tm_year -= 1900;
	given.tm_mon -= 1;
	turned = given;
	seconds = timegm(&turned);
	*milliseconds = (int64_t)seconds * 1000;
	if (seconds < 0 || *milliseconds > latest)
		return false;
	/* A leap second is the only one that the calendar may turn. */
	if (given.tm_sec == 60 && given.tm_min == 59 && given.tm_hour == 23) {
		given.tm_sec = 59;
		turned = given;
		timegm(&turned);
	}
	return turned.tm_year == given.tm_year && turned.tm_mon == given.tm_mon &&
	       turned.tm_mday == given.tm_mday && turned.tm_hour == given.tm_hour &&
	       turned.tm_min == given.tm_min && turned.tm_sec == given.tm_sec;
}

static bool
has_plain_form(struct span text)
{
	static const char form[] = "0000-00-00T00:00:00Z";

	if (text.length != sizeof form - 1)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		char c = text.start[i];
		if (form[i] == '0' ? c < '0' || c > '9' : c != form[i])
			return false;
	}
	return true;
}

/* As timestamp_read; a text without an offset is in zone. */
static bool
read_in(struct span text, struct span zone, int64_t *milliseconds)
{
	struct timestamp stamp;
	int64_t offset;

	if (!timestamp_read(text, &stamp))
		return false;
	must(stamp.zone.start == NULL || (!stamp.known && zone_is_name(stamp.zone)));
	if (stamp.known)
		offset = stamp.offset;
	else if (stamp.zone.start != NULL || !zone_offset(zone, &offset))
		return false;
	must(offset > -DAY && offset < DAY);
	return timestamp_settle(&stamp, offset, milliseconds);
}

static void
try_text(struct span text)
{
	static const char *const zones[] = {"UTC", "+05:30", "-2359", "gmt+1", "pst"};
	int64_t parsed = -1, other = -1;
	char copy[TIMESTAMP_SIZE];
	bool good = timestamp_parse(text, &parsed);

	if (has_plain_form(text)) {
		memcpy(copy, text.start, text.length);
		copy[text.length] = '\0';
		must(parse_plain(copy, &other) == good);
		must(!good || parsed == other);
	}
	must(!good || (parsed >= 0 && parsed <= latest));
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		bool loose = read_in(text, span_of(zones[i]), &other);
		must(!good || (loose && other == parsed));
		must(!loose || (other >= 0 && other <= latest));
	}
}

/* Takes away the offset and puts it into the zone: the same time. */
static void
try_zone(struct span text)
{
	int64_t parsed, loose;

	if (!timestamp_parse(text, &parsed) || text.length < 6 ||
	    text.start[text.length - 3] != ':' || strchr("+-", text.start[text.length - 6]) == NULL)
		return;
	must(read_in((struct span){text.start, text.length - 6},
	    (struct span){text.start + text.length - 6, 6}, &loose));
	must(loose == parsed);
}

/* A time as in a header of HTTP, against the system's reading of it. */
static void
try_long(int64_t milliseconds)
{
	time_t seconds = (time_t)(milliseconds / 1000);
	char text[64];
	struct tm parts;
	int64_t parsed;

	if (milliseconds < 0 || milliseconds > latest)
		return;
	must(gmtime_r(&seconds, &parts) != NULL);
	must(strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0);
	must(read_in(span_of(text), span_of(""), &parsed));
	must(parsed == (int64_t)seconds * 1000);
}

static void
try_duration(struct span text)
{
	char digits[32], unit[32];
	const char *units = "smhdw";
	const int64_t seconds[] = {1, 60, 3600, 86400, 604800};
	int64_t parsed = -1;
	bool good = duration_parse(text, &parsed);

	must(!good || (parsed >= 0 && parsed <= INT64_C(3155760000000)));
	if (text.length == 0 || text.length > 12 || memchr(text.start, '\0', text.length) != NULL)
		return;
	snprintf(digits, sizeof digits, "%.*s", (int)text.length, text.start);
	size_t count = strspn(digits, "0123456789");
	snprintf(unit, sizeof unit, "%s", digits + count);
	const char *known = unit[0] == '\0' ? NULL : strchr(units, unit[0]);
	bool expected = count > 0 && known != NULL && strlen(unit) <= 1 &&
	                strtoll(digits, NULL, 10) * seconds[known - units] <= INT64_C(3155760000);
	must(good == expected);
	must(!good || parsed == strtoll(digits, NULL, 10) * seconds[known - units] * 1000);
}

static void
try_milliseconds(int64_t milliseconds)
{
	char text[TIMESTAMP_SIZE], expected[TIMESTAMP_SIZE + 16];
	int64_t floor = milliseconds / 1000 - (milliseconds % 1000 < 0), back = -1;
	time_t seconds = (time_t)floor;
	struct tm parts;
	size_t length;

	must(gmtime_r(&seconds, &parts) != NULL);
	length = (size_t)snprintf(
	    expected, sizeof expected, "%04" PRId64 "-", (int64_t)parts.tm_year + 1900);
	length += strftime(expected + length, sizeof expected - length, "%m-%dT%H:%M:%S", &parts);
	snprintf(expected + length, sizeof expected - length, "Z");
	must(strcmp(timestamp_format(milliseconds, false, text), expected) == 0);
	snprintf(expected + length, sizeof expected - length, ".%03dZ",
	    (int)((milliseconds % 1000 + 1000) % 1000));
	must(strcmp(timestamp_format(milliseconds, true, text), expected) == 0);
	must(
	    timestamp_parse(span_of(text), &back) == (milliseconds >= 0 && milliseconds <= latest));
	must(back == -1 || back == milliseconds);
}

/*
 * The first byte chooses: the rest as it is; or a valid text, changed wherever
 * the rest, pairs of place and byte, says.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const forms[] = {
	    "2025-10-21T14:30:00Z", "2024-02-29T23:59:60.123+05:30",
	    "Tue, 21 Oct 2025 14:30:00 GMT", "2025-10-21 14:30:00 Europe/Berlin"};
	char changed[40];
	struct span text;
	int64_t milliseconds;

	if (size == 0)
		return 0;
	text = (struct span){(const char *)data + 1, size - 1};
	if (size > sizeof milliseconds) {
		memcpy(&milliseconds, data + 1, sizeof milliseconds);
		try_milliseconds(milliseconds);
		try_milliseconds(milliseconds >> (data[0] & 63));
		try_long(milliseconds >> (data[0] & 63));
	}
	if ((data[0] & 7) < 4) {
		const char *form = forms[data[0] & 3];
		size_t length = strlen(form);
		memcpy(changed, form, length);
		for (size_t i = 1; i + 1 < size; i += 2)
			changed[data[i] % length] = (char)data[i + 1];
		text = (struct span){changed, length};
	}
	try_text(text);
	try_zone(text);
	try_duration(text);
	return 0;
}
