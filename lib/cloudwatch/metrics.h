/*
 * metrics: sends values of metrics to CloudWatch, up to a thousand of one namespace in a call. Their
 * order does not matter, as each has its own time. Source: CloudWatch API reference, PutMetricData.
 */
#ifndef CLOUDWATCH_METRICS_H
#define CLOUDWATCH_METRICS_H

#include "base/caller.h"
#include "record/sink.h"

enum { METRICS_MOST = 1000, METRICS_BYTES = 1000 * 1000 };

struct metrics_settings {
	const char *namespace; /* of lines that name none */
	unsigned in_flight; /* calls in flight at most */
	struct caller caller;
};

/* A sink of lines as in cloudwatch/metric.h. NULL: failure says why. */
struct sink *metrics_sink_open(const struct metrics_settings *settings, struct failure *failure);

#endif
