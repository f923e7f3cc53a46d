/* resource_bucket: see resource_bucket.h. */
#include <zlib.h>

#include "text/base64.h"
#include "stack/aws/bucket.h"

enum {
	REPLY_MOST = 1024 * 1024,
	BODY_MOST = 1024 * 1024, /* a thousand rules, at the most */
	SUM_MOST = 9 /* CRC32 in base64, and its NUL */
};

bool
resource_bucket_open(struct resource_bucket *bucket, struct stack *stack,
    const struct resource *resource, struct failure *failure)
{
	*bucket = (struct resource_bucket){.stack = stack, .resource = resource};
	buffer_init(&bucket->body, BODY_MOST);
	bucket->aws = stack_service(stack, &aws_s3, resource->region, failure);
	return bucket->aws != NULL;
}

void
resource_bucket_close(struct resource_bucket *bucket)
{
	buffer_free(&bucket->body);
}

const char *
resource_bucket_region(const struct resource_bucket *bucket)
{
	return aws_region(bucket->aws);
}

/* S3 takes a configuration only with a checksum. */
static const char *
sum(struct span body, char text[SUM_MOST])
{
	uint32_t crc = (uint32_t)crc32_z(0, (const unsigned char *)body.start, body.length);
	unsigned char bytes[4] = {(unsigned char)(crc >> 24), (unsigned char)(crc >> 16),
	    (unsigned char)(crc >> 8), (unsigned char)crc};

	text[base64_write(text, bytes, sizeof bytes)] = '\0';
	return text;
}

static bool
send(struct resource_bucket *bucket, struct aws_call *call, bool owned, struct failure *failure)
{
	struct http_header headers[3];
	char text[SUM_MOST];
	const char *account = owned ? stack_account(bucket->stack, failure) : NULL;

	bucket->reply = (struct aws_reply){.code = ""};
	if (owned && account == NULL)
		return false;
	if (account != NULL)
		headers[call->header_count++] =
		    (struct http_header){"x-amz-expected-bucket-owner", account};
	if (call->body.length > 0) {
		headers[call->header_count++] =
		    (struct http_header){"x-amz-checksum-crc32", sum(call->body, text)};
		headers[call->header_count++] =
		    (struct http_header){"Content-Type", "application/xml"};
	}
	call->bucket = bucket->resource->plain;
	call->headers = headers;
	call->ceiling = REPLY_MOST;
	return aws_call_and_wait(bucket->aws, call, &bucket->reply, failure);
}

bool
resource_bucket_ask(struct resource_bucket *bucket, const char *action, const char *query,
    const char *nothing, struct failure *failure)
{
	struct aws_call call = {.action = action, .method = "GET", .query = query};
	bool good = send(bucket, &call, true, failure);

	bucket->missing = !good && resource_bucket_was(bucket, nothing);
	return good || bucket->missing;
}

bool
resource_bucket_put(
    struct resource_bucket *bucket, const char *action, const char *query, struct failure *failure)
{
	struct aws_call call = {
	    .action = action, .method = "PUT", .query = query, .body = buffer_span(&bucket->body)};

	return send(bucket, &call, query != NULL, failure);
}

bool
resource_bucket_delete(
    struct resource_bucket *bucket, const char *action, const char *query, struct failure *failure)
{
	struct aws_call call = {.action = action, .method = "DELETE", .query = query};

	return send(bucket, &call, true, failure);
}

bool
resource_bucket_was(const struct resource_bucket *bucket, const char *code)
{
	return strcmp(bucket->reply.code, code) == 0;
}
