/*
 * metric: a line that holds one value of a metric, checked against the limits
 * of CloudWatch, and the same as PutMetricData takes it:
 *   {"namespace":"fxpipe","metric":"Lines","value":12,"unit":"Count",
 *    "timestamp":"2026-01-31T12:00:00Z","dimensions":{"Tool":"kput"},"resolution":60}
 * becomes
 *   {"MetricName":"Lines","Dimensions":[{"Name":"Tool","Value":"kput"}],
 *    "Timestamp":1769860800.000,"Value":12,"Unit":"Count","StorageResolution":60}
 * Only metric and value must be there; other members than these are refused. The
 * value's digits stay as they are. Source: CloudWatch API reference, MetricDatum.
 */
#ifndef CLOUDWATCH_METRIC_H
#define CLOUDWATCH_METRIC_H

#include <stdint.h>
#include "base/buffer.h"
#include "base/failure.h"

enum { METRIC_NAME = 255, METRIC_DIMENSIONS = 30, METRIC_DIMENSION_VALUE = 1024 };

/* Why a namespace will not do, static text; NULL: it will. */
const char *metric_namespace_fault(struct span name);

/*
 * Adds what a line becomes to datum; *name gets the line's namespace, unchanged
 * where it has none. now: milliseconds, for the age of what it was measured at.
 * False: FAILURE_REFUSED, and what was added to datum is of no use.
 */
bool metric_read(struct span line, int64_t now, char name[METRIC_NAME + 1], struct buffer *datum,
    struct failure *failure);

#endif
