/* xml: elements of a small document, as the services that answer in XML send it. */
#ifndef TEXT_XML_H
#define TEXT_XML_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/span.h"

/*
 * The text of the first element of that name, white space around it cut off
 * and the five entities and ASCII's numbers undone; to be freed (and wiped, where it is a secret).
 * NULL where there is none, where it holds other elements, or is empty.
 */
char *xml_text(struct span document, const char *name);

/*
 * What is inside the next element of that name, which holds none of its own name; document
 * then begins behind it. False: there is none (whole).
 */
bool xml_next(struct span *document, const char *name, struct span *inside);

/* Adds an element that holds this text. */
bool xml_add(struct buffer *document, const char *name, const char *text);

#endif
