/* redact: searches a text for the secret, in all its forms at each place. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "text/base64.h"
#include "text/redact.h"

static const char instead[] = "[redacted]";

/* LAYERS: how often a character may be escaped; without a limit hostile text would take long. */
enum { ALIGNMENTS = 3, BASE64_LEAST = 5, LAYERS = 8 };

/* What to search for. */
struct wanted {
	struct span secret;
	char *base64[ALIGNMENTS]; /* what is the same whatever comes before and after it */
	size_t lengths[ALIGNMENTS];
	bool begins[256]; /* by these bytes one of the forms can begin */
};

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found =
	    c != '\0' ? strchr(digits, c | ('A' <= c && c <= 'Z' ? 0x20 : 0)) : NULL;

	return found != NULL ? (int)(found - digits) : -1;
}

static int
hex_byte(struct span text)
{
	int high = text.length >= 2 ? hex_digit(text.start[0]) : -1;
	int low = high >= 0 ? hex_digit(text.start[1]) : -1;

	return low < 0 ? -1 : 16 * high + low;
}

static struct span
rest_of(struct span text, size_t from)
{
	return (struct span){text.start + from, text.length - from};
}

/* "%4B", "%254B", "%25254B" and so on. The length; 0: it is not one. */
static size_t
percent(struct span text, int *character)
{
	size_t at = 1;

	while (at < 2 * LAYERS && text.length - at >= 4 && memcmp(text.start + at, "25", 2) == 0 &&
	       hex_byte(rest_of(text, at + 2)) >= 0)
		at += 2;
	*character = hex_byte(rest_of(text, at));
	return *character < 0 ? 0 : at + 2;
}

/* "\u004B", "\x4B", "\/", with any number of backslashes. */
static size_t
backslash(struct span text, int *character)
{
	size_t at = 0;

	while (at < LAYERS && at < text.length && text.start[at] == '\\')
		at++;
	if (at == LAYERS || at == text.length) {
		*character = '\\';
		return at;
	}
	if (text.start[at] == 'x' && (*character = hex_byte(rest_of(text, at + 1))) >= 0)
		return at + 3;
	if (text.length - at >= 5 && memcmp(text.start + at, "u00", 3) == 0 &&
	    (*character = hex_byte(rest_of(text, at + 3))) >= 0)
		return at + 5;
	*character = (unsigned char)text.start[at];
	return at + 1;
}

/* "75;" or "x4B;" */
static size_t
html_number(struct span text, int *character)
{
	bool hex = text.length > 0 && (text.start[0] == 'x' || text.start[0] == 'X');
	size_t at = hex;

	*character = 0;
	while (at < text.length && at < 8 && hex_digit(text.start[at]) >= 0) {
		*character = *character * (hex ? 16 : 10) + hex_digit(text.start[at]);
		at++;
	}
	return at > (size_t)hex && at < text.length && text.start[at] == ';' ? at + 1 : 0;
}

/* "&#75;", "&#x4B;", "&amp;", "&amp;#75;" and so on. */
static size_t
html(struct span text, int *character)
{
	static const struct {
		const char *name;
		char character;
	} names[] = {{"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}};
	size_t at = 1, length;

	while (at < 4 * LAYERS && span_begins(rest_of(text, at), "amp;"))
		at += 4;
	if (at < text.length && text.start[at] == '#' &&
	    (length = html_number(rest_of(text, at + 1), character)) > 0)
		return at + 1 + length;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (span_begins(rest_of(text, at), names[i].name)) {
			*character = names[i].character;
			return at + strlen(names[i].name);
		}
	}
	*character = '&';
	return at > 1 ? at : 0;
}

/* Decodes an escaped character at the start of text. The length of the escape; 0: there is none. */
static size_t
escaped(struct span text, int *character)
{
	if (text.length < 2)
		return 0;
	switch (text.start[0]) {
	case '%':
		return percent(text, character);
	case '\\':
		return backslash(text, character);
	case '&':
		return html(text, character);
	default:
		return 0;
	}
}

static int
folded(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
}

/* Both alphabets of Base64. */
static int
standard(int c)
{
	return c == '-' ? '+' : c == '_' ? '/' : c;
}

/*
 * The length of the secret at the start of text, as plain or escaped characters; 0: none. plain: a
 * character that could be either, as the first of "%25" for a percent sign, is plain.
 */
static size_t
match(struct span text, struct span secret, bool plain, int (*same)(int c))
{
	size_t length = 0;

	for (size_t i = 0; i < secret.length; i++) {
		struct span rest = rest_of(text, length);
		int wanted = same((unsigned char)secret.start[i]), character;
		size_t size = escaped(rest, &character);
		bool is_plain = rest.length > 0 && same((unsigned char)rest.start[0]) == wanted;

		if (size > 0 && same(character) == wanted && !(plain && is_plain))
			length += size;
		else if (is_plain)
			length++;
		else if (i >= REDACT_PART || (rest.length == 0 && i >= REDACT_LEAST))
			return length;
		else
			return 0;
	}
	return length;
}

static size_t
match_hex(struct span text, struct span secret)
{
	size_t i = 0;

	while (
	    i < secret.length && hex_byte(rest_of(text, 2 * i)) == (unsigned char)secret.start[i])
		i++;
	if (i == secret.length || i >= REDACT_PART)
		return 2 * i;
	return 2 * i + 2 > text.length && i >= REDACT_LEAST ? 2 * i : 0;
}

static size_t
match_any(struct span text, const struct wanted *wanted)
{
	size_t length = match(text, wanted->secret, false, folded);

	if (length == 0)
		length = match(text, wanted->secret, true, folded);
	if (length == 0)
		length = match_hex(text, wanted->secret);
	for (size_t i = 0; length == 0 && i < ALIGNMENTS; i++) {
		if (wanted->lengths[i] >= BASE64_LEAST)
			length = match(text, (struct span){wanted->base64[i], wanted->lengths[i]},
			    false, standard);
	}
	return length;
}

static void
note_beginnings(struct wanted *wanted)
{
	static const char escapes[] = "%\\&", hex[] = "0123456789abcdef0123456789ABCDEF";
	unsigned char first = (unsigned char)wanted->secret.start[0];

	for (size_t i = 0; i < sizeof escapes - 1; i++)
		wanted->begins[(unsigned char)escapes[i]] = true;
	wanted->begins[(unsigned char)hex[first >> 4]] = true;
	wanted->begins[(unsigned char)hex[16 + (first >> 4)]] = true;
	for (int c = 0; c < 256; c++) {
		wanted->begins[c] = wanted->begins[c] || folded(c) == folded(first);
		for (size_t i = 0; i < ALIGNMENTS; i++)
			wanted->begins[c] =
			    wanted->begins[c] || standard(c) == standard(wanted->base64[i][0]);
	}
}

/* The secret in Base64 after 0, 1 and 2 other bytes, without the digits that they share. */
static void
prepare(struct wanted *wanted, struct span secret)
{
	static const size_t shared[ALIGNMENTS] = {0, 2, 3};

	*wanted = (struct wanted){.secret = secret};
	for (size_t i = 0; i < ALIGNMENTS; i++) {
		size_t length = i + secret.length, whole = 8 * length / 6;
		char *bytes = memory_new(length, 1), *digits = memory_new(length / 3 + 2, 4);

		memcpy(bytes + i, secret.start, secret.length);
		base64_write(digits, bytes, length);
		wanted->lengths[i] = whole - shared[i];
		wanted->base64[i] = memory_copy(digits + shared[i], wanted->lengths[i]);
		memory_wipe(bytes, length);
		memory_wipe(digits, whole);
		free(bytes);
		free(digits);
	}
	note_beginnings(wanted);
}

static void
forget(struct wanted *wanted)
{
	for (size_t i = 0; i < ALIGNMENTS; i++)
		memory_wipe_text(wanted->base64[i]);
}

void
redact(struct buffer *text, struct span secret)
{
	struct wanted wanted;
	struct buffer made;
	size_t kept = 0; /* text up to here is in made */

	if (secret.length < REDACT_LEAST || text->length == 0)
		return;
	prepare(&wanted, secret);
	buffer_init(&made, 4 * text->ceiling + sizeof(instead));
	for (size_t at = 0; at < text->length; at++) {
		struct span rest = {text->data + at, text->length - at};
		size_t length = 0;

		if (wanted.begins[(unsigned char)*rest.start])
			length = match_any(rest, &wanted);
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
	forget(&wanted);
}
