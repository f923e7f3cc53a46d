/* metric_queue: lists of values of metrics that are being sent. */
#include <stdlib.h>

#include "cloudwatch/metric_queue.h"

void
metric_queue_init(struct metric_queue *queue)
{
	*queue = (struct metric_queue){.last = &queue->first};
}

void
metric_queue_add(struct metric_queue *queue, struct datum *datum)
{
	datum->next = NULL;
	*queue->last = datum;
	queue->last = &datum->next;
	queue->count++;
}

void
metric_queue_put_back(struct metric_queue *queue, struct metric_queue *more)
{
	if (more->first == NULL)
		return;
	*more->last = queue->first;
	if (queue->first == NULL)
		queue->last = more->last;
	queue->first = more->first;
	queue->count += more->count;
	metric_queue_init(more);
}

void
metric_datum_free(struct datum *datum)
{
	free(datum->refused);
	free(datum);
}

void
metric_queue_free(struct metric_queue *queue)
{
	while (queue->first != NULL) {
		struct datum *datum = queue->first;

		queue->first = datum->next;
		metric_datum_free(datum);
	}
}
