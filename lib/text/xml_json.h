/*
 * xml_json: an XML document as JSON, in which JSON Pointers find its parts. An element becomes an
 * object with a member "@NAME" for each attribute, a member for each name of its children (a list,
 * even of one), and, if it has text and no children, a member "#text":
 *
 *     <a n='1'><b>x</b><c/><b>y</b></a>    {"@n":"1","b":[{"#text":"x"},{"#text":"y"}],"c":[{}]}
 *
 * The outermost element is the object itself. Prefixes of names stay as they are. Text beside
 * children, comments and processing instructions are left out. Own code, as libexpat would have to
 * be loaded at the start of each tool that links it, and needs as much code to build this.
 */
#ifndef TEXT_XML_JSON_H
#define TEXT_XML_JSON_H

#include "base/buffer.h"
#include "base/span.h"

enum {
	XML_JSON_DEPTH = 30, /* of elements: JSON twice as deep */
	XML_JSON_ELEMENTS = 100000,
	XML_JSON_NAMES = 64 /* of attributes, and of children, of one element */
};

/*
 * Adds the JSON to json. Returns NULL, or why it cannot (static text): not well-formed, beyond a
 * limit, another encoding than UTF-8, or a document type, which could define entities.
 */
const char *xml_json(struct span document, struct buffer *json);

#endif
