/*
 * bucket_rules: the lifecycle of a bucket in XML. Two rules are ours, whose ids begin with
 * "fxstack-"; all others stay as they are. Source: S3 API Reference,
 * GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
 */
#ifndef STACK_AWS_BUCKET_RULES_H
#define STACK_AWS_BUCKET_RULES_H

#include "base/buffer.h"
#include "base/span.h"

/* Ours: objects expire; uploads in parts that were not finished are aborted. */
enum bucket_rule { BUCKET_EXPIRES, BUCKET_ABORTS };

/* The days of one of our rules, to free; NULL: it is absent or disabled. */
char *bucket_rules_days(struct span lifecycle, enum bucket_rule which);

/*
 * Writes the lifecycle with one of our rules for days (NULL: without it), and sets count to its
 * number of rules. False: it does not fit.
 */
bool bucket_rules_write(struct span lifecycle, enum bucket_rule which, const char *days,
    struct buffer *document, size_t *count);

#endif
