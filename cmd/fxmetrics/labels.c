/* labels: reads the labels of -l and writes them for Prometheus. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "cloudwatch/metric.h"
#include "fxmetrics/labels.h"
#include "text/json.h"

/* Each label is a label, a dimension and a member of an object beside these. */
static bool
is_reserved(const char *name)
{
	static const char *const reserved[] = {"tool", "quantile", "status", "stream", "shard",
	    "group", "_aws", "runs", "errors", "lines", "bytes", "done", "refused", "lost",
	    "batches", "retries", "throttled", "commitp50", "commitp99", "lag", "records",
	    "streambytes", "lagrecords"};

	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
		if (strcasecmp(name, reserved[i]) == 0)
			return true;
	}
	return strncmp(name, "__", 2) == 0;
}

void
labels_option(struct tool *tool, const char *option, const char *text, void *target)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	struct labels *labels = target;
	size_t length = strcspn(text, "=");
	const char *value = text + length + 1;
	struct shown shown;
	char *name;

	if (strspn(text, letters) == 0 ||
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") !=
	        length ||
	    text[length] == '\0' || *value == '\0')
		tool_usage(tool, "option %s: \"%s\" is not NAME=VALUE (NAME: letters, digits, _)",
		    option, show(&shown, text, strlen(text)));
	name = memory_copy(text, length);
	show(&shown, name, length);
	if (labels->count == LABELS_MOST)
		tool_usage(tool, "option %s: more than %d labels", option, LABELS_MOST);
	if (is_reserved(name))
		tool_usage(tool, "option %s: the name %s is reserved", option, shown.text);
	for (size_t i = 0; i < labels->count; i++) {
		if (strcmp(labels->labels[i].name, name) == 0)
			tool_usage(
			    tool, "option %s: the name %s is given twice", option, shown.text);
	}
	if (!json_is_utf8(span_of(value)))
		tool_usage(tool, "option %s: the value of %s is not UTF-8", option, shown.text);
	labels->labels[labels->count++] = (struct label){name, value};
}

void
labels_check(struct tool *tool, const struct labels *labels)
{
	for (size_t i = 0; i < labels->count; i++) {
		const struct label *label = &labels->labels[i];
		const char *fault = metric_dimension_fault(span_of(label->name));
		struct shown shown;

		if (fault != NULL)
			tool_usage(tool, "option -l: the name %s %s",
			    show(&shown, label->name, strlen(label->name)), fault);
		fault = metric_dimension_value_fault(span_of(label->value));
		if (fault != NULL)
			tool_usage(tool, "option -l: the value \"%s\" of %s %s",
			    show(&shown, label->value, strlen(label->value)), label->name, fault);
	}
}

void
labels_free(struct labels *labels)
{
	for (size_t i = 0; i < labels->count; i++)
		free(labels->labels[i].name);
}

void
labels_add_one(struct buffer *text, const char *name, struct span value)
{
	buffer_add_format(text, "%s=\"", name);
	for (size_t i = 0; i < value.length; i++) {
		switch (value.start[i]) {
		case '\\':
			buffer_add_text(text, "\\\\");
			break;
		case '"':
			buffer_add_text(text, "\\\"");
			break;
		case '\n':
			buffer_add_text(text, "\\n");
			break;
		default:
			buffer_add(text, value.start + i, 1);
		}
	}
	buffer_add_text(text, "\"");
}

void
labels_add(struct buffer *text, const struct labels *labels)
{
	for (size_t i = 0; i < labels->count; i++) {
		buffer_add_text(text, ",");
		labels_add_one(text, labels->labels[i].name, span_of(labels->labels[i].value));
	}
}
