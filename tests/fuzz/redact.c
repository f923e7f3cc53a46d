/*
 * redact: any secret in any text, and a secret that was put there in each encoding. The secret does
 * not remain, and what is around it does.
 */
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include "must.h"
#include "text/base64.h"
#include "text/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SECRET = 40, TEXT = 4096 };

/* Is it there, in either case? */
static bool
holds(struct span text, struct span secret)
{
	for (size_t i = 0; i + secret.length <= text.length; i++) {
		if (strncasecmp(text.start + i, secret.start, secret.length) == 0)
			return true;
	}
	return false;
}

static void
add_encoded(struct buffer *to, struct span secret, unsigned form)
{
	char digits[2 * SECRET + 8];

	for (size_t i = 0; form < 6 && i < secret.length; i++) {
		unsigned byte = (unsigned char)secret.start[i];

		if (form == 0)
			buffer_add_format(to, "%02x", byte);
		else if (form == 1)
			buffer_add_format(to, "%%%02X", byte);
		else if (form == 2)
			buffer_add_format(to, "%%25%02x", byte);
		else if (form == 3)
			buffer_add_format(to, "\\u00%02x", byte);
		else if (form == 4)
			buffer_add_format(to, "&#%u;", byte);
		else
			buffer_add_format(to, "&amp;#x%x;", byte);
	}
	if (form == 6)
		buffer_add(to, digits, base64_write(digits, secret.start, secret.length));
	if (form == 7)
		buffer_add(to, secret.start, secret.length);
}

static void
try_form(struct span secret, struct span around, unsigned form)
{
	static const char mark[] = "[redacted]";
	struct buffer text;

	buffer_init(&text, TEXT);
	buffer_add(&text, around.start, around.length);
	buffer_add_text(&text, " ");
	add_encoded(&text, secret, form);
	buffer_add_text(&text, " end");
	redact(&text, secret);
	must(memmem(text.data, text.length, mark, sizeof mark - 1) != NULL);
	must(form != 7 || !holds(buffer_span(&text), secret) || holds(span_of(mark), secret) ||
	     holds(span_of(" end"), secret));
	buffer_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = size > 0 ? data[0] % SECRET : 0;

	/* Keys and tokens are text. What replaces them may not become a part of them again. */
	if (size < 1 + length || size > 1000 || memchr(data + 1, '\0', length) != NULL ||
	    memchr(data + 1, '[', length) != NULL || memchr(data + 1, ']', length) != NULL)
		return 0;
	struct span secret = {(const char *)data + 1, length};
	struct span around = {(const char *)data + 1 + length, size - 1 - length};
	struct buffer text;

	buffer_init(&text, TEXT);
	buffer_add(&text, around.start, around.length);
	redact(&text, secret);
	if (length < REDACT_LEAST)
		must(text.length == around.length);
	buffer_free(&text);
	for (unsigned form = 0; length >= 7 && form < 8; form++)
		try_form(secret, around, form);
	return 0;
}
