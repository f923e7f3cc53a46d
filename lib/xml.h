/* xml: the text of one element of a small document, as the services that answer in XML send it. */
#ifndef XML_H
#define XML_H

#include "span.h"

/*
 * The text of the first element of that name, white space around it cut off
 * and the five entities and ASCII's numbers undone; to be freed (and wiped, where it is a secret).
 * NULL where there is none, where it holds other elements, or is empty.
 */
char *xml_text(struct span document, const char *name);

#endif
