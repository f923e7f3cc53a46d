/*
 * iam_document: policies as IAM takes them (JSON) and gives them back (JSON,
 * percent-encoded, in XML). Two are alike where they say the same.
 */
#ifndef STACK_IAM_DOCUMENT_H
#define STACK_IAM_DOCUMENT_H

#include "base/buffer.h"
#include "base/span.h"

/*
 * The text of a setting for the document in an element of a reply: wanted itself where the two
 * say the same, else the document on one line, members in order, a list of one as that one. To
 * be freed. NULL: there is no such element, or it holds no JSON.
 */
char *iam_document_found(struct span reply, const char *element, const char *wanted);

/* The one principal of its one statement: "ec2.amazonaws.com"; to be freed. NULL: not one. */
char *iam_document_principal(struct span reply, const char *element);

#endif
