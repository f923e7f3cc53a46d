/* alert_line: makes the members of an alert. */
#include "fxalert/alert_line.h"
#include "text/json.h"
#include "text/timestamp.h"

static void
add_decimal(struct buffer *line, const char *before, struct decimal decimal, const char *after)
{
	char text[DECIMAL_SIZE];

	decimal_format(decimal.whole, decimal.places, text);
	buffer_add_format(line, "%s%s%s", before, text, after);
}

/* Adds text to a string that is open: what follows its first quote, without the last. */
static void
add_inside(struct buffer *line, const char *text)
{
	size_t before = line->length;

	json_add_string(line, text, strlen(text));
	memmove(line->data + before, line->data + before + 1, line->length - before - 2);
	line->length -= 2;
}

static void
add_name(struct buffer *line, const char *name)
{
	json_add_string(line, name, strlen(name));
	buffer_add_text(line, ":");
}

/* A sentence about it, for people. */
static void
add_text(struct buffer *line, const struct alert_subject *subject, const struct rule *rule,
    const struct alert *alert, const char *time)
{
	struct span key = subject->key;

	if (json_kind(key) == JSON_STRING)
		key = json_inside(key);
	buffer_add_text(line, ",\"text\":\"");
	buffer_add(line, key.start, key.length);
	buffer_add_text(line, ": ");
	add_inside(line, rule->text);
	if (alert == NULL)
		buffer_add_format(line, ": the last is of %s", time);
	else
		add_decimal(line, ": ", alert->value, "");
	if (alert != NULL && alert->has_previous)
		add_decimal(line,
		    rule->kind == RULE_CHANGE ? " (from " : " (before: ", alert->previous, ")");
	buffer_add_text(line, "\"}");
}

void
alert_line_format(const struct alert_options *options, const struct alert_subject *subject,
    const struct alert *alert, struct buffer *line)
{
	const struct rule *rule = &options->rules.items[subject->rule];
	const char *direction = alert != NULL && alert->direction == RULE_DOWN ? "down" : "up";
	char time[TIMESTAMP_SIZE];

	timestamp_format(subject->time, subject->time % 1000 != 0, time);
	buffer_clear(line);
	buffer_add_text(line, "{");
	if (subject->position.length > 0)
		buffer_add_format(line, "\"_pos\":\"%.*s\",", (int)subject->position.length,
		    subject->position.start);
	buffer_add_format(line, "\"id\":\"%s ", time);
	add_inside(line, rule->text);
	if (rule->directions == (RULE_UP | RULE_DOWN))
		buffer_add_format(line, " %s", direction);
	buffer_add_text(line, "\",\"alert\":\"");
	add_inside(line, rule->text);
	buffer_add_text(line, "\",");
	add_name(line, options->key);
	buffer_add(line, subject->key.start, subject->key.length);
	buffer_add_text(line, ",");
	add_name(line, options->time);
	buffer_add_format(line, "\"%s\"", time);
	if (alert != NULL) {
		buffer_add_format(line, ",\"direction\":\"%s\"", direction);
		add_decimal(line, ",\"value\":", alert->value, "");
	}
	if (alert != NULL && alert->has_previous)
		add_decimal(line, ",\"previous\":", alert->previous, "");
	add_text(line, subject, rule, alert, time);
}
