/* json_pointer: the value that each pointer leads to, by itself and in one walk with others. */
#include "text/json_pointer.h"
#include "tap.h"

static struct span
alone(const char *text, const char *pointer)
{
	struct span found = {NULL, 0};
	size_t bad;
	struct json_pointers *paths = json_pointers_compile(&pointer, 1, &bad);

	if (ok(paths != NULL, "a pointer: %s", pointer))
		json_pointers_follow(paths, span_of(text), &found);
	json_pointers_free(paths);
	return found;
}

static void
test_pointer(void)
{
	/* The first of them are RFC 6901's own examples. */
	static const char document[] =
	    " {\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/"
	    "b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,"
	    "\"k\\\"l\":6,\" \":7,\"m~n\":8,\"only\":{\"x\":{\"y\":[\"z\"]}},\"caf\\u00e9\":9,"
	    "\"~1\":10,\"two\":1,\"two\":2,\"none\":[],\"no\":{}} ";
	static const char *const found[][2] = {{"/foo", "[\"bar\",\"baz\"]"}, {"/foo/0", "\"bar\""},
	    {"/", "0"}, {"/a~1b", "1"}, {"/c%d", "2"}, {"/e^f", "3"}, {"/g|h", "4"}, {"/i\\j", "5"},
	    {"/k\"l", "6"}, {"/ ", "7"}, {"/m~0n", "8"}, {"/caf\xC3\xA9", "9"}, {"/~01", "10"},
	    {"/foo/1", "\"baz\""}, {"/two", "1"}, {"/only/*", "{\"y\":[\"z\"]}"},
	    {"/only/*/*/*", "\"z\""}, {"/only/x/y/0", "\"z\""}};
	static const char *const absent[] = {"/fo", "/foo/2", "/foo/-", "/foo/01", "/foo/+1",
	    "/foo/", "/foo/0/0", "/foo/99999999999999999999", "/*", "/foo/*", "/none/*", "/no/*",
	    "/none/0", "/two/x", "/only/y"};

	for (size_t i = 0; i < sizeof found / sizeof found[0]; i++)
		is_span(alone(document, found[i][0]), span_of(found[i][1]), found[i][0]);
	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
		is_span(alone(document, absent[i]), (struct span){NULL, 0}, absent[i]);
	is_span(alone(" [1] \n", ""), span_of("[1]"), "the whole, without white space");
}

/* All together find what each finds alone. */
static void
compare(const char *text, const char *const pointers[], size_t count)
{
	struct span found[JSON_POINTERS_MAX];
	size_t bad;
	struct json_pointers *paths = json_pointers_compile(pointers, count, &bad);
	bool same = paths != NULL;

	json_pointers_follow(paths, span_of(text), found);
	for (size_t i = 0; i < count; i++) {
		struct span expected = alone(text, pointers[i]);
		bool equal = (expected.start == NULL) == (found[i].start == NULL) &&
		    span_equal(expected, found[i]);
		if (!equal)
			printf("# %s\n", pointers[i]);
		same = same && equal;
	}
	ok(same, "%s", text);
	json_pointers_free(paths);
}

static void
refuses(const char *pointer)
{
	const char *pointers[] = {"/fine", pointer};
	size_t bad = 0;
	struct json_pointers *paths = json_pointers_compile(pointers, 2, &bad);
	ok(paths == NULL && bad == 1, "not a pointer: %s", pointer);
	json_pointers_free(paths);
}

int
main(void)
{
	static const char *const pointers[] = {"", "/a", "/a/b", "/a/b/c", "/a/0", "/a/1/b", "/*",
	    "/*/b", "/a/*", "/a~1b", "/m~0n", "/", "//a", "/a/01"};
	static const char *const texts[] = {"{}", "[]", "1", "\"a\"", "{\"a\":1}",
	    "{\"a\":{\"b\":{\"c\":[1,2]}}}", "{\"a\":[5,{\"b\":6}]}", "{\"a\":[7]}",
	    "{ \"a\" : { \"b\" : 1 , \"b\" : 2 } , \"a\" : { \"b\" : 3, \"c\" : 4 } }",
	    "{\"\\u0061\":{\"b\":1}}", "{\"a/b\":1,\"m~n\":2,\"\":{\"a\":3}}", "[{\"b\":1}]",
	    "[[1],[2]]", "{\"a\":{\"b\":\"\\\"}\"},\"z\":0}"};

	test_pointer();
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		compare(texts[i], pointers, sizeof(pointers) / sizeof(*pointers));
	refuses("a");
	refuses("/a~");
	refuses("/a~2");
	return done();
}
