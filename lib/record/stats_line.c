/* stats_line: reads the statistics of a tool from a line of JSON. */
#include <string.h>

#include "record/stats_line.h"
#include "text/json.h"
#include "text/number.h"
#include "text/timestamp.h"

const char *const stats_counter_names[STATS_COUNTERS] = {"lines", "bytes", "done", "refused",
    "present", "lost", "marks", "batches", "retries", "throttled", NULL};

/* What becomes of digits after the last place that is wanted. */
enum rounding { EXACT /* there may be none */, ROUNDED, CUT };

/* 10 to this power is more than any number that is accepted. */
enum { MOST_DIGITS = 18 };

/* 100 years, in ms. */
#define LONGEST_RUN (UINT64_C(100) * 366 * 86400 * 1000)

bool
stats_tool_is_valid(struct span name)
{
	static const char bytes[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

	if (name.length == 0 || name.length > STATS_TOOL)
		return false;
	for (size_t i = 0; i < name.length; i++) {
		if (memchr(bytes, name.start[i], sizeof bytes - 1) == NULL)
			return false;
	}
	return true;
}

bool
stats_number_read(struct span digits, uint64_t most, uint64_t *number)
{
	uint64_t read = 0;

	*number = 0;
	for (size_t i = 0; i < digits.length; i++) {
		unsigned digit = (unsigned)(digits.start[i] - '0');

		if (digit > 9 || read > (UINT64_MAX - digit) / 10)
			return false;
		read = read * 10 + digit;
	}
	if (digits.length == 0 || read > most)
		return false;
	*number = read;
	return true;
}

/* A JSON number that is not negative, times 10 to the power of shift. */
static bool
read_scaled(struct span value, int shift, enum rounding rounding, uint64_t most, uint64_t *result)
{
	struct number number;
	int places;

	*result = 0;
	if (number_read(value, &number) != NULL || number.negative)
		return false;
	if (number.count == 0)
		return true;
	places = number.exponent + shift;
	if (places > MOST_DIGITS || (rounding == EXACT && places < (int)number.count))
		return false;
	for (int i = 0; i < places; i++)
		*result = *result * 10 + (i < (int)number.count ? (uint64_t)number.digits[i] : 0);
	if (rounding == ROUNDED && places >= 0 && places < (int)number.count &&
	    number.digits[places] >= 5)
		++*result;
	return *result <= most;
}

bool
stats_milliseconds_read(struct span text, uint64_t most, uint64_t *microseconds)
{
	return read_scaled(text, 3, ROUNDED, most, microseconds);
}

static bool
is_absent(const struct json_wanted *wanted)
{
	return wanted->value.start == NULL || json_kind(wanted->value) == JSON_NULL;
}

/* As read_scaled; absent or null is 0. False also if the member occurs twice. */
static bool
read_member(const struct json_wanted *wanted, int shift, enum rounding rounding, uint64_t most,
    uint64_t *result)
{
	*result = 0;
	if (is_absent(wanted))
		return wanted->times <= 1;
	return wanted->times == 1 && json_kind(wanted->value) == JSON_NUMBER &&
	       read_scaled(wanted->value, shift, rounding, most, result);
}

/* A string without escapes that are longer than what they stand for, up to most bytes. */
static bool
read_text(const struct json_wanted *wanted, size_t most, char *text)
{
	struct span inside;

	if (wanted->times != 1 || json_kind(wanted->value) != JSON_STRING)
		return false;
	inside = json_inside(wanted->value);
	if (inside.length > most)
		return false;
	text[json_unescape(inside, text)] = '\0';
	return true;
}

/* The microseconds of commit_ms. */
static bool
read_commits(const struct json_wanted *wanted, struct stats_line *line)
{
	enum { P50, P99, SUM, MEMBERS };
	struct json_wanted members[MEMBERS] = {
	    {.name = {"p50", 3}}, {.name = {"p99", 3}}, {.name = {"sum", 3}}};
	struct json_error error;

	if (is_absent(wanted))
		return wanted->times <= 1;
	return wanted->times == 1 &&
	       json_find(wanted->value, JSON_DEPTH, members, MEMBERS, NULL, &error) &&
	       read_member(&members[P50], 3, ROUNDED, STATS_LARGEST, &line->p50_us) &&
	       read_member(&members[P99], 3, ROUNDED, STATS_LARGEST, &line->p99_us) &&
	       read_member(
	           &members[SUM], 3, ROUNDED, STATS_LARGEST, &line->counters[STATS_COMMIT_US]);
}

/* How the tool ended. A signal counts before an exit status. */
static void
read_end(
    const struct json_wanted *exited, const struct json_wanted *signalled, struct stats_line *line)
{
	const struct json_wanted *end = is_absent(signalled) ? exited : signalled;
	uint64_t status;

	line->end = STATS_RUNNING;
	if (is_absent(end))
		return;
	line->end = end == exited ? STATS_EXITED : STATS_SIGNALLED;
	if (!read_member(end, 0, EXACT, STATS_STATUS, &status))
		line->end = STATS_END_UNKNOWN;
	line->status = (int)status;
}

static bool
read_lag(const struct json_wanted *wanted, struct stats_line *line)
{
	uint64_t lag;

	line->lag_ms = -1;
	if (!read_member(wanted, 0, EXACT, STATS_LARGEST, &lag))
		return false;
	if (!is_absent(wanted))
		line->lag_ms = (int64_t)lag;
	return true;
}

/* Which process wrote the line, and when. */
static bool
read_process(const struct json_wanted *tool, const struct json_wanted *started,
    const struct json_wanted *seconds, struct stats_line *line)
{
	uint64_t ran;
	int64_t began;

	if (!read_text(tool, STATS_TOOL, line->tool) ||
	    !stats_tool_is_valid((struct span){line->tool, json_inside(tool->value).length}) ||
	    !read_text(started, STATS_STARTED, line->started) ||
	    strchr(line->started, ' ') != NULL ||
	    !timestamp_parse(span_of(line->started), &began) ||
	    !read_member(seconds, 3, CUT, LONGEST_RUN, &ran))
		return false;
	line->ended = began + (int64_t)ran;
	return true;
}

bool
stats_line_read(struct span text, struct stats_line *line)
{
	enum { TOOL = STATS_COUNTERS, STARTED, SECONDS, EXIT, SIGNAL, LAG, MEMBERS };
	static const char *const others[] = {
	    "tool", "started", "seconds", "exit", "signal", "lag_ms"};
	struct json_wanted wanted[MEMBERS];
	struct json_error error;

	memset(wanted, 0, sizeof wanted);
	for (size_t i = 0; i < STATS_COMMIT_US; i++)
		wanted[i].name = span_of(stats_counter_names[i]);
	wanted[STATS_COMMIT_US].name = span_of("commit_ms");
	for (size_t i = TOOL; i < MEMBERS; i++)
		wanted[i].name = span_of(others[i - TOOL]);
	*line = (struct stats_line){.counted = false};
	if (!json_find(text, JSON_DEPTH, wanted, MEMBERS, NULL, &error) ||
	    !read_process(&wanted[TOOL], &wanted[STARTED], &wanted[SECONDS], line))
		return false;
	read_end(&wanted[EXIT], &wanted[SIGNAL], line);
	line->counted = line->end != STATS_END_UNKNOWN &&
	                read_commits(&wanted[STATS_COMMIT_US], line) &&
	                read_lag(&wanted[LAG], line);
	for (size_t i = 0; i < STATS_COMMIT_US && line->counted; i++)
		line->counted =
		    read_member(&wanted[i], 0, EXACT, STATS_LARGEST, &line->counters[i]);
	return true;
}
