/* json_text: private to json*.c: white space, and the text between the quotes of a string. */
#ifndef TEXT_JSON_TEXT_H
#define TEXT_JSON_TEXT_H

#include <stdbool.h>
#include "text/json.h"

/* The end of a text, which may be empty with start NULL. */
static inline const char *
json_end(struct span text)
{
	return text.length > 0 ? text.start + text.length : text.start;
}

static inline const char *
json_pass_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

/* The state of a scan. */
struct json_scan {
	const char *end; /* of the text */
	const char *stopped; /* the first invalid byte */
	const char *reason; /* why it is invalid */
	bool escaped; /* set by a string with an escape; the caller clears it */
};

/* Records at and reason. Returns NULL, so that scanners can `return json_stop(…)`. */
const char *json_stop(struct json_scan *scan, const char *at, const char *reason);

/* From the first byte inside a string to its closing quote; NULL: it is invalid. */
const char *json_pass_text(struct json_scan *scan, const char *at);

#endif
