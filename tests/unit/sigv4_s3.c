/*
 * sigv4 as S3 has it: the examples of the Amazon S3 API Reference, "Signature
 * Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
 */
#include "aws/settings/sigv4.h"
#include "tap.h"

#define HOST {"Host", "examplebucket.s3.amazonaws.com"}
#define DATE {"x-amz-date", "20130524T000000Z"}
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

enum { TIME = 1369353600 };

static const struct test {
	const char *name;
	const char *method;
	const char *path;
	const char *query;
	const char *headers[6][2];
	const char *body;
	const char *digest;
	const char *names; /* signed */
	const char *signature;
} tests[] = {
    {"GET Object", "GET", "/test.txt", "",
        {HOST, {"Range", "bytes=0-9"}, {"x-amz-content-sha256", EMPTY}, DATE}, "", EMPTY,
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
    {"PUT Object", "PUT", "/test%24file.text", "",
        {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, HOST, DATE,
            {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
            {"x-amz-content-sha256",
                "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"}},
        "Welcome to Amazon S3.",
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
    {"GET Bucket Lifecycle", "GET", "/", "lifecycle",
        {HOST, {"x-amz-content-sha256", EMPTY}, DATE}, "", EMPTY,
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
    {"GET Bucket (List Objects)", "GET", "/", "max-keys=2&prefix=J",
        {HOST, {"x-amz-content-sha256", EMPTY}, DATE}, "", EMPTY,
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
};

/* known: its digest is given, and not taken again. */
static void
signs(const struct test *test, bool known)
{
	struct sigv4_header headers[6];
	struct sigv4_request request = {.method = span_of(test->method),
	    .path = span_of(test->path),
	    .query = span_of(test->query),
	    .headers = headers,
	    .payload = span_of(known ? "" : test->body),
	    .digest = span_of(known ? test->digest : ""),
	    .path_as_is = true};
	struct sigv4_keys keys = {.access_key = span_of("AKIAIOSFODNN7EXAMPLE"),
	    .secret_key = span_of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
	struct buffer authorization;
	struct failure failure;
	char expected[400];

	while (request.header_count < 6 && test->headers[request.header_count][0] != NULL) {
		headers[request.header_count] =
		    (struct sigv4_header){span_of(test->headers[request.header_count][0]),
		        span_of(test->headers[request.header_count][1])};
		request.header_count++;
	}
	snprintf(expected, sizeof expected,
	    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
	    "SignedHeaders=%s, Signature=%s",
	    test->names, test->signature);
	buffer_init(&authorization, 4096);
	if (!sigv4_sign(&request, &keys, "us-east-1", "s3", TIME * INT64_C(1000), &authorization,
	        &failure))
		ok(false, "%s: %s", test->name, failure.text);
	else
		is_span(buffer_span(&authorization), span_of(expected), test->name);
	buffer_free(&authorization);
}

int
main(void)
{
	struct failure failure;
	char digest[SIGV4_DIGEST];

	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
		signs(&tests[i], false);
		signs(&tests[i], true);
		is_text(sigv4_digest(span_of(tests[i].body), digest, &failure) ? digest
		                                                               : failure.text,
		    tests[i].digest, "its digest");
	}
	return done();
}
