/* xml: searches for tags; decodes entities. */
#include <stdlib.h>
#include "base/memory.h"
#include "text/xml.h"

/* The text after the first "<NAME>"; start NULL: there is none. */
static struct span
after_tag(struct span document, const char *name)
{
	size_t length = strlen(name);
	const char *end = document.start + document.length;
	for (const char *at = document.start; at < end; at++) {
		at = memchr(at, '<', (size_t)(end - at));
		if (at == NULL)
			break;
		if ((size_t)(end - at) < length + 2)
			break;
		if (memcmp(at + 1, name, length) == 0 && at[length + 1] == '>')
			return (struct span){at + length + 2, (size_t)(end - at) - length - 2};
	}
	return (struct span){NULL, 0};
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Decodes a reference to an ASCII character: "&#39;", "&#x27;". Returns its length; 0: invalid. */
static size_t
numbered(struct span text, char *byte)
{
	static const char digits[] = "0123456789abcdef";
	bool hexadecimal = text.length > 2 && text.start[2] == 'x';
	size_t first = hexadecimal ? 3 : 2, at = first;
	unsigned number = 0;
	for (; at < text.length && number < 0x80 && text.start[at] != ';'; at++) {
		const char *digit = memchr(digits, text.start[at] | 0x20, hexadecimal ? 16 : 10);
		if (digit == NULL)
			return 0;
		number = number * (hexadecimal ? 16 : 10) + (unsigned)(digit - digits);
	}
	if (at == first || at == text.length || number == 0 || number >= 0x80)
		return 0;
	*byte = (char)number;
	return at + 1;
}

/* Decodes the entity at the start of text. Returns its length; 0: invalid. */
static size_t
entity(struct span text, char *byte)
{
	static const struct {
		const char *text;
		char byte;
	} entities[] = {
	    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
	if (text.length > 1 && text.start[1] == '#')
		return numbered(text, byte);
	for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++) {
		if (span_begins(text, entities[i].text)) {
			*byte = entities[i].byte;
			return strlen(entities[i].text);
		}
	}
	return 0;
}

/* Decodes the text. NULL: it holds a NUL or an invalid entity. */
static char *
plain(struct span text)
{
	char *to = memory_new(text.length + 1, 1);
	size_t length = 0;
	while (text.length > 0) {
		size_t took = 1;
		to[length] = text.start[0];
		if (text.start[0] == '&')
			took = entity(text, &to[length]);
		if (took == 0 || text.start[0] == '\0') {
			memory_wipe(to, length);
			free(to);
			return NULL;
		}
		length++;
		text.start += took;
		text.length -= took;
	}
	return to;
}

char *
xml_text(struct span document, const char *name)
{
	if (document.length == 0)
		return NULL;
	struct span text = after_tag(document, name);
	size_t length = strlen(name);
	const char *end = text.start != NULL ? memchr(text.start, '<', text.length) : NULL;
	if (end == NULL || (size_t)(text.start + text.length - end) < length + 3)
		return NULL;
	if (end[1] != '/' || memcmp(end + 2, name, length) != 0 || end[length + 2] != '>')
		return NULL;
	text.length = (size_t)(end - text.start);
	while (text.length > 0 && is_blank(text.start[0])) {
		text.start++;
		text.length--;
	}
	while (text.length > 0 && is_blank(text.start[text.length - 1]))
		text.length--;
	return text.length > 0 ? plain(text) : NULL;
}

bool
xml_next(struct span *document, const char *name, struct span *inside)
{
	if (document->length == 0)
		return false;
	struct span rest = after_tag(*document, name);
	char *close = memory_format("</%s>", name);
	size_t length = strlen(close);
	const char *end = rest.length > 0 ? memmem(rest.start, rest.length, close, length) : NULL;
	free(close);
	if (end == NULL)
		return false;
	*inside = (struct span){rest.start, (size_t)(end - rest.start)};
	document->length -= (size_t)(end + length - document->start);
	document->start = end + length;
	return true;
}

static bool
add_byte(struct buffer *document, char byte)
{
	switch (byte) {
	case '&':
		return buffer_add_text(document, "&amp;");
	case '<':
		return buffer_add_text(document, "&lt;");
	case '>':
		return buffer_add_text(document, "&gt;");
	default:
		return buffer_add(document, &byte, 1);
	}
}

bool
xml_add(struct buffer *document, const char *name, const char *text)
{
	bool fits = buffer_add_format(document, "<%s>", name);
	for (; fits && *text != '\0'; text++)
		fits = add_byte(document, *text);
	return fits && buffer_add_format(document, "</%s>", name);
}
