/* query: targets, valid and not. */
#include "base/pool.h"
#include "tap.h"
#include "web/query.h"

static struct pool pool;

static void
is_read(const char *target, const char *path, const char *name, const char *value)
{
	struct query query;
	const char *reason;
	size_t times;

	if (ok(query_read(&query, span_of(target), &pool, &reason), "%s", target)) {
		is_text(query.path, path, "its path");
		is_span(query_find(&query, name, &times),
		    value != NULL ? span_of(value) : (struct span){NULL, 0}, "its argument");
	}
}

static void
is_invalid(const char *target, size_t length, const char *expected)
{
	struct query query;
	const char *reason = NULL;

	ok(!query_read(&query, (struct span){target, length}, &pool, &reason), "%.40s", target);
	is_text(reason, expected, "why");
}

int
main(void)
{
	static char text[QUERY_LENGTH + 2];
	const char *hex = "has a % that two hexadecimal digits do not follow";
	const char *nul = "has a NUL outside the value of an argument";
	struct query query;
	const char *reason;
	size_t times;

	is_read("/", "/", "a", NULL);
	is_read("/v1/items?key=BTC%2fUSD&limit=10", "/v1/items", "key", "BTC/USD");
	is_read("/a+b?c+d=e+f", "/a+b", "c d", "e f");
	is_read("/?a", "/", "a", "");
	is_read("/?&&a=1=2&", "/", "a", "1=2");
	is_read("/?%C3%BC=%E2%82%AC", "/", "\xC3\xBC", "\xE2\x82\xAC");
	is_read("/%3Fa=b", "/?a=b", "a", NULL);
	is_invalid("", 0, "does not begin with a slash");
	is_invalid("v1", 2, "does not begin with a slash");
	is_invalid("*", 1, "does not begin with a slash");
	is_invalid("/?a=%", 5, hex);
	is_invalid("/?a=%4", 6, hex);
	is_invalid("/?a=%4g", 7, hex);
	is_read("/%0a?a=%09", "/\n", "a", "\t");
	is_invalid("/%00?a=b", 8, nul);
	is_invalid("/?a%00=b", 8, nul);
	is_invalid("/?a=%C3", 7, "is not UTF-8");
	is_invalid("/?1&2&3&4&5&6&7&8&9&a&b&c&d&e&f&g&h", 35, "has too many arguments");
	memset(text, 'x', sizeof text);
	text[0] = '/';
	is_invalid(text, QUERY_LENGTH + 1, "is too long");
	ok(query_read(&query, (struct span){text, QUERY_LENGTH}, &pool, &reason), "just not");
	query_read(&query, span_of("/?a=1&b=2&a=3"), &pool, &reason);
	query_find(&query, "a", &times);
	is_number((int64_t)times, 2, "an argument that is there twice");
	query_read(&query, span_of("/?a=%00b%00"), &pool, &reason);
	is_span(query_find(&query, "a", &times), (struct span){"\0b", 3}, "a value with NUL");
	pool_free(&pool);
	return done();
}
