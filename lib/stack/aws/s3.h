/*
 * s3: requests to S3 about one bucket of a stack. Each except CreateBucket names the account
 * that must own the bucket, so that a bucket of another account is neither read nor changed.
 */
#ifndef STACK_AWS_S3_H
#define STACK_AWS_S3_H

#include "stack/aws/request.h"

#define S3_XML "http://s3.amazonaws.com/doc/2006-03-01/"

/* The region of the requests; NULL: failure. */
const char *s3_region(const struct request *request, struct failure *failure);

/*
 * GET of a configuration. action: the permission that it requires. none: the error code for "there
 * is no such configuration"; it counts as success and sets request->missing.
 */
bool s3_get(struct request *request, const char *action, const char *query, const char *none,
    struct failure *failure);
/* PUT of request->body; query NULL: creates the bucket itself. */
bool s3_put(
    struct request *request, const char *action, const char *query, struct failure *failure);
/* DELETE of a configuration; query NULL: of the bucket itself. */
bool s3_delete(
    struct request *request, const char *action, const char *query, struct failure *failure);

#endif
