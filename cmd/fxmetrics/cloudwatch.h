/*
 * cloudwatch: writes new values for CloudWatch: for each tool, shard and group that has any, its
 * metrics under its dimensions, as lines for cwput or in the embedded metric format (EMF). Source
 * of EMF: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 */
#ifndef FXMETRICS_CLOUDWATCH_H
#define FXMETRICS_CLOUDWATCH_H

#include "fxmetrics/labels.h"
#include "fxmetrics/streams.h"
#include "fxmetrics/sums.h"

enum cloudwatch_form { CLOUDWATCH_LINES, CLOUDWATCH_EMF };

struct cloudwatch {
	struct tool *tool; /* to its output */
	enum cloudwatch_form form;
	const char *namespace;
	const struct labels *labels;
	int64_t now; /* seconds since 1970 */
};

bool cloudwatch_write(const struct cloudwatch *cloudwatch, const struct sums *sums,
    const struct streams *streams, struct failure *failure);

/* The values of one tool, shard or group. */
enum { CLOUDWATCH_DIMENSIONS = 3, CLOUDWATCH_METRICS = 13 };

struct cloudwatch_group {
	struct {
		const char *name;
		struct span value;
	} dimensions[CLOUDWATCH_DIMENSIONS];
	size_t dimension_count;
	struct {
		const char *name, *unit;
		struct span value; /* a JSON number */
		char room[32]; /* for value */
	} metrics[CLOUDWATCH_METRICS];
	size_t metric_count;
};

/* Part of cloudwatch_write, called there only: writes the lines of a group. */
bool cloudwatch_write_group(const struct cloudwatch *cloudwatch,
    const struct cloudwatch_group *group, struct failure *failure);

#endif
