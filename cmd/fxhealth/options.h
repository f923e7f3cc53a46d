/* options: fxhealth's command line. */
#ifndef FXHEALTH_OPTIONS_H
#define FXHEALTH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "health/checks.h"
#include "tool/tool.h"

/* The values of an option that may be repeated. */
struct list {
	const char **values;
	size_t count;
};

struct options {
	const char *stream; /* NULL: none */
	const char *table;
	const char *field;
	struct list groups, items, stats, rejects;
	const char *max_age_text; /* as the user gave it */
	int64_t max_age; /* ms */
	struct allowed_lag max_lag;
	unsigned disk;
	bool readers;
	int64_t failover; /* ms */
	bool json;
};

/* Reads the command line into options and starts tool; a usage error ends the program. */
void health_options_read(struct tool *tool, int argc, char **argv, struct options *options);

#endif
