/*
 * json_text: what stands between the quotes of a JSON string. For lib/json
 * alone; everyone else finds these functions in json.h.
 */
#ifndef TEXT_JSON_TEXT_H
#define TEXT_JSON_TEXT_H

#include <stdbool.h>
#include "text/json.h"

/* Where a text ends; it may be empty and start nowhere. */
static inline const char *
json_end(struct span text)
{
	return text.length > 0 ? text.start + text.length : text.start;
}

/* A scan under way: where the text ends, and where and why the scan stopped. */
struct json_scan {
	const char *end;
	const char *stopped; /* the first byte that does not fit */
	const char *reason;
	bool escaped; /* set by a string with an escape; cleared by who asks */
};

/* Notes why and where. Returns NULL, so that scanners can `return json_stop(…)`. */
const char *json_stop(struct json_scan *scan, const char *at, const char *reason);

/* From the first byte inside a string to its closing quote; NULL where it is not valid. */
const char *json_pass_text(struct json_scan *scan, const char *at);

#endif
