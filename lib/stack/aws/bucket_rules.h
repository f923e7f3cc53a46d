/*
 * bucket_rules: the lifecycle of a bucket in XML. One rule, "fxstack-expire", is ours; all others
 * stay as they are. It also aborts uploads in parts that are not finished after a week. Source: S3 API Reference, GetBucketLifecycleConfiguration,
 * PutBucketLifecycleConfiguration.
 */
#ifndef STACK_AWS_BUCKET_RULES_H
#define STACK_AWS_BUCKET_RULES_H

#include "base/buffer.h"
#include "base/span.h"

/* The days after which objects expire by our rule, to free; NULL: our rule is absent or disabled. */
char *bucket_rules_days(struct span lifecycle);

/*
 * Writes the lifecycle with our rule for days (NULL: without our rule), and sets count to its
 * number of rules. False: it does not fit.
 */
bool bucket_rules_write(
    struct span lifecycle, const char *days, struct buffer *document, size_t *count);

#endif
