/* xml_tree: reads tags, checks that they match, and passes comments and the like. */
#include <string.h>
#include <strings.h>
#include "base/memory.h"
#include "text/xml_json.h"
#include "text/xml_tree.h"

struct reader {
	const char *at;
	const char *end;
	struct xml_tree *tree;
	size_t open[XML_JSON_DEPTH]; /* the elements around, by their index */
	unsigned depth;
	const char *problem;
};

static bool
wrong(struct reader *reader, const char *problem)
{
	reader->problem = problem;
	return false;
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct span
xml_tree_trim(struct span text)
{
	while (text.length > 0 && is_blank(text.start[0])) {
		text.start++;
		text.length--;
	}
	while (text.length > 0 && is_blank(text.start[text.length - 1]))
		text.length--;
	return text;
}

static bool
begins(const struct reader *reader, const char *text)
{
	return span_begins((struct span){reader->at, (size_t)(reader->end - reader->at)}, text);
}

/* The text up to close, which is passed. */
static bool
take_until(struct reader *reader, const char *close, struct span *text)
{
	size_t left = (size_t)(reader->end - reader->at);
	const char *found = memmem(reader->at, left, close, strlen(close));
	if (found == NULL)
		return wrong(reader, "it ends inside a tag or comment");
	*text = (struct span){reader->at, (size_t)(found - reader->at)};
	reader->at = found + strlen(close);
	return true;
}

/* The name that text begins with, which is removed from it. */
static struct span
take_name(struct span *text)
{
	struct span name = {text->start, 0};
	while (name.length < text->length && !is_blank(name.start[name.length]) &&
	       memchr("=/<>\"'&", name.start[name.length], 7) == NULL)
		name.length++;
	text->start += name.length;
	text->length -= name.length;
	return name;
}

bool
xml_tree_attribute(struct span *text, struct span *name, struct span *value)
{
	*text = xml_tree_trim(*text);
	*name = take_name(text);
	*text = xml_tree_trim(*text);
	if (name->length == 0 || text->length < 3 || text->start[0] != '=')
		return false;
	*text = xml_tree_trim((struct span){text->start + 1, text->length - 1});
	if (text->length < 2 || (text->start[0] != '"' && text->start[0] != '\''))
		return false;
	const char *quote = memchr(text->start + 1, text->start[0], text->length - 1);
	if (quote == NULL)
		return false;
	*value = (struct span){text->start + 1, (size_t)(quote - text->start) - 1};
	text->length -= (size_t)(quote + 1 - text->start);
	text->start = quote + 1;
	return memchr(value->start, '<', value->length) == NULL;
}

static size_t
add_element(struct reader *reader, struct span name, struct span attributes)
{
	struct xml_tree *tree = reader->tree;
	if (tree->count == tree->room) {
		tree->room = tree->room == 0 ? 64 : 2 * tree->room;
		tree->elements = memory_resize(tree->elements, tree->room, sizeof(*tree->elements));
	}
	size_t index = tree->count++;
	tree->elements[index] = (struct xml_element){.name = name, .attributes = attributes};
	if (reader->depth > 0) {
		struct xml_element *parent = &tree->elements[reader->open[reader->depth - 1]];
		if (parent->last == 0)
			parent->first = index;
		else
			tree->elements[parent->last].next = index;
		parent->last = index;
	}
	return index;
}

/* The end of a start tag: a > in a value does not end it. */
static bool
take_tag(struct reader *reader, struct span *tag)
{
	char quote = '\0';
	for (const char *at = reader->at; at < reader->end; at++) {
		if (quote != '\0') {
			if (*at == quote)
				quote = '\0';
		} else if (*at == '"' || *at == '\'') {
			quote = *at;
		} else if (*at == '>') {
			*tag = (struct span){reader->at, (size_t)(at - reader->at)};
			reader->at = at + 1;
			return true;
		}
	}
	return wrong(reader, "it ends inside a tag or comment");
}

static bool
open_element(struct reader *reader)
{
	struct span tag;
	reader->at++;
	if (!take_tag(reader, &tag))
		return false;
	bool empty = tag.length > 0 && tag.start[tag.length - 1] == '/';
	tag.length -= empty;
	struct span name = take_name(&tag);
	if (name.length == 0 || (tag.length > 0 && !is_blank(tag.start[0])))
		return wrong(reader, "it has an invalid tag");
	if (reader->tree->count > 0 && reader->depth == 0)
		return wrong(reader, "it has two outermost elements");
	if (reader->tree->count == XML_JSON_ELEMENTS)
		return wrong(reader, "it has more than 100000 elements");
	size_t index = add_element(reader, name, tag);
	if (empty)
		return true;
	if (reader->depth == XML_JSON_DEPTH)
		return wrong(reader, "it is more than 30 elements deep");
	reader->tree->elements[index].text = (struct span){reader->at, 0};
	reader->open[reader->depth++] = index;
	return true;
}

static bool
close_element(struct reader *reader)
{
	const char *start = reader->at;
	struct span tag;
	reader->at += 2;
	if (!take_until(reader, ">", &tag))
		return false;
	if (reader->depth == 0)
		return wrong(reader, "it has a closing tag without an element");
	struct xml_element *element = &reader->tree->elements[reader->open[--reader->depth]];
	if (!span_equal(take_name(&tag), element->name) || xml_tree_trim(tag).length > 0)
		return wrong(reader, "it has a closing tag of another element");
	element->text.length = (size_t)(start - element->text.start);
	return true;
}

/* <?xml version="1.0" encoding="UTF-8"?> */
static bool
check_declaration(struct reader *reader, struct span declaration)
{
	struct span name, value;
	(void)take_name(&declaration);
	while (xml_tree_attribute(&declaration, &name, &value))
		if (span_is(name, "encoding") &&
		    !(value.length == 5 && strncasecmp(value.start, "UTF-8", 5) == 0) &&
		    !(value.length == 8 && strncasecmp(value.start, "US-ASCII", 8) == 0))
			return wrong(reader, "its encoding is not UTF-8");
	return true;
}

static bool
read_markup(struct reader *reader)
{
	struct span ignored;
	if (begins(reader, "<?")) {
		bool first = begins(reader, "<?xml");
		reader->at += 2;
		return take_until(reader, "?>", &ignored) &&
		       (!first || check_declaration(reader, ignored));
	}
	if (begins(reader, "<!--")) {
		reader->at += 4;
		return take_until(reader, "-->", &ignored);
	}
	if (begins(reader, "<![CDATA[") && reader->depth > 0) {
		reader->at += 9;
		return take_until(reader, "]]>", &ignored);
	}
	if (begins(reader, "<!"))
		return wrong(reader, "it has a document type");
	return begins(reader, "</") ? close_element(reader) : open_element(reader);
}

static bool
read_document(struct reader *reader)
{
	if (begins(reader, "\xef\xbb\xbf"))
		reader->at += 3;
	while (reader->at < reader->end) {
		const char *next = memchr(reader->at, '<', (size_t)(reader->end - reader->at));
		struct span text = {
		    reader->at, (size_t)((next != NULL ? next : reader->end) - reader->at)};
		if (reader->depth == 0 && xml_tree_trim(text).length > 0)
			return wrong(reader, "it has text outside of its elements");
		if (next == NULL)
			break;
		reader->at = next;
		if (!read_markup(reader))
			return false;
	}
	return (reader->tree->count > 0 && reader->depth == 0) ||
	       wrong(reader,
	           reader->tree->count == 0 ? "it has no element" : "it ends inside an element");
}

const char *
xml_tree_read(struct xml_tree *tree, struct span document)
{
	struct reader reader = {.at = document.start, .end = document.start + document.length};

	*tree = (struct xml_tree){.count = 0};
	reader.tree = tree;
	return read_document(&reader) ? NULL : reader.problem;
}
