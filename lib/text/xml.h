/*
 * xml: finds elements in the small documents that AWS's XML protocols send. Own code: these
 * documents have no attributes, comments or CDATA where we look; libexpat would need handlers and
 * state for the same two searches, and time to load at the start of each tool.
 */
#ifndef TEXT_XML_H
#define TEXT_XML_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/span.h"

/*
 * The text of the first element of that name without white space around it; the five entities and
 * ASCII character references are decoded. To be freed (and wiped, if it is a secret). NULL: there
 * is no such element, it holds other elements, or it is empty.
 */
char *xml_text(struct span document, const char *name);

/*
 * The inside of the next element of that name (which must not contain itself); document then
 * begins after it. False: there is no such element, or it is not complete.
 */
bool xml_next(struct span *document, const char *name, struct span *inside);

/* Adds an element with this text. */
bool xml_add(struct buffer *document, const char *name, const char *text);

#endif
