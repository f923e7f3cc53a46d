/*
 * query: requests to the services of the query protocol, SNS and IAM: a form of fields, and
 * replies in XML. Source: text/form.h.
 */
#ifndef STACK_AWS_QUERY_H
#define STACK_AWS_QUERY_H

#include "stack/aws/request.h"

/* Begins a form; then its fields are added, and query_send sends it. */
void query_begin(struct request *request, const char *action);
void query_add(struct request *request, const char *name, const char *value);
/* Adds the tag that marks the resource as created by fxstack. */
void query_add_tag(struct request *request);

/* If false, request_failed_with has the service's error code. */
bool query_send(struct request *request, struct failure *failure);
/* As query_send, but an error with the code accepted counts as success (see reply.status). */
bool query_try(struct request *request, const char *accepted, struct failure *failure);

/* Adds an attribute in the place of that number, from 1; each key and value are fields. */
void query_add_attribute(
    struct request *request, unsigned number, const char *key, const char *value);
/* The value of an attribute in document, to free; NULL: it is absent or empty. */
char *query_attribute(struct span document, const char *key);

/* Is STACK_TAG among the tags of document, each an element of that name with a Key and a Value? */
bool query_is_tagged(struct span document, const char *element);

#endif
