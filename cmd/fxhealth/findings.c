/* findings: writes findings, and keeps the worst status. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fxhealth/findings.h"
#include "text/json.h"

enum { LINE = 16 * 1024 };

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
	const char *word = status == FINDINGS_WELL     ? "well"
	                   : status == FINDINGS_LOOK   ? "look"
	                   : status == FINDINGS_BROKEN ? "broken"
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
findings_add(struct findings *findings, int status, const char *check, const char *of,
    const char *format, ...)
{
	char sentence[sizeof((struct failure *)0)->text + 100];
	struct failure failure;
	struct buffer line;
	va_list arguments;

	tool_note_status(findings->tool, status);
	if (status == FINDINGS_WELL && !findings->tool->verbose)
		return;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	buffer_init(&line, LINE);
	if (findings->json)
		add_json(&line, status, check, of, sentence);
	else
		add_text(&line, status, check, of, sentence);
	if (!output_add_line(findings->tool->output, buffer_span(&line), &failure))
		tool_fail(findings->tool, &failure);
	buffer_free(&line);
}

void
findings_failure(
    struct findings *findings, const char *check, const char *of, const struct failure *failure)
{
	if (failure->kind == FAILURE_STOPPED)
		tool_fail(findings->tool, failure);
	findings_add(findings,
	    failure->kind == FAILURE_TEMPORARY ? FINDINGS_UNKNOWN : FINDINGS_BROKEN, check, of,
	    "%s", failure->text);
}

void
findings_time(
    struct findings *findings, const char *check, const char *of, const char *what, int64_t time)
{
	int64_t age = (findings->now - time) / 1000;
	char text[FINDINGS_AGE];

	if (time > findings->now + FINDINGS_AHEAD)
		findings_add(findings, FINDINGS_BROKEN, "clock", of,
		    "%s is %s ahead of this machine's clock", what, findings_age(-age, text));
	else if (age > findings->max_age / 1000)
		findings_add(findings, FINDINGS_LOOK, check, of, "%s is %s old, and %s is allowed",
		    what, findings_age(age, text), findings->max_age_text);
	else
		findings_add(findings, FINDINGS_WELL, check, of, "%s is %s old", what,
		    findings_age(age > 0 ? age : 0, text));
}

const char *
findings_age(int64_t seconds, char text[FINDINGS_AGE])
{
	const struct {
		int64_t below, unit;
		const char *name;
	} units[] = {
	    {120, 1, "s"}, {7200, 60, "min"}, {172800, 3600, "h"}, {INT64_MAX, 86400, "days"}};
	size_t i = 0;

	while (seconds >= units[i].below && i + 1 < sizeof units / sizeof *units)
		i++;
	snprintf(text, FINDINGS_AGE, "%" PRId64 " %s", seconds / units[i].unit, units[i].name);
	return text;
}
