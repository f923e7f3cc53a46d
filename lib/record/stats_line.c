/* stats_line: reads a line of statistics, checking each member that is used. */
#include <stdlib.h>
#include <string.h>

#include "record/stats_line.h"
#include "text/json.h"
#include "text/timestamp.h"

enum member { TOOL, STARTED, SECONDS, EXIT, SIGNAL, MEMBERS };

static bool
read_tool(struct span value, char tool[STATS_LINE_TOOL + 1])
{
	static const char accepted[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                               "0123456789_.-";
	struct span inside;

	if (value.start == NULL || json_kind(value) != JSON_STRING)
		return false;
	inside = json_inside(value);
	if (inside.length == 0 || inside.length > STATS_LINE_TOOL)
		return false;
	memcpy(tool, inside.start, inside.length);
	tool[inside.length] = '\0';
	return strspn(tool, accepted) == inside.length;
}

static bool
read_started(struct span value, int64_t *started)
{
	return value.start != NULL && json_kind(value) == JSON_STRING &&
	       timestamp_parse(json_inside(value), started);
}

/* How long it ran: at most 100 years, absent or null for 0. */
static bool
read_seconds(struct span value, int64_t *milliseconds)
{
	const double most = 100.0 * 366 * 86400;
	char text[64];
	double seconds;

	*milliseconds = 0;
	if (value.start == NULL || json_kind(value) == JSON_NULL)
		return true;
	if (json_kind(value) != JSON_NUMBER || value.length >= sizeof text)
		return false;
	memcpy(text, value.start, value.length);
	text[value.length] = '\0';
	seconds = strtod(text, NULL);
	if (seconds < 0 || seconds > most)
		return false;
	*milliseconds = (int64_t)(seconds * 1000);
	return true;
}

static int
read_status(struct span value)
{
	int number = 0;

	if (value.start == NULL || json_kind(value) == JSON_NULL)
		return STATS_LINE_ABSENT;
	if (value.length > 3)
		return STATS_LINE_INVALID;
	for (size_t i = 0; i < value.length; i++) {
		if (value.start[i] < '0' || value.start[i] > '9')
			return STATS_LINE_INVALID;
		number = 10 * number + (value.start[i] - '0');
	}
	return number;
}

bool
stats_line_read(struct span text, struct stats_line *line)
{
	struct json_wanted wanted[MEMBERS] = {[TOOL] = {.name = span_of("tool")},
	    [STARTED] = {.name = span_of("started")},
	    [SECONDS] = {.name = span_of("seconds")},
	    [EXIT] = {.name = span_of("exit")},
	    [SIGNAL] = {.name = span_of("signal")}};
	struct json_error error;
	int64_t took;

	if (!json_find(text, JSON_DEPTH, wanted, MEMBERS, NULL, &error))
		return false;
	for (size_t i = 0; i < MEMBERS; i++) {
		if (wanted[i].times > 1)
			return false;
	}
	if (!read_tool(wanted[TOOL].value, line->tool) ||
	    !read_started(wanted[STARTED].value, &line->started) ||
	    !read_seconds(wanted[SECONDS].value, &took))
		return false;
	line->ended = line->started + took;
	line->exit = read_status(wanted[EXIT].value);
	line->signal = read_status(wanted[SIGNAL].value);
	return true;
}
