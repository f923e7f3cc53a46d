/*
 * template: text with members of a record in it: "{ticker} is at {exchange_rate}". "{{" and "}}"
 * are braces of the text.
 */
#ifndef TOPIC_TEMPLATE_H
#define TOPIC_TEMPLATE_H

#include "topic/fields.h"

struct template;

/*
 * Borrows text; adds the members to fields. NULL: text is not a valid template: the sentence of
 * failure begins with what is wrong.
 */
struct template *template_parse(const char *text, struct fields *fields, struct failure *failure);
void template_free(struct template *template); /* NULL is allowed */
/* Adds the text for a record whose fields were found; slack: as for fields_text. */
bool template_fill(const struct template *template, const struct fields *fields, bool slack,
    struct buffer *to, struct failure *failure);

#endif
