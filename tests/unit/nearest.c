/* nearest: misspelt names and what is suggested for them. */
#include "tap.h"
#include "text/nearest.h"

static const char *const names[] = {"stream", "strict-order", "stats", "shards", "log", "quiet"};
enum { NAMES = sizeof names / sizeof *names };

static const struct {
	const char *text;
	const char *name; /* NULL: no suggestion */
} cases[] = {{"stremm", "stream"}, {"steram", "stream"}, {"strem", "stream"}, {"streams", "stream"},
    {"strict-oder", "strict-order"}, {"lgo", "log"}, {"lag", "log"}, {"quit", "quiet"},
    {"shard", "shards"}, {"nonsense", NULL}, {"x", NULL}, {"", NULL}, {"la", NULL},
    {"stream", "stream"},
    {"a-name-that-is-much-longer-than-any-option-has-ever-been-in-this-family-of-tools", NULL}};

int
main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is_text(nearest(cases[i].text, names, NAMES), cases[i].name, cases[i].text);
	ok(nearest("x", NULL, 0) == NULL, "no names, no suggestion");
	return done();
}
