/* redact: searches a text for the secret, escaped or not. */
#include <string.h>

#include "base/memory.h"
#include "rate/redact.h"

static const char instead[] = "[redacted]";

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found =
	    c != '\0' ? strchr(digits, c | ('A' <= c && c <= 'Z' ? 0x20 : 0)) : NULL;

	return found != NULL ? (int)(found - digits) : -1;
}

static int
hex_byte(const char *two)
{
	int high = hex_digit(two[0]), low = high < 0 ? -1 : hex_digit(two[1]);

	return low < 0 ? -1 : 16 * high + low;
}

/*
 * Decodes an escaped character at the start of text: %XX (URL), \u00XX or a backslash before it
 * (JSON). Returns the length of the escape; 0: there is none.
 */
static size_t
escaped(struct span text, int *character)
{
	if (text.length >= 3 && text.start[0] == '%') {
		*character = hex_byte(text.start + 1);
		return *character < 0 ? 0 : 3;
	}
	if (text.length < 2 || text.start[0] != '\\')
		return 0;
	if (text.start[1] != 'u') {
		*character = (unsigned char)text.start[1];
		return 2;
	}
	if (text.length < 6 || memcmp(text.start + 2, "00", 2) != 0)
		return 0;
	*character = hex_byte(text.start + 4);
	return *character < 0 ? 0 : 6;
}

static int
folded(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
}

/* The length of the secret at the start of text, in any case and escaped or not; 0: none. */
static size_t
match(struct span text, struct span secret)
{
	size_t length = 0;

	for (size_t i = 0; i < secret.length; i++) {
		struct span rest = {text.start + length, text.length - length};
		int wanted = folded((unsigned char)secret.start[i]), character;
		size_t size = escaped(rest, &character);

		if (size > 0 && folded(character) == wanted)
			length += size;
		else if (rest.length > 0 && folded((unsigned char)rest.start[0]) == wanted)
			length++;
		else
			return 0;
	}
	return length;
}

void
redact(struct buffer *text, struct span secret)
{
	struct buffer made;
	size_t kept = 0; /* text up to here is in made */

	if (secret.length < REDACT_LEAST)
		return;
	buffer_init(&made, 4 * text->ceiling + sizeof(instead));
	for (size_t at = 0; at < text->length; at++) {
		struct span rest = {text->data + at, text->length - at};
		size_t length = match(rest, secret);

		if (length == 0)
			continue;
		buffer_add(&made, text->data + kept, at - kept);
		buffer_add_text(&made, instead);
		kept = at + length;
		at = kept - 1;
	}
	if (kept > 0) {
		buffer_add(&made, text->data + kept, text->length - kept);
		memory_wipe(text->data, text->length);
		made.ceiling = text->ceiling;
		buffer_free(text);
		*text = made;
	}
}
