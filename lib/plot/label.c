/* label: the width of text, and text cut to a width. */
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "plot/label.h"

/* The width of the character at text, whose length is returned in size. */
static size_t
character_width(const char *text, size_t length, size_t *size)
{
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned long character;
	bool whole;
	int width;

	*size = utf8_sequence(text, text + length, &whole);
	if (*size == 1)
		return 1;
	character = bytes[0] & (0x7FU >> *size);
	for (size_t i = 1; i < *size; i++)
		character = character << 6 | (bytes[i] & 0x3F);
	width = wcwidth((wchar_t)character);
	return width >= 0 ? (size_t)width : 1;
}

size_t
label_width(const char *text)
{
	size_t width = 0, size;

	for (size_t left = strlen(text); left > 0; left -= size, text += size)
		width += character_width(text, left, &size);
	return width;
}

void
label_add(struct buffer *to, const char *text, size_t columns, bool ascii)
{
	size_t left = strlen(text), width = 0, size;

	if (label_width(text) <= columns) {
		buffer_add_text(to, text);
		return;
	}
	for (; left > 0; left -= size, text += size) {
		width += character_width(text, left, &size);
		if (width >= columns)
			break;
		buffer_add(to, text, size);
	}
	if (columns > 0)
		buffer_add_text(to, ascii ? "~" : "\xE2\x80\xA6");
}

char *
label_ascii(const char *text)
{
	char *plain = memory_new(strlen(text) * 4 + 1, 1), *at = plain;

	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x80)
			*at++ = *text;
		else
			at += sprintf(at, "\\x%02x", (unsigned char)*text);
	}
	return plain;
}
