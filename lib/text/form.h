/*
 * form: fields in application/x-www-form-urlencoded, the requests of AWS's query protocol (the
 * replies are XML). Source: the Smithy specification of the protocol.
 */
#ifndef TEXT_FORM_H
#define TEXT_FORM_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/span.h"

#define FORM_SNS "2010-03-31"
#define FORM_IAM "2010-05-08"
#define FORM_STS "2011-06-15"

/* Begins the form of a call to the given version of a service. */
bool form_begin(struct buffer *form, const char *action, const char *version);
/* Adds a field, unless value is NULL. */
bool form_add(struct buffer *form, const char *name, const char *value);
bool form_add_span(struct buffer *form, const char *name, struct span value);

#endif
