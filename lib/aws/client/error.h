/*
 * aws_error: what a service says went wrong, from a reply in JSON or XML; a
 * page of a proxy says nothing. Source: the Smithy specifications of AWS JSON
 * 1.0 and 1.1 ("Operation error serialization") and of AWS query.
 */
#ifndef AWS_CLIENT_ERROR_H
#define AWS_CLIENT_ERROR_H

#include "base/span.h"

enum { AWS_ERROR_CODE = 64, AWS_ERROR_WORDS = 1024, AWS_ERROR_ID = 100 };

struct aws_error {
	char code[AWS_ERROR_CODE]; /* "ThrottlingException"; "": none, so no service said it */
	char words[AWS_ERROR_WORDS]; /* foreign text, cut: show() before printing; "": none */
	char id[AWS_ERROR_ID]; /* of the request, where the body tells; foreign text */
};

/* type: the header x-amzn-errortype, or NULL. */
void aws_error_read(struct aws_error *error, struct span body, const char *type);

#endif
