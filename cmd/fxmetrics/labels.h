/* labels: the labels of -l, which Prometheus and CloudWatch (as dimensions) get with each value. */
#ifndef FXMETRICS_LABELS_H
#define FXMETRICS_LABELS_H

#include "base/buffer.h"
#include "tool/tool.h"

enum { LABELS_MOST = 20 };

struct labels {
	struct label {
		char *name;
		const char *value; /* UTF-8, not empty */
	} labels[LABELS_MOST];
	size_t count;
};

/* For OPTION_CALL: NAME=VALUE, to a struct labels. */
void labels_option(struct tool *tool, const char *option, const char *text, void *target);
/* Ends the program if CloudWatch would refuse or ignore metrics with these labels. */
void labels_check(struct tool *tool, const struct labels *labels);
void labels_free(struct labels *labels);

/* Adds ,NAME="VALUE" for each, as Prometheus writes it. */
void labels_add(struct buffer *text, const struct labels *labels);
/* Adds NAME="VALUE". */
void labels_add_one(struct buffer *text, const char *name, struct span value);

#endif
