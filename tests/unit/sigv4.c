/*
 * sigv4: AWS's published test cases (aws-sig-v4-test-suite), by their names,
 * and what they leave out: keys of a session, dates, a path that is encoded.
 */
#include <stdlib.h>
#include "aws/settings/sigv4.h"
#include "tap.h"

#define HOST \
	{ \
		"Host", "example.amazonaws.com" \
	}
#define DATE \
	{ \
		"X-Amz-Date", "20150830T123600Z" \
	}
#define TOKEN \
	"AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMic" \
	"RXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKs" \
	"burEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0" \
	"iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

enum { TIME = 1440938160 };

static const struct test {
	const char *name;
	const char *method;
	const char *path;
	const char *query;
	const char *headers[6][2];
	const char *body;
	const char *token;
	const char *names; /* signed */
	const char *signature;
} tests[] = {
    {"get-vanilla", "GET", "/", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla, no path, the date not among the headers", "GET", "", "", {HOST}, "", NULL,
        "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key-case", "GET", "/", "Param2=value2&Param1=value1", {HOST, DATE},
        "", NULL, "host;x-amz-date",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-query-order-key", "GET", "/", "Param1=value2&Param1=Value1", {HOST, DATE}, "",
        NULL, "host;x-amz-date",
        "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
    {"get-vanilla-query-order-value", "GET", "/", "Param1=value2&Param1=value1", {HOST, DATE}, "",
        NULL, "host;x-amz-date",
        "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
    {"get-vanilla-empty-query-key", "GET", "/", "Param1=value1", {HOST, DATE}, "", NULL,
        "host;x-amz-date", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-query-unreserved", "GET", "/",
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz="
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        {HOST, DATE}, "", NULL, "host;x-amz-date",
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {"get-vanilla-utf8-query", "GET", "/", "\xE1\x88\xB4=bar", {HOST, DATE}, "", NULL,
        "host;x-amz-date", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"the same, encoded already", "GET", "/", "%e1%88%b4=%62ar", {HOST, DATE}, "", NULL,
        "host;x-amz-date", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"get-utf8", "GET", "/\xE1\x88\xB4", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-unreserved", "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-space", "GET", "/example space/", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"get-relative", "GET", "/example/..", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-relative-relative", "GET", "/example1/example2/../..", "", {HOST, DATE}, "", NULL,
        "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"above the root", "GET", "/../..", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash", "GET", "//", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-dot-slash", "GET", "/./", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slashes", "GET", "//example//", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {"get-slash-pointless-dot", "GET", "/./example", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    {"get-header-key-duplicate", "GET", "/", "",
        {HOST, {"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}, DATE},
        "", NULL, "host;my-header1;x-amz-date",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"get-header-value-order", "GET", "/", "",
        {HOST, {"My-Header1", "value4"}, {"My-Header1", "value1"}, {"My-Header1", "value3"},
            {"My-Header1", "value2"}, DATE},
        "", NULL, "host;my-header1;x-amz-date",
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
    {"get-header-value-trim", "GET", "/", "",
        {HOST, {"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}, DATE}, "", NULL,
        "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"a header over several lines", "GET", "/", "",
        {HOST, {"My-Header1", " value1"}, {"My-Header2", "\"a\r\n  b\t\tc\" \r\n"}, DATE}, "", NULL,
        "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"post-vanilla", "POST", "/", "", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-vanilla-query", "POST", "/", "Param1=value1", {HOST, DATE}, "", NULL, "host;x-amz-date",
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    {"post-header-key-case", "POST", "/", "", {DATE, {"hOsT", "example.amazonaws.com"}}, "", NULL,
        "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-header-key-sort", "POST", "/", "", {HOST, {"My-Header1", "value1"}, DATE}, "", NULL,
        "host;my-header1;x-amz-date",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-header-value-case", "POST", "/", "", {HOST, {"My-Header1", "VALUE1"}, DATE}, "", NULL,
        "host;my-header1;x-amz-date",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
    {"post-sts-header-before", "POST", "/", "", {HOST, DATE}, "", TOKEN,
        "host;x-amz-date;x-amz-security-token",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
    {"the same, the token among the headers", "POST", "/", "",
        {HOST, DATE, {"X-Amz-Security-Token", TOKEN}}, "", TOKEN,
        "host;x-amz-date;x-amz-security-token",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
    {"post-x-www-form-urlencoded", "POST", "/", "",
        {{"Content-Type", "application/x-www-form-urlencoded"}, HOST, DATE}, "Param1=value1", NULL,
        "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"post-x-www-form-urlencoded-parameters", "POST", "/", "",
        {{"Content-Type", "application/x-www-form-urlencoded; charset=utf8"}, HOST, DATE},
        "Param1=value1", NULL, "content-type;host;x-amz-date",
        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
};

static void
run(const struct test *test)
{
	struct sigv4_header headers[6];
	struct sigv4_request request = {.method = span_of(test->method),
	    .path = span_of(test->path),
	    .query = span_of(test->query),
	    .headers = headers,
	    .payload = span_of(test->body)};
	struct sigv4_keys keys = {.access_key = span_of("AKIDEXAMPLE"),
	    .secret_key = span_of("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
	struct buffer authorization;
	struct failure failure;
	char expected[400];

	if (test->token != NULL)
		keys.session_token = span_of(test->token);
	for (; request.header_count < 6 && test->headers[request.header_count][0] != NULL;
	     request.header_count++)
		headers[request.header_count] =
		    (struct sigv4_header){span_of(test->headers[request.header_count][0]),
		        span_of(test->headers[request.header_count][1])};
	snprintf(expected, sizeof expected,
	    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
	    "SignedHeaders=%s, Signature=%s",
	    test->names, test->signature);
	buffer_init(&authorization, 4096);
	if (!sigv4_sign(&request, &keys, "us-east-1", "service", TIME * INT64_C(1000) + 999,
	        &authorization, &failure))
		ok(false, "%s: %s", test->name, failure.text);
	else
		is_span(buffer_span(&authorization), span_of(expected), test->name);
	buffer_free(&authorization);
}

/* S3's paths are taken as they are: here that makes the same of two. */
static void
takes_a_path_as_it_is(void)
{
	struct sigv4_header host = {span_of("host"), span_of("b.s3.amazonaws.com")};
	struct sigv4_request request = {.method = span_of("GET"),
	    .path = span_of("/a%20b"),
	    .query = span_of(""),
	    .headers = &host,
	    .header_count = 1,
	    .payload = span_of(""),
	    .path_as_is = true};
	struct sigv4_keys keys = {.access_key = span_of("A"), .secret_key = span_of("S")};
	struct buffer first, second;
	struct failure failure;

	buffer_init(&first, 4096);
	buffer_init(&second, 4096);
	sigv4_sign(&request, &keys, "r", "s3", 0, &first, &failure);
	request.path = span_of("/a b");
	request.path_as_is = false;
	sigv4_sign(&request, &keys, "r", "s3", 0, &second, &failure);
	is_span(buffer_span(&first), buffer_span(&second), "a path of S3's is not encoded again");
	buffer_free(&first);
	buffer_free(&second);
}

/* Is a request signed in the same way with the key that was kept as without it? */
static void
is_same(struct sigv4_day_key *kept, const char *secret, int day, const char *name)
{
	struct sigv4_request request = {.method = span_of("POST"),
	    .path = span_of("/"),
	    .query = span_of(""),
	    .payload = span_of("{}")};
	struct sigv4_keys keys = {.access_key = span_of("A"), .secret_key = span_of(secret)};
	int64_t time = TIME * INT64_C(1000) + day * INT64_C(86400000);
	struct buffer derived, with;
	struct failure failure;

	buffer_init(&derived, 4096);
	buffer_init(&with, 4096);
	sigv4_sign(&request, &keys, "r", "s", time, &derived, &failure);
	keys.day_key = kept;
	sigv4_sign(&request, &keys, "r", "s", time, &with, &failure);
	is_span(buffer_span(&with), buffer_span(&derived), name);
	buffer_free(&derived);
	buffer_free(&with);
}

static void
keeps_the_key_of_a_day(void)
{
	struct sigv4_day_key kept = {.day = ""};
	unsigned char key[sizeof kept.key];
	char long_secret[sizeof kept.secret + 2];

	memset(long_secret, 'x', sizeof long_secret - 1);
	long_secret[sizeof long_secret - 1] = '\0';
	is_same(&kept, "S", 0, "the key of a day is kept");
	memcpy(key, kept.key, sizeof key);
	is_same(&kept, "S", 0, "and used again");
	ok(memcmp(key, kept.key, sizeof key) == 0 && kept.secret_length == 1, "as it was");
	is_same(&kept, "S", 1, "another day has another");
	is_same(&kept, "T", 1, "and another secret");
	is_same(&kept, "TT", 1, "or a longer one");
	is_same(&kept, long_secret, 1, "one that is too long is not kept");
	ok(kept.secret_length == 0, "and the one before is wiped");
}

int
main(void)
{
	char date[SIGV4_DATE];

	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		run(&tests[i]);
	takes_a_path_as_it_is();
	keeps_the_key_of_a_day();
	is_text(sigv4_date(TIME * INT64_C(1000), date), "20150830T123600Z", "a date");
	is_text(sigv4_date(0, date), "19700101T000000Z", "the first date");
	return done();
}
