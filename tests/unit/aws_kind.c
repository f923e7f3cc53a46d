/* Requests about a resource: their bodies, and the judgement of errors in replies. */
#include <stdlib.h>
#include <string.h>

#include "stack/aws/kind.h"
#include "tap.h"

static struct request
replied(const char *code, const char *body, unsigned attempts)
{
	struct request request = {.reply = {.attempts = attempts, .body = span_of(body)}};

	snprintf(request.reply.code, sizeof request.reply.code, "%s", code);
	return request;
}

static void
test_errors(void)
{
	struct request request = replied("LimitExceededException",
	    "{\"__type\":\"LimitExceededException\",\"message\":\"Rate exceeded for a stream\"}",
	    3);
	struct request other = replied("", "<html>Rate exceeded</html>", 1);

	ok(request_failed_with(&request, "LimitExceededException"), "the code of the error");
	ok(!request_failed_with(&request, "LimitExceeded"), "not another code");
	ok(request_error_has(&request, "rate EXCEEDED"), "a phrase of the message, in any case");
	ok(!request_error_has(&request, "LimitExceeded"), "only the message, not the code");
	ok(!request_error_has(&other, "Rate exceeded"), "a proxy's page has no message");
}

/* The state that read_presence finds. */
static struct presence found;

static bool
read_presence(struct stack *stack, const struct resource *resource, struct presence *presence,
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
	static const struct resource_kind kind = {.read = read_presence};
	static const struct resource resource = {.kind = &kind};
	struct request request = replied(code, "{}", 1);
	struct presence before = {.exists = exists};
	bool was_done;

	request.resource = &resource;
	settings_set(&before.found, "shards", shards);
	was_done = aws_kind_was_done(&request, &before, "shards");
	presence_free(&before);
	return was_done;
}

static void
test_done(void)
{
	found.exists = true;
	ok(done_after("ValidationException", "1", true),
	    "refused but changed: an earlier attempt did it");
	ok(!done_after("ValidationException", "2", true), "refused and unchanged: refused");
	ok(done_after("InvalidRequestException", "2", false),
	    "refused but it exists: an earlier attempt did it");
	ok(!done_after("AccessDeniedException", "1", true),
	    "a missing permission is not mistaken for it");
	found.busy = true;
	ok(done_after("InvalidArgumentException", "2", true), "refused while it is being changed");
}

static void
test_tags(void)
{
	static const struct {
		const char *tags;
		bool tagged;
	} cases[] = {{"[]", false}, {"[{\"Key\":\"made-by\",\"Value\":\"fxstack\"}]", true},
	    {"[{\"Key\":\"a\",\"Value\":\"b\"},{\"Key\":\"made-by\",\"Value\":\"fxstack\"}]", true},
	    {"[{\"Key\":\"made-by\",\"Value\":\"cdk\"}]", false},
	    {"[{\"Key\":\"fxstack\",\"Value\":\"made-by\"}]", false}, {"[7,null,{}]", false},
	    {"{\"made-by\":\"fxstack\"}", false}, {"null", false}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cJSON *object = cJSON_CreateObject();

		cJSON_AddItemToObject(object, "Tags", cJSON_Parse(cases[i].tags));
		ok(request_is_tagged(object) == cases[i].tagged, "tagged: %s", cases[i].tags);
		cJSON_Delete(object);
	}
	ok(!request_is_tagged(NULL), "tagged: no tags at all");
}

static void
test_advice(void)
{
	struct failure failure;

	fail(&failure, FAILURE_TEMPORARY, "it said no");
	ok(!resource_advise(&failure, FAILURE_PERMANENT, "do %s", "this"), "it returns false");
	ok(failure.kind == FAILURE_PERMANENT && strcmp(failure.text, "it said no; do this") == 0,
	    "the advice follows the message");
	memset(failure.text, 'x', sizeof failure.text - 1);
	failure.text[sizeof failure.text - 1] = '\0';
	resource_advise(&failure, FAILURE_PERMANENT, "do this");
	ok(strstr(failure.text, "; do this") != NULL, "also after a long message");
}

static void
test_body(void)
{
	struct resource resource = {.name = (char[]){"kinesis:rates"}};
	struct request request;

	request_open(&request, NULL, &resource, &aws_kinesis);
	request_string(&request, "StreamName", "a\"b");
	request_json(&request, "ShardCount", "2");
	ok(span_equal(
	       buffer_span(&request.body), span_of("{\"StreamName\":\"a\\\"b\",\"ShardCount\":2")),
	    "members in order");
	request_close(&request);
	ok(request.body.data == NULL, "the body is freed");
}

int
main(void)
{
	test_errors();
	test_done();
	test_tags();
	test_advice();
	test_body();
	return done();
}
