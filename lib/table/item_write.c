/* item_write: writes a stored item as plain or typed JSON. */
#include <string.h>

#include "table/item_value.h"
#include "table/projection.h"
#include "text/json.h"
#include "text/number.h"

static const char *const tags[ITEM_TAGS] = {
    "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};

static enum item_tag
tag_of_kind(enum json_kind kind)
{
	switch (kind) {
	case JSON_STRING:
		return ITEM_S;
	case JSON_NUMBER:
		return ITEM_N;
	case JSON_OBJECT:
		return ITEM_M;
	case JSON_ARRAY:
		return ITEM_L;
	case JSON_TRUE:
	case JSON_FALSE:
		return ITEM_BOOL;
	case JSON_NULL:
		break;
	}
	return ITEM_NULL;
}

struct item_value
item_untag(struct span value, bool typed)
{
	struct item_value found = {ITEM_TAGS, value};
	struct json_cursor cursor;
	struct span name, inner, another;
	enum item_tag tag = 0;

	if (!typed)
		return (struct item_value){tag_of_kind(json_kind(value)), value};
	if (json_kind(value) != JSON_OBJECT)
		return found;
	cursor = json_enter(value);
	if (!json_next_member(&cursor, &name, &inner))
		return found;
	while (tag < ITEM_TAGS && !json_text_is(name, span_of(tags[tag])))
		tag++;
	if (tag < ITEM_TAGS && !json_next_member(&cursor, &name, &another))
		found = (struct item_value){tag, inner};
	return found;
}

const char *
item_misfit(struct item_value value)
{
	enum json_kind kind = json_kind(value.inner);

	switch (value.tag) {
	case ITEM_S:
	case ITEM_N:
	case ITEM_B:
		return kind == JSON_STRING ? NULL : "S, N and B require a string";
	case ITEM_BOOL:
		return kind == JSON_TRUE || kind == JSON_FALSE ? NULL
		                                               : "BOOL requires true or false";
	case ITEM_NULL:
		return kind == JSON_TRUE ? NULL : "NULL requires true";
	case ITEM_M:
		return kind == JSON_OBJECT ? NULL : "M requires an object";
	case ITEM_L:
		return kind == JSON_ARRAY ? NULL : "L requires an array";
	case ITEM_TAGS:
		return "not a typed value: {\"S\":…}, {\"N\":\"…\"} or one of B, BOOL, NULL, M, L, "
		       "SS, NS, BS";
	default:
		return NULL;
	}
}

/* Where and how an item is written. */
struct writer {
	struct buffer *to;
	bool from_typed;
	bool to_typed;
};

static bool write_value(const struct writer *writer, struct span value);

static bool
add_span(struct buffer *to, struct span text)
{
	return buffer_add(to, text.start, text.length);
}

static bool
write_members(const struct writer *writer, struct span object)
{
	struct json_cursor cursor = json_enter(object);
	struct span name, value;
	const char *before = "{\"";

	if (!json_next_member(&cursor, &name, &value))
		return buffer_add_text(writer->to, "{}");
	do {
		if (!buffer_add(writer->to, before, 2) || !add_span(writer->to, name) ||
		    !buffer_add_text(writer->to, "\":") || !write_value(writer, value))
			return false;
		before = ",\"";
	} while (json_next_member(&cursor, &name, &value));
	return buffer_add_text(writer->to, "}");
}

/* Writes elements, each by write. */
static bool
write_elements(const struct writer *writer, struct span array,
    bool (*write)(const struct writer *, struct span))
{
	struct json_cursor cursor = json_enter(array);
	struct span value;
	const char *before = "[";

	if (!json_next_element(&cursor, &value))
		return buffer_add_text(writer->to, "[]");
	do {
		if (!buffer_add_text(writer->to, before) || !write(writer, value))
			return false;
		before = ",";
	} while (json_next_element(&cursor, &value));
	return buffer_add_text(writer->to, "]");
}

/* An element of a set. */
static bool
write_string(const struct writer *writer, struct span value)
{
	return json_kind(value) == JSON_STRING && add_span(writer->to, value);
}

/* Is it a JSON number, without white space around it? */
static bool
is_number(struct span text)
{
	struct json_error error;

	return text.length > 0 && strchr("-0123456789", *text.start) != NULL &&
	       strchr("0123456789", text.start[text.length - 1]) != NULL &&
	       json_check(text, 1, &error);
}

/* A number in quotes as a JSON number: with the same digits if JSON allows them. */
static bool
write_plain_number(const struct writer *writer, struct span quoted)
{
	struct buffer *to = writer->to;
	struct span inside, text;
	struct number number;
	char formatted[64];

	if (json_kind(quoted) != JSON_STRING)
		return false;
	inside = json_inside(quoted);
	if (!buffer_reserve(to, inside.length))
		return false;
	text = (struct span){to->data + to->length, 0};
	text.length = json_unescape(inside, to->data + to->length);
	if (is_number(text)) {
		to->length += text.length;
		return true;
	}
	if (number_read(text, &number) != NULL)
		return false;
	return buffer_add(to, formatted, number_format(&number, formatted));
}

/* A value that is one token: {"TAG":TOKEN}, with quotes around a plain number. */
static bool
write_token(const struct writer *writer, enum item_tag tag, struct span token)
{
	static const struct opening {
		char text[9];
		size_t length;
	} openings[] = {[ITEM_S] = {"{\"S\":", 5},
	    [ITEM_N] = {"{\"N\":", 5},
	    [ITEM_B] = {"{\"B\":", 5},
	    [ITEM_BOOL] = {"{\"BOOL\":", 8},
	    [ITEM_NULL] = {"{\"NULL\":", 8}};
	bool quote = tag == ITEM_N && !writer->from_typed;
	struct buffer *to = writer->to;
	char *at;

	if (!buffer_reserve(to, sizeof openings->text + token.length + sizeof "\"\"}"))
		return false;
	at = to->data + to->length;
	memcpy(at, openings[tag].text, sizeof openings->text);
	at += openings[tag].length;
	if (quote)
		*at++ = '"';
	memcpy(at, token.start, token.length);
	at += token.length;
	if (quote)
		*at++ = '"';
	*at++ = '}';
	to->length = (size_t)(at - to->data);
	return true;
}

static bool
write_typed(const struct writer *writer, struct item_value value)
{
	struct buffer *to = writer->to;
	bool written;

	if (value.tag == ITEM_NULL)
		return write_token(writer, ITEM_NULL, span_of("true"));
	if (value.tag < ITEM_M)
		return write_token(writer, value.tag, value.inner);
	if (!buffer_add_text(to, "{\"") || !buffer_add_text(to, tags[value.tag]) ||
	    !buffer_add_text(to, "\":"))
		return false;
	if (value.tag == ITEM_M)
		written = write_members(writer, value.inner);
	else
		written = write_elements(
		    writer, value.inner, value.tag == ITEM_L ? write_value : write_string);
	return written && buffer_add_text(to, "}");
}

static bool
write_plain(const struct writer *writer, struct item_value value)
{
	bool is_set = value.tag == ITEM_SS || value.tag == ITEM_NS || value.tag == ITEM_BS;

	if (is_set && json_kind(value.inner) != JSON_ARRAY)
		return false;
	switch (value.tag) {
	case ITEM_M:
		return write_members(writer, value.inner);
	case ITEM_L:
		return write_elements(writer, value.inner, write_value);
	case ITEM_SS:
	case ITEM_BS:
		return write_elements(writer, value.inner, write_string);
	case ITEM_NS:
		return write_elements(writer, value.inner, write_plain_number);
	case ITEM_N:
		if (writer->from_typed)
			return write_plain_number(writer, value.inner);
		break;
	case ITEM_NULL:
		return buffer_add_text(writer->to, "null");
	default:
		break;
	}
	return add_span(writer->to, value.inner);
}

static bool
write_value(const struct writer *writer, struct span value)
{
	struct item_value found = item_untag(value, writer->from_typed);

	/* Old items of DynamoDB may hold {"NULL":false}, which it reads as true. */
	if (found.tag == ITEM_TAGS ||
	    (writer->from_typed && found.tag != ITEM_NULL && item_misfit(found) != NULL))
		return false;
	return writer->to_typed ? write_typed(writer, found) : write_plain(writer, found);
}

/* The text; newlines, which can only be white space between tokens, become spaces. */
static bool
write_on_one_line(struct buffer *to, struct span text)
{
	size_t start = to->length;

	if (!add_span(to, text))
		return false;
	for (char *at = to->data + start, *end = to->data + to->length;
	     at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
		*at = ' ';
	return true;
}

/* An object with the members that the projection has; each value on one line. */
static bool
write_projection(
    const struct writer *writer, struct span object, const struct projection *projection)
{
	bool same = writer->from_typed == writer->to_typed;
	struct json_cursor cursor = json_enter(object);
	struct span name, value;
	const char *before = "{\"";

	while (json_next_member(&cursor, &name, &value)) {
		if (!projection_has(projection, name))
			continue;
		if (!buffer_add_text(writer->to, before) || !add_span(writer->to, name) ||
		    !buffer_add_text(writer->to, "\":") ||
		    !(same ? write_on_one_line(writer->to, value) : write_value(writer, value)))
			return false;
		before = ",\"";
	}
	return buffer_add_text(writer->to, *before == '{' ? "{}" : "}");
}

bool
item_write_some(struct buffer *to, struct span text, bool stored_typed, bool typed,
    const struct projection *projection)
{
	struct writer writer = {to, stored_typed, typed};
	size_t before = to->length;

	if (projection == NULL)
		return item_write(to, text, stored_typed, typed);
	if (write_projection(&writer, text, projection))
		return true;
	to->length = before;
	return false;
}

bool
item_write(struct buffer *to, struct span text, bool stored_typed, bool typed)
{
	struct writer writer = {to, stored_typed, typed};
	size_t before = to->length;
	bool written =
	    stored_typed == typed ? write_on_one_line(to, text) : write_members(&writer, text);

	if (!written)
		to->length = before;
	return written;
}
