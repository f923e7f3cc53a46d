/* redact: see redact.h. */
#include <string.h>
#include "json.h"
#include "provider.h"
#include "memory.h"
#include "redact.h"

static const char instead[] = "[redacted]";

static void
replace_all(struct buffer *text, struct span what)
{
	struct buffer made;
	size_t from = 0;

	if (what.length == 0 || text->length < what.length ||
	    memmem(text->data, text->length, what.start, what.length) == NULL)
		return;
	buffer_init(&made, 4 * text->ceiling + sizeof(instead));
	for (;;) {
		const char *found = memmem(text->data + from, text->length - from, what.start,
		    what.length);
		size_t end = found != NULL ? (size_t)(found - text->data) : text->length;
		buffer_add(&made, text->data + from, end - from);
		if (found == NULL)
			break;
		buffer_add_text(&made, instead);
		from = end + what.length;
	}
	memory_wipe(text->data, text->length);
	made.ceiling = text->ceiling;
	buffer_free(text);
	*text = made;
}

void
redact(struct buffer *text, struct span secret)
{
	struct buffer other;

	if (secret.length < REDACT_LEAST)
		return;
	replace_all(text, secret);
	buffer_init(&other, 8 * secret.length + 16);
	if (url_encode(&other, secret, ""))
		replace_all(text, buffer_span(&other));
	/* What need not be escaped in JSON, and yet often is. */
	buffer_clear(&other);
	for (size_t i = 0; i < secret.length; i++) {
		if (secret.start[i] == '/')
			buffer_add_text(&other, "\\");
		buffer_add(&other, &secret.start[i], 1);
	}
	replace_all(text, buffer_span(&other));
	buffer_clear(&other);
	if (json_add_string(&other, secret.start, secret.length))
		replace_all(text, json_inside(buffer_span(&other)));
	memory_wipe(other.data, other.length);
	buffer_free(&other);
}
