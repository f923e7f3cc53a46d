/* findings: forms findings, and passes them on. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "health/findings.h"
#include "text/json.h"

bool
finding_write(struct buffer *to, const struct finding *finding)
{
	return buffer_add_format(to, "{\"check\":\"%s\",\"of\":", finding->check) &&
	       json_add_string(to, finding->of, strlen(finding->of)) &&
	       buffer_add_format(to, ",\"status\":%d,\"message\":", finding->status) &&
	       json_add_string(to, finding->sentence, strlen(finding->sentence)) &&
	       buffer_add_text(to, "}");
}

void
findings_add(struct findings *findings, int status, const char *check, const char *of,
    const char *format, ...)
{
	char sentence[sizeof((struct failure *)0)->text + 100];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	findings->found(findings->context, &(struct finding){status, check, of, sentence, false});
}

void
findings_failure(
    struct findings *findings, const char *check, const char *of, const struct failure *failure)
{
	if (failure->kind == FAILURE_STOPPED) {
		findings->stopped = true;
		return;
	}
	findings->found(findings->context,
	    &(struct finding){
	        failure->kind == FAILURE_TEMPORARY ? FINDINGS_UNKNOWN : FINDINGS_BROKEN, check, of,
	        failure->text, true});
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
