/* metric_queue: lists of values of metrics that are being sent; private to metrics.c. */
#ifndef CLOUDWATCH_METRIC_QUEUE_H
#define CLOUDWATCH_METRIC_QUEUE_H

#include <stddef.h>
#include <stdint.h>
#include "cloudwatch/metric.h"

/* A value that is being sent. */
struct datum {
	struct datum *next;
	uint64_t ticket;
	unsigned most; /* values that a call with it may hold */
	char *refused; /* why it was refused; NULL: it was not */
	char namespace[METRIC_NAME + 1];
	size_t length;
	char text[]; /* as PutMetricData takes it */
};

void metric_datum_free(struct datum *datum);

struct metric_queue {
	struct datum *first, **last;
	size_t count;
};

void metric_queue_init(struct metric_queue *queue);
void metric_queue_free(struct metric_queue *queue);
void metric_queue_add(struct metric_queue *queue, struct datum *datum);
/* Moves all of more to the front. */
void metric_queue_put_back(struct metric_queue *queue, struct metric_queue *more);

#endif
