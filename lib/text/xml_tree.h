/* xml_tree: private to xml_json: the elements of an XML document. */
#ifndef TEXT_XML_TREE_H
#define TEXT_XML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

struct xml_element {
	struct span name;
	struct span attributes; /* the text after the name */
	struct span text; /* between its tags */
	size_t first, last, next; /* its children, its next sibling; 0: none, as that is the root */
	bool written; /* for xml_json */
};

struct xml_tree {
	struct xml_element *elements; /* the first is the root; to be freed */
	size_t count, room;
};

/* Reads the elements. Returns NULL, or why it cannot, as xml_json. The tree is to be
 * freed in any case. */
const char *xml_tree_read(struct xml_tree *tree, struct span document);

/* Removes blanks around a text. */
struct span xml_tree_trim(struct span text);
/* Removes an attribute from the front of text. False: it is invalid. */
bool xml_tree_attribute(struct span *text, struct span *name, struct span *value);

#endif
