/* prometheus: the text exposition format, version 0.0.4. */
#ifndef FXMETRICS_PROMETHEUS_H
#define FXMETRICS_PROMETHEUS_H

#include "fxmetrics/labels.h"
#include "fxmetrics/streams.h"
#include "fxmetrics/sums.h"

/*
 * Replaces the file path by all metrics, as a whole or not at all; everybody may read it.
 */
bool prometheus_write(const char *path, const struct sums *sums, const struct streams *streams,
    const struct labels *labels, struct failure *failure);

/* Parts of it, each called there only. */
void prometheus_add_family(
    struct buffer *text, const char *name, const char *type, const char *help);
void prometheus_add_streams(
    struct buffer *text, const struct streams *streams, const struct labels *labels);

#endif
