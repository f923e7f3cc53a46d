/*
 * metric: reads a line with one value of a metric, checks it against the limits of CloudWatch, and
 * writes it as PutMetricData takes it:
 *   {"namespace":"fxpipe","metric":"Lines","value":12,"unit":"Count",
 *    "timestamp":"2026-01-31T12:00:00Z","dimensions":{"Tool":"kput"},"resolution":60}
 * becomes
 *   {"MetricName":"Lines","Dimensions":[{"Name":"Tool","Value":"kput"}],
 *    "Timestamp":1769860800.000,"Value":12,"Unit":"Count","StorageResolution":60}
 * Only metric and value are required; other members than these are refused. The digits of the value
 * are kept. Source: CloudWatch API reference, MetricDatum.
 */
#ifndef CLOUDWATCH_METRIC_H
#define CLOUDWATCH_METRIC_H

#include <stdint.h>
#include "base/buffer.h"
#include "base/failure.h"

enum { METRIC_NAME = 255, METRIC_DIMENSIONS = 30, METRIC_DIMENSION_VALUE = 1024 };

/* Why a namespace is not valid, static text; NULL: it is. */
const char *metric_namespace_fault(struct span name);
/* The same for the name of a dimension, and for its value. */
const char *metric_dimension_fault(struct span name);
const char *metric_dimension_value_fault(struct span value);

/*
 * Adds the value of a line to datum. name gets the line's namespace, and keeps its text if the line
 * has none. now: ms, to check the age of the timestamp. False: FAILURE_REFUSED, and datum is of no
 * use.
 */
bool metric_read(struct span line, int64_t now, char name[METRIC_NAME + 1], struct buffer *datum,
    struct failure *failure);

#endif
