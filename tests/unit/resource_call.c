/* What a service said of a call about a resource, and what that means. */
#include <stdlib.h>

#include "stack/aws/call.h"
#include "tap.h"

static struct resource_call
replied(const char *code, const char *body, unsigned attempts)
{
	struct resource_call call = {.reply = {.attempts = attempts, .body = span_of(body)}};

	snprintf(call.reply.code, sizeof call.reply.code, "%s", code);
	return call;
}

static void
test_said(void)
{
	struct resource_call call = replied("LimitExceededException",
	    "{\"__type\":\"LimitExceededException\",\"message\":\"Rate exceeded for a stream\"}", 3);
	struct resource_call other = replied("", "<html>Rate exceeded</html>", 1);

	ok(resource_call_was(&call, "LimitExceededException"), "the code");
	ok(!resource_call_was(&call, "LimitExceeded"), "no other code");
	ok(resource_call_said(&call, "rate EXCEEDED"), "the words, in any case");
	ok(!resource_call_said(&call, "LimitExceeded"), "only the words");
	ok(!resource_call_said(&other, "Rate exceeded"), "a page of a proxy says nothing");
}

/* What a look finds now. */
static struct presence found;

static bool
look(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	(void)stack;
	(void)resource;
	(void)failure;
	*presence = (struct presence){.exists = found.exists, .busy = found.busy};
	settings_set(&presence->found, "shards", "2");
	return true;
}

static bool
done_after(const char *code, const char *shards, bool exists)
{
	static const struct resource_kind kind = {.look = look};
	static const struct resource resource = {.kind = &kind};
	struct resource_call call = replied(code, "{}", 1);
	struct presence before = {.exists = exists};
	bool was_done;

	call.resource = &resource;
	settings_set(&before.found, "shards", shards);
	was_done = resource_call_was_done(&call, &before, "shards");
	presence_free(&before);
	return was_done;
}

static void
test_done(void)
{
	found.exists = true;
	ok(done_after("ValidationException", "1", true), "refused, and yet changed: done before");
	ok(!done_after("ValidationException", "2", true), "refused, and as it was: refused");
	ok(done_after("InvalidRequestException", "2", false), "refused, and yet there: done before");
	ok(!done_after("AccessDeniedException", "1", true), "not allowed is not allowed");
	found.busy = true;
	ok(done_after("InvalidArgumentException", "2", true), "refused as it is being changed");
}

static void
test_marks(void)
{
	static const struct {
		const char *tags;
		bool marked;
	} cases[] = {{"[]", false}, {"[{\"Key\":\"made-by\",\"Value\":\"fxstack\"}]", true},
	    {"[{\"Key\":\"a\",\"Value\":\"b\"},{\"Key\":\"made-by\",\"Value\":\"fxstack\"}]", true},
	    {"[{\"Key\":\"made-by\",\"Value\":\"cdk\"}]", false},
	    {"[{\"Key\":\"fxstack\",\"Value\":\"made-by\"}]", false}, {"[7,null,{}]", false},
	    {"{\"made-by\":\"fxstack\"}", false}, {"null", false}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cJSON *tags = cJSON_Parse(cases[i].tags);

		ok(resource_is_marked(tags) == cases[i].marked, "marked: %s", cases[i].tags);
		cJSON_Delete(tags);
	}
	ok(!resource_is_marked(NULL), "marked: no tags at all");
}

static void
test_advice(void)
{
	struct failure failure;

	fail(&failure, FAILURE_TEMPORARY, "it said no");
	ok(!resource_advise(&failure, FAILURE_PERMANENT, "do %s", "this"), "advice is a failure still");
	ok(failure.kind == FAILURE_PERMANENT && strcmp(failure.text, "it said no; do this") == 0,
	    "behind the words");
	memset(failure.text, 'x', sizeof failure.text - 1);
	failure.text[sizeof failure.text - 1] = '\0';
	resource_advise(&failure, FAILURE_PERMANENT, "do this");
	ok(strstr(failure.text, "; do this") != NULL, "also behind long ones");
}

static void
test_body(void)
{
	struct resource resource = {.name = (char[]){"kinesis:rates"}};
	struct resource_call call;

	resource_call_begin(&call, NULL, &resource, &aws_kinesis);
	resource_call_string(&call, "StreamName", "a\"b");
	resource_call_json(&call, "ShardCount", "2");
	ok(span_equal(buffer_span(&call.body), span_of("{\"StreamName\":\"a\\\"b\",\"ShardCount\":2")),
	    "members one after the other");
	resource_call_end(&call);
	ok(call.body.data == NULL, "and nothing is left");
}

int
main(void)
{
	test_said();
	test_done();
	test_marks();
	test_advice();
	test_body();
	return done();
}
