/*
 * metrics: values of metrics on their way to CloudWatch, up to a thousand of one
 * namespace in a call. Order is of no matter to it: each has its own time. Source:
 * CloudWatch API reference, PutMetricData.
 */
#ifndef CLOUDWATCH_METRICS_H
#define CLOUDWATCH_METRICS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/caller.h"
#include "base/failure.h"
#include "base/span.h"

enum { METRICS_MOST = 1000, METRICS_BYTES = 1000 * 1000 };

struct metrics_settings {
	const char *namespace; /* where a line names none */
	unsigned in_flight; /* calls in flight at the most */
	struct caller caller;
};

struct metrics;

struct metrics *metrics_open(const struct metrics_settings *settings, struct failure *failure);
void metrics_close(struct metrics *metrics);
bool metrics_runs_programs(const struct metrics *metrics);

/* Takes a line of metric.h, which may go then. False: it is refused. */
bool metrics_send(
    struct metrics *metrics, struct span line, uint64_t ticket, struct failure *failure);
/* As stream_move and stream_fate. */
bool metrics_move(
    struct metrics *metrics, int input, int watch, int timeout, struct failure *failure);
bool metrics_fate(struct metrics *metrics, uint64_t *ticket, struct failure *refused);
uint64_t metrics_retries(const struct metrics *metrics);
uint64_t metrics_throttles(const struct metrics *metrics);

#endif
