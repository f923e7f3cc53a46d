/* json: the scanner: validity, members by name, iteration. */
#include <stdint.h>
#include "text/json.h"
#include "text/json_text.h"

/* The containers open around a place in the text. */
struct nest {
	uint64_t objects; /* a bit for each container, the innermost lowest: is it an object? */
	uint64_t outer; /* the bits of those outside the 64 innermost */
	unsigned open;
	unsigned limit;
};

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
stop_early(struct json_scan *scan)
{
	return json_stop(scan, scan->end, "unexpected end");
}

/* At least one digit. */
static inline const char *
pass_digits(struct json_scan *scan, const char *at)
{
	if (at == scan->end)
		return stop_early(scan);
	if (!is_digit(*at))
		return json_stop(scan, at, "a number without a digit");
	while (at < scan->end && is_digit(*at))
		at++;
	return at;
}

static inline const char *
pass_number(struct json_scan *scan, const char *at)
{
	if (*at == '-')
		at++;
	if (scan->end - at >= 2 && at[0] == '0' && is_digit(at[1]))
		return json_stop(scan, at + 1, "a number with a leading zero");
	at = pass_digits(scan, at);
	if (at != NULL && at < scan->end && *at == '.')
		at = pass_digits(scan, at + 1);
	if (at != NULL && at < scan->end && (*at == 'e' || *at == 'E')) {
		at++;
		if (at < scan->end && (*at == '+' || *at == '-'))
			at++;
		at = pass_digits(scan, at);
	}
	return at;
}

static const char *
pass_word(struct json_scan *scan, const char *at, const char *word)
{
	for (; *word != '\0'; word++, at++) {
		if (at == scan->end)
			return stop_early(scan);
		if (*at != *word)
			return json_stop(scan, at, "not a value");
	}
	return at;
}

static inline const char *
pass_scalar(struct json_scan *scan, const char *at)
{
	switch (*at) {
	case '"':
		at = json_pass_text(scan, at + 1);
		return at != NULL ? at + 1 : NULL;
	case 't':
		return pass_word(scan, at, "true");
	case 'f':
		return pass_word(scan, at, "false");
	case 'n':
		return pass_word(scan, at, "null");
	default:
		if (*at == '-' || is_digit(*at))
			return pass_number(scan, at);
		return json_stop(scan, at, "not a value");
	}
}

/* Passes the name and colon of a member; returns the place of its value. */
static inline const char *
pass_name(struct json_scan *scan, const char *at, struct span *name)
{
	const char *start;

	at = json_pass_space(at, scan->end);
	if (at == scan->end)
		return stop_early(scan);
	if (*at != '"')
		return json_stop(scan, at, "a name in quotes is missing");
	start = at + 1;
	at = json_pass_text(scan, start);
	if (at == NULL)
		return NULL;
	*name = (struct span){start, (size_t)(at - start)};
	at = json_pass_space(at + 1, scan->end);
	if (at == scan->end)
		return stop_early(scan);
	if (*at != ':')
		return json_stop(scan, at, "a colon is missing");
	return at + 1;
}

/* Passes an opening bracket (and a first name) to the first value, or an empty container. */
static const char *
pass_opening(struct json_scan *scan, const char *at, struct nest *nest, bool *empty)
{
	bool object = *at == '{';
	struct span name;

	if (nest->open == nest->limit)
		return json_stop(scan, at, "nested too deep");
	at = json_pass_space(at + 1, scan->end);
	*empty = at < scan->end && *at == (object ? '}' : ']');
	if (*empty)
		return at + 1;
	nest->open++;
	nest->outer = nest->outer << 1 | nest->objects >> 63;
	nest->objects = nest->objects << 1 | object;
	return object ? pass_name(scan, at, &name) : at;
}

/* After a value: passes closing brackets, and a comma (and name) to the next value. */
static const char *
pass_closing(struct json_scan *scan, const char *at, struct nest *nest)
{
	struct span name;

	while (nest->open > 0) {
		bool object = nest->objects & 1;
		at = json_pass_space(at, scan->end);
		if (at == scan->end)
			return stop_early(scan);
		if (*at == ',')
			return object ? pass_name(scan, at + 1, &name) : at + 1;
		if (*at != (object ? '}' : ']'))
			return json_stop(scan, at, "a comma or closing bracket is missing");
		nest->objects = nest->objects >> 1 | nest->outer << 63;
		nest->outer >>= 1;
		nest->open--;
		at++;
	}
	return at;
}

/* Passes white space and one value, no deeper than limit. */
static const char *
pass_value(struct json_scan *scan, const char *at, unsigned limit)
{
	struct nest nest = {.limit = limit};

	do {
		bool empty = true;
		at = json_pass_space(at, scan->end);
		if (at == scan->end)
			return stop_early(scan);
		if (*at == '{' || *at == '[')
			at = pass_opening(scan, at, &nest, &empty);
		else
			at = pass_scalar(scan, at);
		if (at != NULL && empty && nest.open > 0)
			at = pass_closing(scan, at, &nest);
	} while (at != NULL && nest.open > 0);
	return at;
}

/* As pass_value, without white space before it; faster for one that is no container. */
static inline const char *
pass_any(struct json_scan *scan, const char *at, unsigned limit)
{
	if (at == scan->end)
		return stop_early(scan);
	return *at == '{' || *at == '[' ? pass_value(scan, at, limit) : pass_scalar(scan, at);
}

static unsigned
depth_limit(unsigned depth)
{
	return depth < JSON_DEPTH_MOST ? depth : JSON_DEPTH_MOST;
}

/* Ends a scan. at: after the value, or NULL. */
static bool
conclude(struct json_scan *scan, struct span text, const char *at, struct json_error *error)
{
	if (at != NULL) {
		at = json_pass_space(at, scan->end);
		if (at == scan->end)
			return true;
		json_stop(scan, at, "text after the value");
	}
	error->offset = (size_t)(scan->stopped - text.start);
	error->reason = scan->reason;
	return false;
}

static bool
refuse(struct json_error *error, size_t offset, const char *reason)
{
	*error = (struct json_error){offset, reason};
	return false;
}

bool
json_check(struct span text, unsigned depth, struct json_error *error)
{
	const char *end = json_end(text);
	struct json_scan scan = {.end = end};

	if (text.length == 0 || json_pass_space(text.start, end) == end)
		return refuse(error, text.length, "an empty line is not JSON");
	return conclude(&scan, text, pass_value(&scan, text.start, depth_limit(depth)), error);
}

static void
match_wanted(
    struct json_wanted *wanted, size_t count, struct span name, bool escaped, struct span value)
{
	for (size_t i = 0; i < count; i++) {
		if (escaped ? json_text_is(name, wanted[i].name)
		            : span_equal(name, wanted[i].name)) {
			if (wanted[i].times++ == 0)
				wanted[i].value = value;
		}
	}
}

/* A member of an object that is being scanned. */
struct member {
	struct span name;
	struct span value;
	bool escaped; /* the name has an escape */
	bool last;
};

/* Passes a member, and the comma or closing bracket after it. */
static inline const char *
pass_member(struct json_scan *scan, const char *at, unsigned limit, struct member *member)
{
	const char *start;

	scan->escaped = false;
	at = pass_name(scan, at, &member->name);
	if (at == NULL)
		return NULL;
	member->escaped = scan->escaped;
	start = json_pass_space(at, scan->end);
	at = pass_any(scan, start, limit);
	if (at == NULL)
		return NULL;
	member->value = (struct span){start, (size_t)(at - start)};
	at = json_pass_space(at, scan->end);
	if (at == scan->end)
		return stop_early(scan);
	member->last = *at == '}';
	if (!member->last && *at != ',')
		return json_stop(scan, at, "a comma or closing bracket is missing");
	return at + 1;
}

/* Passes the opening bracket of an object, and the closing one of an empty one (*empty). */
static const char *
pass_object_opening(struct json_scan *scan, struct span text, unsigned limit, bool *empty)
{
	const char *at = json_pass_space(text.start, scan->end);

	*empty = false;
	if (at == scan->end || *at != '{')
		return json_stop(scan, at, "not an object");
	if (limit == 0)
		return json_stop(scan, at, "nested too deep");
	at = json_pass_space(at + 1, scan->end);
	*empty = at < scan->end && *at == '}';
	return *empty ? at + 1 : at;
}

bool
json_find(struct span text, unsigned depth, struct json_wanted *wanted, size_t count,
    size_t *members, struct json_error *error)
{
	struct json_scan scan = {.end = json_end(text)};
	struct member member = {.last = false};
	unsigned limit = depth_limit(depth);
	size_t found = 0;
	const char *at;

	for (size_t i = 0; i < count; i++) {
		wanted[i].value = (struct span){NULL, 0};
		wanted[i].times = 0;
	}
	at = pass_object_opening(&scan, text, limit, &member.last);
	while (at != NULL && !member.last) {
		at = pass_member(&scan, at, limit - 1, &member);
		if (at == NULL)
			break;
		found++;
		match_wanted(wanted, count, member.name, member.escaped, member.value);
	}
	if (members != NULL)
		*members = found;
	return conclude(&scan, text, at, error);
}

bool
json_each_member(struct span text, unsigned depth,
    bool (*take)(void *context, struct span name, struct span value), void *context,
    struct json_error *error)
{
	struct json_scan scan = {.end = json_end(text)};
	struct member member = {.last = false};
	unsigned limit = depth_limit(depth);
	bool takes = true;
	const char *at = pass_object_opening(&scan, text, limit, &member.last);

	while (at != NULL && !member.last) {
		at = pass_member(&scan, at, limit - 1, &member);
		takes = at != NULL && takes && take(context, member.name, member.value);
	}
	return conclude(&scan, text, at, error);
}

struct json_cursor
json_enter(struct span container)
{
	const char *end = json_end(container);
	const char *at = json_pass_space(container.start, end);

	return (struct json_cursor){at < end ? at + 1 : end, end};
}

/* Passes a comma; false at a closing bracket. */
static bool
step(struct json_cursor *cursor)
{
	cursor->at = json_pass_space(cursor->at, cursor->end);
	if (cursor->at < cursor->end && *cursor->at == ',')
		cursor->at = json_pass_space(cursor->at + 1, cursor->end);
	return cursor->at < cursor->end && *cursor->at != ']' && *cursor->at != '}';
}

bool
json_next_element(struct json_cursor *cursor, struct span *value)
{
	struct json_scan scan = {.end = cursor->end};
	const char *start, *after;

	if (!step(cursor))
		return false;
	start = cursor->at;
	after = pass_any(&scan, start, JSON_DEPTH);
	if (after == NULL)
		return false;
	*value = (struct span){start, (size_t)(after - start)};
	cursor->at = after;
	return true;
}

bool
json_next_member(struct json_cursor *cursor, struct span *name, struct span *value)
{
	struct json_scan scan = {.end = cursor->end};
	const char *start, *after;

	if (!step(cursor))
		return false;
	after = pass_name(&scan, cursor->at, name);
	if (after == NULL)
		return false;
	start = json_pass_space(after, cursor->end);
	after = pass_any(&scan, start, JSON_DEPTH);
	if (after == NULL)
		return false;
	*value = (struct span){start, (size_t)(after - start)};
	cursor->at = after;
	return true;
}
