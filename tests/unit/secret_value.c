/* secret_value: the secret of a reply, and a member of it. */
#include "secret/secret.h"
#include "secret/value.h"
#include "tap.h"

static void
reads(const char *reply, struct span expected)
{
	struct failure failure;
	struct buffer secret;

	buffer_init(&secret, SECRET_MAX + 1);
	ok(secret_value_read(span_of(reply), &secret, &failure), "a reply: %s", reply);
	is_span(buffer_span(&secret), expected, "its secret");
	buffer_wipe(&secret);
}

static void
reads_none(const char *reply)
{
	struct failure failure;
	struct buffer secret;

	buffer_init(&secret, SECRET_MAX + 1);
	ok(!secret_value_read(span_of(reply), &secret, &failure) &&
	        failure.kind == FAILURE_PERMANENT && secret.length == 0,
	    "no secret in: %s", reply);
	buffer_wipe(&secret);
}

static void
picks(const char *text, const char *field, const char *expected)
{
	struct failure failure;
	struct buffer secret;
	bool good;

	buffer_init(&secret, SECRET_MAX + 1);
	buffer_add_text(&secret, text);
	good = secret_value_pick(&secret, field, "NAME", &failure);
	if (expected != NULL) {
		ok(good, "%s of %s", field, text);
		is_span(buffer_span(&secret), span_of(expected), "its value");
	} else {
		ok(!good && failure.kind == FAILURE_PERMANENT, "no %s in %s", field, text);
		ok(strstr(failure.text, "NAME") != NULL && strstr(failure.text, field) != NULL &&
		        strstr(failure.text, "hidden") == NULL,
		    "the words name it, and tell no value");
	}
	buffer_wipe(&secret);
}

/* 64 KiB, and a byte more. */
static void
lengths(void)
{
	static const char head[] = "{\"SecretString\":\"", end[] = "\"}";
	struct failure failure;
	struct buffer reply, secret;

	for (size_t more = 0; more < 2; more++) {
		size_t length = SECRET_MAX + more;

		buffer_init(&reply, 7 * SECRET_MAX);
		buffer_init(&secret, SECRET_MAX + 1);
		buffer_add_text(&reply, head);
		for (size_t i = 0; i < length; i++)
			buffer_add_text(&reply, "\\u0001");
		buffer_add_text(&reply, end);
		ok(secret_value_read(buffer_span(&reply), &secret, &failure) == (more == 0),
		    "a secret of %zu bytes", length);
		is_number((int64_t)secret.length, more == 0 ? SECRET_MAX : 0, "its length");
		buffer_free(&reply);
		buffer_wipe(&secret);
	}
}

int
main(void)
{
	reads("{\"Name\":\"n\",\"SecretString\":\"a\"}", span_of("a"));
	reads("{\"SecretString\":\"a\\\"\\u00e9\\n\"}", span_of("a\"\xC3\xA9\n"));
	reads("{\"SecretString\":\"\"}", (struct span){"", 0});
	reads("{\"SecretString\":\"a\",\"SecretBinary\":null}", span_of("a"));
	reads("{\"SecretBinary\":\"AAH/\"}", (struct span){"\0\x01\xFF", 3});
	reads("{\"SecretBinary\":\"\\/\\/8=\"}", span_of("\xFF\xFF"));
	reads_none("");
	reads_none("[]");
	reads_none("{}");
	reads_none("{\"SecretString\":null}");
	reads_none("{\"SecretString\":5}");
	reads_none("{\"SecretString\":{}}");
	reads_none("{\"SecretString\":\"a\",\"SecretBinary\":\"AAH/\"}");
	reads_none("{\"SecretBinary\":\"AAH\"}");
	reads_none("{\"SecretBinary\":\"?\"}");
	reads_none("{\"SecretString\":\"a\"} x");
	reads_none("<html>");
	lengths();

	picks("{\"a\":\"x\",\"b\":\"y\"}", "b", "y");
	picks(" { \"a\" : [ 1 , 2.50 ] } ", "a", "[ 1 , 2.50 ]");
	picks("{\"a\":12345678901234567890.10}", "a", "12345678901234567890.10");
	picks("{\"a\":\"\"}", "a", "");
	picks("{\"\\u0061\":\"\\u0041\"}", "a", "A");
	picks("{\"a\":{\"b\":true}}", "a", "{\"b\":true}");
	picks("{\"a\":\"hidden\"}", "b", NULL);
	picks("{\"a\":\"hidden\",\"a\":\"hidden\"}", "a", NULL);
	picks("{\"a\":\"hidden\"", "a", NULL);
	picks("hidden", "a", NULL);
	picks("[\"hidden\"]", "a", NULL);
	picks("", "a", NULL);
	return done();
}
