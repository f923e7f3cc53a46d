/* report: writes findings, and keeps the worst status. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fxhealth/report.h"
#include "text/json.h"

enum { LINE = 16 * 1024, AHEAD = 60 /* seconds that a clock may be ahead */ };

/* Adds text with its control bytes replaced, so that it cannot steer a terminal. */
static void
add_safe(struct buffer *line, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		unsigned char byte = (unsigned char)*at;

		buffer_add(line, byte < 0x20 || byte == 0x7f ? "?" : at, 1);
	}
}

static void
add_text(struct buffer *line, int status, const char *check, const char *of, const char *sentence)
{
	const char *word = status == REPORT_WELL     ? "well"
	                   : status == REPORT_LOOK   ? "look"
	                   : status == REPORT_BROKEN ? "broken"
	                                             : "unknown";

	buffer_add_format(line, "%s: %s ", word, check);
	add_safe(line, of);
	buffer_add_text(line, ": ");
	add_safe(line, sentence);
}

static void
add_json(struct buffer *line, int status, const char *check, const char *of, const char *sentence)
{
	buffer_add_format(line, "{\"check\":\"%s\",\"of\":", check);
	json_add_string(line, of, strlen(of));
	buffer_add_format(line, ",\"status\":%d,\"message\":", status);
	json_add_string(line, sentence, strlen(sentence));
	buffer_add_text(line, "}");
}

void
report_add(
    struct report *report, int status, const char *check, const char *of, const char *format, ...)
{
	char sentence[sizeof((struct failure *)0)->text + 100];
	struct failure failure;
	struct buffer line;
	va_list arguments;

	tool_note_status(report->tool, status);
	if (status == REPORT_WELL && !report->tool->verbose)
		return;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	buffer_init(&line, LINE);
	if (report->json)
		add_json(&line, status, check, of, sentence);
	else
		add_text(&line, status, check, of, sentence);
	if (!output_add_line(report->tool->output, buffer_span(&line), &failure))
		tool_fail(report->tool, &failure);
	buffer_free(&line);
}

void
report_failure(
    struct report *report, const char *check, const char *of, const struct failure *failure)
{
	if (failure->kind == FAILURE_STOPPED)
		tool_fail(report->tool, failure);
	report_add(report, failure->kind == FAILURE_TEMPORARY ? REPORT_UNKNOWN : REPORT_BROKEN,
	    check, of, "%s", failure->text);
}

void
report_time(
    struct report *report, const char *check, const char *of, const char *what, int64_t time)
{
	int64_t age = (report->now - time) / 1000;
	char text[REPORT_AGE];

	if (age < -AHEAD)
		report_add(report, REPORT_BROKEN, "clock", of,
		    "%s is %s ahead of this machine's clock", what, report_age(-age, text));
	else if (age > report->max_age / 1000)
		report_add(report, REPORT_LOOK, check, of, "%s is %s old, and %s is allowed", what,
		    report_age(age, text), report->max_age_text);
	else
		report_add(report, REPORT_WELL, check, of, "%s is %s old", what,
		    report_age(age > 0 ? age : 0, text));
}

const char *
report_age(int64_t seconds, char text[REPORT_AGE])
{
	const struct {
		int64_t below, unit;
		const char *name;
	} units[] = {
	    {120, 1, "s"}, {7200, 60, "min"}, {172800, 3600, "h"}, {INT64_MAX, 86400, "days"}};
	size_t i = 0;

	while (seconds >= units[i].below && i + 1 < sizeof units / sizeof *units)
		i++;
	snprintf(text, REPORT_AGE, "%" PRId64 " %s", seconds / units[i].unit, units[i].name);
	return text;
}
