/* iam_document, policy_trust: documents of every shape, as IAM gives them back. */
#include <stdlib.h>
#include "stack/iam/document.h"
#include "stack/iam/policy.h"
#include "tap.h"

#define WANTED \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"a\"," \
	"\"b\"]}]}"
#define SORTED \
	"{\"Statement\":[{\"Action\":[\"a\",\"b\"],\"Effect\":\"Allow\"}],\"Version\":\"2012-10-" \
	"17\"}"

static void
finds(const char *reply, const char *wanted, const char *expected, const char *name)
{
	char *found = iam_document_found(span_of(reply), "Document", wanted);

	is_text(found, expected, name);
	free(found);
}

static void
names(const char *document, const char *expected)
{
	char reply[400], *found;

	snprintf(reply, sizeof reply, "<Document>%s</Document>", document);
	found = iam_document_principal(span_of(reply), "Document");
	is_text(found, expected, document);
	free(found);
}

static void
trusts(const char *trust, const char *principal)
{
	char expected[400];
	struct buffer document;

	buffer_init(&document, 2000);
	ok(policy_trust(trust, &document), "%s", trust);
	snprintf(expected, sizeof expected,
	    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{%s},"
	    "\"Action\":[\"sts:AssumeRole\"]}]}",
	    principal);
	is_span(buffer_span(&document), span_of(expected), "is trusted");
	buffer_free(&document);
}

int
main(void)
{
	finds("<Document>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Action%"
	      "22%3A"
	      "%5B%22a%22%2C%22b%22%5D%2C%22Effect%22%3A%22Allow%22%7D%5D%7D</Document>",
	    WANTED, WANTED, "the same in another order");
	finds("<Document>" SORTED "</Document>", WANTED, WANTED, "not encoded");
	finds("<Document>%7b %22Version%22 : %222012-10-17%22 , %22Statement%22:\n"
	      "[{%22Effect%22:%22Allow%22,%22Action%22:[%22b%22,%22a%22]}]}</Document>",
	    WANTED, WANTED, "a list is a set");
	finds("<Document>{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
	      "\"Action\":[\"b\",\"a\"]}}</Document>",
	    WANTED, WANTED, "one statement is a list of one");
	finds("<Document>{\"Statement\":[{\"Action\":\"a\"}]}</Document>", WANTED,
	    "{\"Statement\":{\"Action\":\"a\"}}", "another one");
	finds("<Document>{\"AWS\":[\"arn:aws-cn:iam::123456789012:root\"]}</Document>",
	    "{\"AWS\":\"123456789012\"}", "{\"AWS\":\"123456789012\"}", "an account's number");
	finds("<Document>{\"AWS\":\"arn:aws:iam::123456789012:root2\"}</Document>",
	    "{\"AWS\":\"123456789012\"}", "{\"AWS\":\"arn:aws:iam::123456789012:root2\"}",
	    "no account's number");
	finds("<Document>{&quot;b&quot;:[true,null,1.5,{}],&quot;a&quot;:&quot;\\u00e4\\n&quot;}"
	      "</Document>",
	    NULL, "{\"a\":\"\xC3\xA4\\n\",\"b\":[true,null,1.5,{}]}", "any JSON, in order");
	finds("<Document>{\"a\":1</Document>", WANTED, NULL, "none that is whole");
	finds("<Document>%00</Document>", WANTED, NULL, "a byte of 0");
	finds("<Document></Document>", WANTED, NULL, "an empty one");
	finds("<html>", WANTED, NULL, "no document");
	names("{\"Statement\":[{\"Principal\":{\"Service\":[\"a.b\"]}}]}", "a.b");
	names("{\"Statement\":{\"Principal\":{\"AWS\":\"a\"}}}", "a");
	names("{\"Statement\":{\"Principal\":\"*\"}}", "*");
	names("{\"Statement\":[{\"Principal\":{\"Service\":[\"a\",\"b\"]}}]}", NULL);
	names("{\"Statement\":[1]}", NULL);
	names("{\"Statement\":[]}", NULL);
	names("[]", NULL);
	names("", NULL);
	trusts("ec2", "\"Service\":[\"ec2.amazonaws.com\"]");
	trusts("ecs-tasks", "\"Service\":[\"ecs-tasks.amazonaws.com\"]");
	trusts("ec2.amazonaws.com.cn", "\"Service\":[\"ec2.amazonaws.com.cn\"]");
	trusts("123456789012", "\"AWS\":[\"123456789012\"]");
	trusts("arn:aws:iam::123456789012:role/x.y",
	    "\"AWS\":[\"arn:aws:iam::123456789012:role/x.y\"]");
	trusts("a\"b", "\"Service\":[\"a\\\"b.amazonaws.com\"]");
	return done();
}
