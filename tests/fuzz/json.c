/*
 * json: against a slow reader that follows RFC 8259's grammar rule by rule;
 * and whatever was found valid is stepped over, taken apart and put together.
 */
#include <stdint.h>
#include <stdlib.h>
#include "base/buffer.h"
#include "text/json.h"
#include "must.h"
#include "text/json_pointer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is left to read. */
struct rest {
	const unsigned char *at;
	const unsigned char *end;
};

static bool value_follows(struct rest *rest, unsigned depth);

static int
peek(const struct rest *rest)
{
	return rest->at < rest->end ? *rest->at : -1;
}

static bool
byte_follows(struct rest *rest, int byte)
{
	if (peek(rest) != byte)
		return false;
	rest->at++;
	return true;
}

static bool
word_follows(struct rest *rest, const char *word)
{
	while (*word != '\0') {
		if (!byte_follows(rest, *word++))
			return false;
	}
	return true;
}

static void
skip_space(struct rest *rest)
{
	while (peek(rest) == 0x20 || peek(rest) == 0x09 || peek(rest) == 0x0A || peek(rest) == 0x0D)
		rest->at++;
}

static bool
digits_follow(struct rest *rest)
{
	const unsigned char *start = rest->at;

	while (peek(rest) >= '0' && peek(rest) <= '9')
		rest->at++;
	return rest->at > start;
}

static bool
number_follows(struct rest *rest)
{
	byte_follows(rest, '-');
	if (!byte_follows(rest, '0') && !digits_follow(rest))
		return false;
	if (byte_follows(rest, '.') && !digits_follow(rest))
		return false;
	if (byte_follows(rest, 'e') || byte_follows(rest, 'E')) {
		if (!byte_follows(rest, '+'))
			byte_follows(rest, '-');
		return digits_follow(rest);
	}
	return true;
}

/* The code point is put together first and judged afterwards. */
static bool
character_follows(struct rest *rest)
{
	int first = *rest->at++;
	int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
	long code = first & (0x3F >> more), least[] = {0, 0x80, 0x800, 0x10000};

	if (first < 0xC0 || first > 0xF7)
		return false;
	for (int i = 0; i < more; i++) {
		if (peek(rest) < 0x80 || peek(rest) > 0xBF)
			return false;
		code = code << 6 | (*rest->at++ & 0x3F);
	}
	return code >= least[more] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

static long
unit_follows(struct rest *rest)
{
	char hex[5] = "";

	for (int i = 0; i < 4; i++) {
		int byte = peek(rest);
		if (byte < 0 || byte == 0 || strchr("0123456789abcdefABCDEF", byte) == NULL)
			return -1;
		hex[i] = (char)*rest->at++;
	}
	return strtol(hex, NULL, 16);
}

static bool
escape_follows(struct rest *rest)
{
	int letter = peek(rest);
	long unit;

	if (letter <= 0)
		return false;
	rest->at++;
	if (letter != 'u')
		return strchr("\"\\/bfnrt", letter) != NULL;
	unit = unit_follows(rest);
	if (unit < 0xD800 || unit > 0xDFFF)
		return unit >= 0;
	if (unit >= 0xDC00 || !word_follows(rest, "\\u"))
		return false;
	unit = unit_follows(rest);
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

static bool
string_follows(struct rest *rest)
{
	if (!byte_follows(rest, '"'))
		return false;
	while (!byte_follows(rest, '"')) {
		int byte = peek(rest);
		bool good;
		if (byte < 0x20)
			return false;
		if (byte == '\\') {
			rest->at++;
			good = escape_follows(rest);
		} else if (byte < 0x80) {
			rest->at++;
			good = true;
		} else {
			good = character_follows(rest);
		}
		if (!good)
			return false;
	}
	return true;
}

static bool
container_follows(struct rest *rest, unsigned depth, int closing)
{
	rest->at++;
	if (depth == 0)
		return false;
	skip_space(rest);
	if (byte_follows(rest, closing))
		return true;
	do {
		if (closing == '}') {
			skip_space(rest);
			if (!string_follows(rest))
				return false;
			skip_space(rest);
			if (!byte_follows(rest, ':'))
				return false;
		}
		if (!value_follows(rest, depth - 1))
			return false;
	} while (byte_follows(rest, ','));
	return byte_follows(rest, closing);
}

/* With the white space around it. */
static bool
value_follows(struct rest *rest, unsigned depth)
{
	bool good;

	skip_space(rest);
	switch (peek(rest)) {
	case '{':
		good = container_follows(rest, depth, '}');
		break;
	case '[':
		good = container_follows(rest, depth, ']');
		break;
	case '"':
		good = string_follows(rest);
		break;
	case 't':
		good = word_follows(rest, "true");
		break;
	case 'f':
		good = word_follows(rest, "false");
		break;
	case 'n':
		good = word_follows(rest, "null");
		break;
	default:
		good = number_follows(rest);
	}
	skip_space(rest);
	return good;
}

static bool
is_json(struct span text, unsigned depth)
{
	struct rest rest = {
	    (const unsigned char *)text.start, (const unsigned char *)text.start + text.length};

	return value_follows(&rest, depth) && rest.at == rest.end;
}

static bool
is_within(struct span inner, struct span outer)
{
	return inner.start >= outer.start &&
	       inner.start + inner.length <= outer.start + outer.length;
}

/* A string, taken apart and put together again, is the same text. */
static void
try_inside(struct span inside)
{
	char *plain = malloc(inside.length + 1), *again;
	size_t length = json_unescape(inside, plain);
	struct span text = {plain, length}, string;
	struct buffer buffer;
	struct json_error error;

	must(length <= inside.length);
	must(json_is_utf8(text));
	must(json_text_is(inside, text));
	plain[length] = 'x';
	must(!json_text_is(inside, (struct span){plain, length + 1}));
	must(length == 0 || !json_text_is(inside, (struct span){plain, length - 1}));
	buffer_init(&buffer, 6 * length + 2);
	must(json_add_string(&buffer, plain, length));
	string = buffer_span(&buffer);
	must(json_check(string, 0, &error));
	must(json_text_is(json_inside(string), text));
	again = malloc(string.length);
	must(json_unescape(json_inside(string), again) == length);
	must(memcmp(again, plain, length) == 0);
	free(again);
	buffer_free(&buffer);
	free(plain);
}

/* Steps over everything in a value. */
static void
walk(struct span value, struct span text)
{
	enum json_kind kind = json_kind(value);
	struct json_cursor cursor;
	struct span name, inner;

	must(is_within(value, text) && value.length > 0);
	must(is_json(value, JSON_DEPTH));
	must(memchr(" \t\r\n", value.start[0], 4) == NULL);
	must(memchr(" \t\r\n", value.start[value.length - 1], 4) == NULL);
	if (kind == JSON_STRING)
		try_inside(json_inside(value));
	if (kind != JSON_OBJECT && kind != JSON_ARRAY)
		return;
	cursor = json_enter(value);
	while (kind == JSON_OBJECT ? json_next_member(&cursor, &name, &inner)
	                           : json_next_element(&cursor, &inner)) {
		if (kind == JSON_OBJECT) {
			must(is_within(name, value));
			try_inside(name);
		}
		walk(inner, value);
	}
	must(cursor.at == value.start + value.length - 1);
}

/* The member of this name by stepping, and how often there is one, is what json_find found. */
static void
try_wanted(struct span object, const struct json_wanted *wanted, size_t members)
{
	struct json_cursor cursor = json_enter(object);
	struct span name, value, first = {NULL, 0};
	unsigned times = 0;

	while (json_next_member(&cursor, &name, &value)) {
		members--;
		if (json_text_is(name, wanted->name) && times++ == 0)
			first = value;
	}
	must(members == 0);
	must(times == wanted->times);
	must(first.start == wanted->value.start && first.length == wanted->value.length);
}

static struct span
follow(struct span value, const char *pointer)
{
	struct span found;
	size_t bad;
	struct json_pointers *paths = json_pointers_compile(&pointer, 1, &bad);

	must(paths != NULL);
	json_pointers_follow(paths, value, &found);
	json_pointers_free(paths);
	return found;
}

/* A pointer made of the wanted name leads to the same value. */
static void
try_pointer(struct span object, const struct json_wanted *wanted)
{
	char *pointer = malloc(2 * wanted->name.length + 2), *to = pointer;
	struct span found;

	*to++ = '/';
	for (size_t i = 0; i < wanted->name.length; i++) {
		char c = wanted->name.start[i];
		*to++ = c == '/' ? '~' : c;
		if (c == '/' || c == '~')
			*to++ = c == '/' ? '1' : '0';
	}
	*to = '\0';
	found = follow(object, pointer);
	if (!span_equal(wanted->name, span_of("*")) && strlen(pointer) == (size_t)(to - pointer))
		must(found.start == wanted->value.start && found.length == wanted->value.length);
	free(pointer);
}

/* Compares a member with the next one of a cursor. */
static bool
take_next(void *context, struct span name, struct span value)
{
	struct json_cursor *cursor = context;
	struct span next, inner;

	must(json_next_member(cursor, &next, &inner));
	must(next.start == name.start && next.length == name.length);
	must(inner.start == value.start && inner.length == value.length);
	return true;
}

static bool
take_none(void *context, struct span name, struct span value)
{
	(void)context, (void)name, (void)value;
	return false;
}

/* Each member, as a cursor finds them; or what is wrong with the text. */
static void
try_each(struct span text, bool valid, const struct json_error *check)
{
	struct json_error error = {SIZE_MAX, NULL};
	struct json_cursor cursor = json_enter(text);
	struct span name, value;

	must(json_each_member(text, JSON_DEPTH, valid ? take_next : take_none, &cursor, &error) ==
	     valid);
	if (valid)
		must(!json_next_member(&cursor, &name, &value));
	else
		must(error.offset == check->offset && strcmp(error.reason, check->reason) == 0);
}

/* Looks for a fixed name and for that of the second member. */
static void
try_find(struct span text, bool valid, const struct json_error *check)
{
	struct json_wanted wanted[2] = {{.name = {"a", 1}}, {.name = {"", 0}}};
	struct json_error error = {SIZE_MAX, NULL};
	struct json_cursor cursor = json_enter(text);
	struct span name, value, whole = valid ? follow(text, "") : text;
	char *plain = malloc(text.length + 1);
	size_t members;
	bool found;

	if (valid && json_next_member(&cursor, &name, &value) &&
	    json_next_member(&cursor, &name, &value))
		wanted[1].name = (struct span){plain, json_unescape(name, plain)};
	found = json_find(text, JSON_DEPTH, wanted, 2, &members, &error);
	must(found == valid);
	if (!found)
		must(error.offset == check->offset && strcmp(error.reason, check->reason) == 0);
	for (size_t i = 0; found && i < 2; i++) {
		try_wanted(text, &wanted[i], members);
		try_pointer(whole, &wanted[i]);
	}
	free(plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct json_error error = {SIZE_MAX, NULL}, shallow;
	bool valid = json_check(text, JSON_DEPTH, &error);
	size_t space = 0;

	must(valid == is_json(text, JSON_DEPTH));
	must(json_check(text, 2, &shallow) == is_json(text, 2));
	must(valid || (error.reason != NULL && error.offset <= size));
	/* No text that begins with the same bytes, the wrong one with them, is valid. */
	if (!valid && error.offset < size)
		must(
		    !json_check((struct span){text.start, error.offset + 1}, JSON_DEPTH, &shallow));
	if (valid)
		walk(follow(text, ""), text);
	while (space < size && memchr(" \t\r\n", text.start[space], 4) != NULL)
		space++;
	if (space < size && text.start[space] == '{') {
		try_find(text, valid, &error);
		try_each(text, valid, &error);
	}
	return 0;
}
