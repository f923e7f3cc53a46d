/*
 * document: compares policies with those that IAM returns. IAM changes the order of members and
 * returns JSON, percent-encoded, in XML.
 */
#ifndef STACK_IAM_DOCUMENT_H
#define STACK_IAM_DOCUMENT_H

#include "base/buffer.h"
#include "base/span.h"

/*
 * The policy in an element of a reply, to free: wanted itself if both mean the same, else on one
 * line with members sorted and lists of one element replaced by it. NULL: there is no such element,
 * or it does not contain JSON.
 */
char *iam_document_found(struct span reply, const char *element, const char *wanted);

/* The only principal of the only statement: "ec2.amazonaws.com"; to free. NULL: there are more. */
char *iam_document_principal(struct span reply, const char *element);

#endif
