/* json: what is valid and why not, members, stepping, pointers. Strings: json_text. */
#include <stdlib.h>
#include "text/json.h"
#include "tap.h"

static const char *const valid[] = {"{}", "[]", "0", "-0", "1e5", "1E+05", "-12.50e-3", "true",
    "false", "null", "\"\"", " \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \r", "[[],{},[{}]]",
    "{\"\":{\"\":[\"\"]}}", "{\"a\":1,\"a\":2}",
    "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83d\\uDe00\"]",
    "\"\x7F \xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"",
    "123456789012345678901234567890123456789012345678901234567890.5"};

static const struct {
	const char *text;
	size_t offset;
	const char *reason;
} invalid[] = {
    {"", 0, "an empty line is not JSON"},
    {" \r", 2, "an empty line is not JSON"},
    {"{} {}", 3, "text after the value"},
    {"1 2", 2, "text after the value"},
    {"true1", 4, "text after the value"},
    {"{", 1, "unexpected end"},
    {"[", 1, "unexpected end"},
    {"[1", 2, "unexpected end"},
    {"[1,", 3, "unexpected end"},
    {"{\"a\"", 4, "unexpected end"},
    {"{\"a\":", 5, "unexpected end"},
    {"{\"a\":1", 6, "unexpected end"},
    {"{\"a\":1,", 7, "unexpected end"},
    {"-", 1, "unexpected end"},
    {"1.", 2, "unexpected end"},
    {"1e", 2, "unexpected end"},
    {"1e+", 3, "unexpected end"},
    {"nul", 3, "unexpected end"},
    {"nulL", 3, "not a value"},
    {"True", 0, "not a value"},
    {"NaN", 0, "not a value"},
    {"'a'", 0, "not a value"},
    {"+1", 0, "not a value"},
    {".5", 0, "not a value"},
    {"[1,]", 3, "not a value"},
    {"[,1]", 1, "not a value"},
    {"\xEF\xBB\xBF{}", 0, "not a value"},
    {"]", 0, "not a value"},
    {"01", 1, "a number with a leading zero"},
    {"-01", 2, "a number with a leading zero"},
    {"-a", 1, "a number without a digit"},
    {"1.e5", 2, "a number without a digit"},
    {"[1.]", 3, "a number without a digit"},
    {"[1ex]", 3, "a number without a digit"},
    {"{a:1}", 1, "a name in quotes is missing"},
    {"{\"a\":1,}", 7, "a name in quotes is missing"},
    {"{1:2}", 1, "a name in quotes is missing"},
    {"{\"a\" 1}", 5, "a colon is missing"},
    {"{\"a\",1}", 4, "a colon is missing"},
    {"[1 2]", 3, "a comma or closing bracket is missing"},
    {"[1}", 2, "a comma or closing bracket is missing"},
    {"{\"a\":1]", 6, "a comma or closing bracket is missing"},
    {"{\"a\":[1}]", 7, "a comma or closing bracket is missing"},
    {"\"a", 2, "an unterminated string"},
    {"\"a\\\"", 4, "an unterminated string"},
    {"{\"a\tb\":1}", 3, "a control character in a string"},
    {"\"\x1F\"", 1, "a control character in a string"},
    {"\"\\x\"", 1, "an invalid escape"},
    {"\"\\", 1, "an invalid escape"},
    {"\"\\u12g4\"", 1, "an invalid escape"},
    {"\"\\u123", 1, "an invalid escape"},
    {"\"\\U0041\"", 1, "an invalid escape"},
    {"\"\\uD800\"", 1, "an unpaired surrogate"},
    {"\"ab\\uDC00\"", 3, "an unpaired surrogate"},
    {"\"\\uDC00\\uD800\"", 1, "an unpaired surrogate"},
    {"\"\\uD800\\uD800\\uDC00\"", 1, "an unpaired surrogate"},
    {"\"\\uD800\\n\"", 1, "an unpaired surrogate"},
    {"\"\\uD800\\u0041\"", 1, "an unpaired surrogate"},
    {"\"\x80\"", 1, "invalid UTF-8 in a string"},
    {"\"\xC0\x80\"", 1, "invalid UTF-8 in a string"},
    {"\"\xC1\xBF\"", 1, "invalid UTF-8 in a string"},
    {"\"\xC3\"", 1, "invalid UTF-8 in a string"},
    {"\"\xE0\x9F\xBF\"", 1, "invalid UTF-8 in a string"},
    {"\"\xE2\x82\"", 1, "invalid UTF-8 in a string"},
    {"\"\xED\xA0\x80\"", 1, "invalid UTF-8 in a string"},
    {"\"\xF0\x8F\xBF\xBF\"", 1, "invalid UTF-8 in a string"},
    {"\"\xF4\x90\x80\x80\"", 1, "invalid UTF-8 in a string"},
    {"\"\xF5\x80\x80\x80\"", 1, "invalid UTF-8 in a string"},
    {"\"\xFF\"", 1, "invalid UTF-8 in a string"},
};

/*
 * A copy that ends where its memory ends, so that a sanitizer sees a read
 * behind it. The caller frees start.
 */
static struct span
exactly(const char *text)
{
	size_t length = strlen(text);
	char *copy = malloc(length > 0 ? length : 1);

	if (copy != NULL)
		memcpy(copy, text, length);
	return (struct span){copy, length};
}

static void
test_check(void)
{
	struct json_error error;

	for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
		struct span text = exactly(valid[i]);
		ok(json_check(text, JSON_DEPTH, &error), "valid: number %zu", i);
		free((char *)text.start);
	}
	for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
		struct span text = exactly(invalid[i].text);
		error = (struct json_error){99, "none"};
		if (ok(!json_check(text, JSON_DEPTH, &error), "invalid: number %zu", i)) {
			is_text(error.reason, invalid[i].reason, "  its reason");
			is_number((int64_t)error.offset, (int64_t)invalid[i].offset, "  its place");
		}
		free((char *)text.start);
	}
	ok(!json_check((struct span){NULL, 0}, JSON_DEPTH, &error), "nothing at all is not JSON");
	ok(!json_check((struct span){"\"a\0b\"", 5}, JSON_DEPTH, &error),
	    "nor is a NUL in a string");
	ok(!json_check((struct span){"1\0", 2}, JSON_DEPTH, &error), "nor one behind a value");
	ok(json_check((struct span){"12]", 2}, JSON_DEPTH, &error),
	    "what is behind the text is not read");
}

/* "[{"":[{"": … 0 … }]}]", of that depth. */
static struct span
nested(unsigned depth)
{
	static char text[1000];
	size_t length = 0;

	for (unsigned i = 0; i < depth; i++)
		length += (size_t)sprintf(text + length, i % 2 == 0 ? "[" : "{\"\":");
	text[length++] = '0';
	for (unsigned i = depth; i-- > 0;)
		text[length++] = i % 2 == 0 ? ']' : '}';
	return (struct span){text, length};
}

static void
test_depth(void)
{
	static const unsigned limits[] = {
	    0, 1, 2, JSON_DEPTH_TABLE, JSON_DEPTH, JSON_DEPTH + 1, JSON_DEPTH_MOST};
	struct json_error error;

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		unsigned limit = limits[i];
		ok(json_check(nested(limit), limit, &error), "%u deep within %u", limit, limit);
		ok(!json_check(nested(limit + 1), limit, &error), "%u deep: refused", limit + 1);
		is_text(error.reason, "nested too deep", "  its reason");
		ok(!json_check(span_of("[]"), 0, &error), "an empty array is 1 deep");
	}
	ok(!json_check(nested(JSON_DEPTH_MOST + 1), 1000, &error),
	    "never more than JSON_DEPTH_MOST");
	ok(json_check(span_of("[[],[],{},{}]"), 2, &error), "what was closed does not count");
}

static const struct json_wanted fresh[3] = {
    {.name = {"_pos", 4}}, {.name = {"k\xC3\xA9y", 4}}, {.name = {"", 0}}};

static void
test_find(void)
{
	struct json_wanted wanted[3];
	struct json_error error;
	size_t members;
	const char *text =
	    " { \"k\\u00e9y\" :  [1,{\"_pos\":2}] , \"x\":{\"_pos\":3},\"_pos\":\"a\" ,"
	    "\"\":\t-1.5 ,\"\\u005fpos\":null}\r";

	memcpy(wanted, fresh, sizeof wanted);
	ok(json_find(span_of(text), JSON_DEPTH, wanted, 3, &members, &error), "an object");
	is_number((int64_t)members, 5, "its members");
	is_span(wanted[0].value, span_of("\"a\""), "the first of a name, at the top level only");
	is_number(wanted[0].times, 2, "a name escaped is the same name");
	is_span(wanted[1].value, span_of("[1,{\"_pos\":2}]"), "a name found by its escapes undone");
	is_span(wanted[2].value, span_of("-1.5"), "the empty name");
	ok(json_find(span_of("{}"), 1, wanted, 3, &members, &error), "an empty object");
	is_number((int64_t)members, 0, "has no members");
	is_span(wanted[0].value, (struct span){NULL, 0}, "nothing is left of a search before");
	is_number(wanted[0].times, 0, "and counted again");
	ok(json_find(span_of("{\"_pos\":1}"), 1, NULL, 0, NULL, &error), "members may be NULL");
	ok(!json_find(span_of("{\"_posx\":1, \"_pos\":[{}]}"), 2, wanted, 3, &members, &error) &&
	        strcmp(error.reason, "nested too deep") == 0 && error.offset == 20,
	    "the object itself counts as a level");
}

static void
test_find_refuses(void)
{
	static const char *const others[] = {"", "  ", "1", "[{}]", "\"{}\"", "null", "x"};
	struct json_wanted wanted[3];
	struct json_error error = {0, NULL};

	memcpy(wanted, fresh, sizeof wanted);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		ok(!json_find(span_of(others[i]), 64, wanted, 3, NULL, &error), "number %zu", i);
		is_text(error.reason, "not an object", "  is not an object");
	}
	for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
		if (invalid[i].text[0] != '{')
			continue;
		error = (struct json_error){99, "none"};
		struct span text = exactly(invalid[i].text);
		ok(!json_find(text, 64, wanted, 3, NULL, &error), "invalid: number %zu", i);
		is_text(error.reason, invalid[i].reason, "  for the reason that json_check gives");
		is_number((int64_t)error.offset, (int64_t)invalid[i].offset, "  in the same place");
		free((char *)text.start);
	}
}

struct taken {
	struct buffer text;
	size_t most;
};

static bool
take_member(void *context, struct span name, struct span value)
{
	struct taken *taken = context;

	buffer_add_format(&taken->text, "%.*s=%.*s;", (int)name.length, name.start,
	    (int)value.length, value.start);
	return --taken->most > 0;
}

static void
test_each(void)
{
	static const char text[] = " { \"a\" :  [1,{\"_pos\":2}] , \"\\n\":\"x\",\"a\":null}\r";
	struct taken taken = {.most = 9};
	struct json_error error;

	buffer_init(&taken.text, 1000);
	ok(json_each_member(span_of(text), 3, take_member, &taken, &error), "each member");
	is_text(buffer_text(&taken.text), "a=[1,{\"_pos\":2}];\\n=\"x\";a=null;", "in order");
	ok(!json_each_member(span_of(text), 2, take_member, &taken, &error), "too deep");
	buffer_clear(&taken.text);
	taken.most = 2;
	ok(json_each_member(span_of(text), 3, take_member, &taken, &error), "no more are wanted");
	is_text(buffer_text(&taken.text), "a=[1,{\"_pos\":2}];\\n=\"x\";", "none is given");
	taken.most = 1;
	ok(!json_each_member(span_of("{\"a\":1,\"b\":2,}"), 3, take_member, &taken, &error) &&
	        error.offset == 13,
	    "but the rest is checked");
	buffer_clear(&taken.text);
	ok(json_each_member(span_of("{ }"), 1, take_member, &taken, &error) &&
	        taken.text.length == 0,
	    "none of an empty object");
	buffer_free(&taken.text);
	for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
		if (invalid[i].text[0] != '{')
			continue;
		struct span refused = exactly(invalid[i].text);
		taken.most = 1;
		ok(!json_each_member(refused, 64, take_member, &taken, &error) &&
		        strcmp(error.reason, invalid[i].reason) == 0 &&
		        error.offset == invalid[i].offset,
		    "invalid: number %zu", i);
		free((char *)refused.start);
	}
	buffer_free(&taken.text);
}

static void
test_kind(void)
{
	static const struct {
		const char *text;
		enum json_kind kind;
	} kinds[] = {{" {}", JSON_OBJECT}, {"\t[]", JSON_ARRAY}, {"\r\n\"\"", JSON_STRING},
	    {"-1", JSON_NUMBER}, {"0", JSON_NUMBER}, {"true", JSON_TRUE}, {"false", JSON_FALSE},
	    {"null", JSON_NULL}};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		is_number(json_kind(span_of(kinds[i].text)), kinds[i].kind, "its kind");
}

static void
test_cursor(void)
{
	struct json_cursor cursor =
	    json_enter(span_of(" { \"a\" : 1 , \"b\\n\":{\"c\":[]} ,\"\" : \" x \" } "));
	struct span name, value;

	ok(json_next_member(&cursor, &name, &value), "a first member");
	is_span(name, span_of("a"), "its name");
	is_span(value, span_of("1"), "its value without white space");
	ok(json_next_member(&cursor, &name, &value), "a second");
	is_span(name, span_of("b\\n"), "its name as it is written");
	is_span(value, span_of("{\"c\":[]}"), "its value, whole");
	ok(json_next_member(&cursor, &name, &value), "a third");
	is_span(name, span_of(""), "an empty name");
	is_span(json_inside(value), span_of(" x "), "the inside of a string");
	ok(!json_next_member(&cursor, &name, &value), "no fourth");
	ok(!json_next_member(&cursor, &name, &value), "nor later");
	cursor = json_enter(span_of("[ [] ,\"]\", 3 ]"));
	ok(json_next_element(&cursor, &value), "an element");
	is_span(value, span_of("[]"), "an array");
	ok(json_next_element(&cursor, &value), "an element");
	is_span(value, span_of("\"]\""), "a string with a bracket in it");
	ok(json_next_element(&cursor, &value), "an element");
	is_span(value, span_of("3"), "a number");
	ok(!json_next_element(&cursor, &value), "no more");
	cursor = json_enter(span_of("{}"));
	ok(!json_next_member(&cursor, &name, &value), "nothing in an empty object");
	cursor = json_enter(span_of("[ ]"));
	ok(!json_next_element(&cursor, &value), "nothing in an empty array");
}

int
main(void)
{
	test_check();
	test_depth();
	test_find();
	test_find_refuses();
	test_each();
	test_kind();
	test_cursor();
	return done();
}
