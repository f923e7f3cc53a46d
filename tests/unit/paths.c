/* paths: what json_pointer finds one by one is found in one walk. */
#include "json.h"
#include "paths.h"
#include "tap.h"

/* Each pointer against json_pointer, and all of them together. */
static void
compare(const char *text, const char *const pointers[], size_t count)
{
	struct span found[PATHS_MAX];
	size_t bad;
	struct paths *paths = paths_compile(pointers, count, &bad);
	bool same = paths != NULL;

	paths_follow(paths, span_of(text), found);
	for (size_t i = 0; i < count; i++) {
		struct span expected = json_pointer(span_of(text), pointers[i]);
		bool equal = (expected.start == NULL) == (found[i].start == NULL) &&
		    span_equal(expected, found[i]);
		if (!equal)
			printf("# %s\n", pointers[i]);
		same = same && equal;
	}
	ok(same, "%s", text);
	paths_free(paths);
}

static void
refuses(const char *pointer)
{
	const char *pointers[] = {"/fine", pointer};
	size_t bad = 0;
	struct paths *paths = paths_compile(pointers, 2, &bad);
	ok(paths == NULL && bad == 1, "not a pointer: %s", pointer);
	paths_free(paths);
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

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		compare(texts[i], pointers, sizeof(pointers) / sizeof(*pointers));
	refuses("a");
	refuses("/a~");
	refuses("/a~2");
	return done();
}
