/*
 * bucket_rules: a bucket's lifecycle as XML, in which one rule is fxstack's own
 * ("fxstack-expire") and all others stay as they are. Source: S3 API Reference,
 * GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
 */
#ifndef STACK_AWS_BUCKET_RULES_H
#define STACK_AWS_BUCKET_RULES_H

#include "base/buffer.h"
#include "base/span.h"

/* After how many days objects expire by our rule; to be freed. NULL: there is none in force. */
char *bucket_rules_days(struct span lifecycle);

/*
 * Writes the lifecycle with our rule for so many days (NULL: without one); count: how many
 * rules it has. False: it does not fit.
 */
bool bucket_rules_write(
    struct span lifecycle, const char *days, struct buffer *document, size_t *count);

#endif
