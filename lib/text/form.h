/*
 * form: fields as application/x-www-form-urlencoded, which AWS's query
 * protocol takes and answers in XML. Source: the Smithy specification of it.
 */
#ifndef TEXT_FORM_H
#define TEXT_FORM_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/span.h"

#define FORM_SNS "2010-03-31"
#define FORM_IAM "2010-05-08"
#define FORM_STS "2011-06-15"

/* Begins the form of a call to a service of that version. */
bool form_begin(struct buffer *form, const char *action, const char *version);
/* Adds a field. NULL: it is left out. */
bool form_add(struct buffer *form, const char *name, const char *value);
bool form_add_span(struct buffer *form, const char *name, struct span value);

#endif
