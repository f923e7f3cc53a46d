/*
 * error: reads the error in a service's reply, JSON or XML; a proxy's page yields none. Source: the
 * Smithy specifications of AWS JSON 1.0 and 1.1 ("Operation error serialization") and AWS query.
 */
#ifndef AWS_CLIENT_ERROR_H
#define AWS_CLIENT_ERROR_H

#include "base/span.h"

enum { AWS_ERROR_CODE = 64, AWS_ERROR_MESSAGE = 1024, AWS_ERROR_ID = 100 };

struct aws_error {
	char code[AWS_ERROR_CODE]; /* "ThrottlingException"; "": not an error of a service */
	char message[AWS_ERROR_MESSAGE]; /* from outside, cut: show() it; "": none */
	char id[AWS_ERROR_ID]; /* of the request, if the body has it; from outside */
};

/* type: the header x-amzn-errortype, or NULL. */
void aws_error_read(struct aws_error *error, struct span body, const char *type);

#endif
