/* alert_options: the command line of fxalert. */
#ifndef FXALERT_ALERT_OPTIONS_H
#define FXALERT_ALERT_OPTIONS_H

#include "alert/rule.h"
#include "filtering/filtering.h"

struct alert_options {
	const char *key; /* members of the records */
	const char *time;
	struct rules rules;
	const char *reset;
	struct filtering_options filtering;
};

void alert_options_read(struct tool *tool, int argc, char **argv, struct alert_options *options);

#endif
