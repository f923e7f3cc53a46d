/* xml_json: writes the elements of a document, with the children of one name in one list. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "text/json.h"
#include "text/xml_json.h"
#include "text/xml_tree.h"

struct writer {
	struct xml_tree tree;
	const char *problem; /* NULL: no room, if something fails */
};

static bool
wrong(struct writer *writer, const char *problem)
{
	writer->problem = problem;
	return false;
}

/* Adds a character as UTF-8. */
static bool
add_character(struct buffer *plain, uint32_t c)
{
	char bytes[4];
	size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return false;
	if (length == 1)
		bytes[0] = (char)c;
	else
		bytes[0] = (char)((0xf00 >> length & 0xff) | c >> 6 * (length - 1));
	for (size_t i = 1; i < length; i++)
		bytes[i] = (char)(0x80 | (c >> 6 * (length - 1 - i) & 0x3f));
	return buffer_add(plain, bytes, length);
}

/* Adds what the reference between & and ; stands for. */
static bool
add_reference(struct buffer *plain, struct span reference)
{
	static const struct {
		const char *name;
		char byte;
	} entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
	char digits[12], *end;
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (span_is(reference, entities[i].name))
			return buffer_add(plain, &entities[i].byte, 1);
	if (reference.length < 2 || reference.length >= sizeof digits || reference.start[0] != '#')
		return false;
	bool hexadecimal = reference.start[1] == 'x';
	size_t skip = hexadecimal ? 2 : 1;
	memcpy(digits, reference.start + skip, reference.length - skip);
	digits[reference.length - skip] = '\0';
	if (digits[strspn(digits, "0123456789abcdefABCDEF")] != '\0' || digits[0] == '\0')
		return false;
	unsigned long c = strtoul(digits, &end, hexadecimal ? 16 : 10);
	return *end == '\0' && c <= 0x10ffff && add_character(plain, (uint32_t)c);
}

/* The text up to close, which is passed. The reader has checked that it is there. */
static struct span
take_until(struct span *text, const char *close)
{
	const char *found = memmem(text->start, text->length, close, strlen(close));
	size_t length = found != NULL ? (size_t)(found - text->start) : text->length;
	struct span taken = {text->start, length};

	length += found != NULL ? strlen(close) : 0;
	text->start += length;
	text->length -= length;
	return taken;
}

static void
pass(struct span *text, size_t length)
{
	text->start += length;
	text->length -= length;
}

/* Adds a text without its references and comments. */
static bool
decode(struct span text, struct buffer *plain)
{
	while (text.length > 0) {
		struct span inside;
		if (span_begins(text, "<![CDATA[")) {
			pass(&text, strlen("<![CDATA["));
			inside = take_until(&text, "]]>");
			buffer_add(plain, inside.start, inside.length);
		} else if (*text.start == '<') {
			(void)take_until(&text, span_begins(text, "<?") ? "?>" : "-->");
		} else if (*text.start == '&') {
			pass(&text, 1);
			if (!add_reference(plain, take_until(&text, ";")))
				return false;
		} else {
			buffer_add(plain, text.start, 1);
			pass(&text, 1);
		}
	}
	return true;
}

static bool
write_text(struct writer *writer, const char *prefix, struct span name, struct span text,
    struct buffer *json)
{
	struct buffer plain, key;
	buffer_init(&plain, text.length + 1);
	buffer_init(&key, name.length + 2);
	buffer_add_text(&key, prefix);
	buffer_add(&key, name.start, name.length);
	bool good = decode(text, &plain) || wrong(writer, "it has an unknown or invalid reference");
	good = good && json_add_string(json, key.data, key.length) && buffer_add_text(json, ":") &&
	       json_add_string(json, plain.data, plain.length);
	buffer_free(&plain);
	buffer_free(&key);
	return good;
}

static bool
write_attributes(struct writer *writer, struct span attributes, struct buffer *json)
{
	struct span names[XML_JSON_NAMES], name, value;
	size_t count = 0;
	while (xml_tree_trim(attributes).length > 0) {
		if (!xml_tree_attribute(&attributes, &name, &value))
			return wrong(writer, "it has an invalid attribute");
		for (size_t i = 0; i < count; i++)
			if (span_equal(names[i], name))
				return wrong(writer, "it has an attribute twice");
		if (count == XML_JSON_NAMES)
			return wrong(writer, "it has more than 64 attributes in an element");
		names[count++] = name;
		if ((count > 1 && !buffer_add_text(json, ",")) ||
		    !write_text(writer, "@", name, value, json))
			return false;
	}
	return true;
}

static bool write_element(struct writer *writer, struct xml_element *element, struct buffer *json);

/* The children of one name, from first on. */
static bool
write_group(struct writer *writer, size_t first, struct buffer *json)
{
	struct span name = writer->tree.elements[first].name;
	bool good = json_add_string(json, name.start, name.length) && buffer_add_text(json, ":[");
	for (size_t i = first; good && i != 0; i = writer->tree.elements[i].next) {
		struct xml_element *child = &writer->tree.elements[i];
		if (!span_equal(child->name, name))
			continue;
		child->written = true;
		good = (i == first || buffer_add_text(json, ",")) &&
		       write_element(writer, child, json);
	}
	return good && buffer_add_text(json, "]");
}

static bool
write_element(struct writer *writer, struct xml_element *element, struct buffer *json)
{
	static const struct span text = {"#text", 5};
	size_t start = json->length + 1, names = 0;
	if (!buffer_add_text(json, "{") || !write_attributes(writer, element->attributes, json))
		return false;
	for (size_t i = element->first; i != 0; i = writer->tree.elements[i].next) {
		if (writer->tree.elements[i].written)
			continue;
		if (names++ == XML_JSON_NAMES)
			return wrong(writer, "it has more than 64 kinds of children in an element");
		if ((json->length > start && !buffer_add_text(json, ",")) ||
		    !write_group(writer, i, json))
			return false;
	}
	struct span inside = xml_tree_trim(element->text);
	if (element->first == 0 && inside.length > 0 &&
	    ((json->length > start && !buffer_add_text(json, ",")) ||
	        !write_text(writer, "", text, inside, json)))
		return false;
	return buffer_add_text(json, "}");
}

const char *
xml_json(struct span document, struct buffer *json)
{
	struct writer writer = {.problem = NULL};
	const char *problem;

	if (!json_is_utf8(document))
		return "it is not UTF-8";
	problem = xml_tree_read(&writer.tree, document);
	if (problem == NULL && !write_element(&writer, &writer.tree.elements[0], json))
		problem = writer.problem != NULL ? writer.problem : "it is too large";
	free(writer.tree.elements);
	return problem;
}
