/* What a service said of a call about a resource, and what that means. */
#include <stdlib.h>

#include "resource_call.h"
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

static void
test_doubt(void)
{
	struct resource_call once = replied("ValidationException", "{}", 1),
	                     twice = replied("ValidationException", "{}", 2),
	                     denied = replied("AccessDeniedException", "{}", 2);

	ok(!resource_call_is_in_doubt(&once), "refused at once: no doubt");
	ok(resource_call_is_in_doubt(&twice), "refused at the second attempt: the first may have done it");
	ok(!resource_call_is_in_doubt(&denied), "not allowed is not allowed");
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
	ok(!resource_advise(&failure, FAILURE_PERSON, "do %s", "this"), "advice is a failure still");
	ok(failure.kind == FAILURE_PERSON && strcmp(failure.text, "it said no; do this") == 0,
	    "behind the words");
	memset(failure.text, 'x', sizeof failure.text - 1);
	failure.text[sizeof failure.text - 1] = '\0';
	resource_advise(&failure, FAILURE_PERSON, "do this");
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
	test_doubt();
	test_marks();
	test_advice();
	test_body();
	return done();
}
