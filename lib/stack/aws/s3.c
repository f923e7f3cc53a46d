/* s3: sends a request to S3, with the checksum and the expected owner. */
#include <zlib.h>

#include "stack/aws/s3.h"
#include "text/base64.h"

enum {
	REPLY_MOST = 1024 * 1024,
	CHECKSUM_SIZE = 9 /* a CRC-32 in base64, and a NUL */
};

static struct aws *
service_of(const struct request *request, struct failure *failure)
{
	return stack_service(request->stack, request->service, request->resource->region, failure);
}

const char *
s3_region(const struct request *request, struct failure *failure)
{
	const struct aws *aws = service_of(request, failure);

	return aws != NULL ? aws_region(aws) : NULL;
}

/* S3 accepts a configuration only with a checksum. */
static const char *
checksum(struct span body, char text[CHECKSUM_SIZE])
{
	uint32_t crc = (uint32_t)crc32_z(0, (const unsigned char *)body.start, body.length);
	unsigned char bytes[4] = {(unsigned char)(crc >> 24), (unsigned char)(crc >> 16),
	    (unsigned char)(crc >> 8), (unsigned char)crc};

	text[base64_write(text, bytes, sizeof bytes)] = '\0';
	return text;
}

static bool
send(struct request *request, struct aws_call *call, bool owned, struct failure *failure)
{
	struct aws *aws = service_of(request, failure);
	struct http_header headers[3];
	char text[CHECKSUM_SIZE];
	const char *account = NULL;

	request->reply = (struct aws_reply){.code = ""};
	if (aws == NULL)
		return false;
	if (owned && (account = stack_account(request->stack, failure)) == NULL)
		return false;
	if (account != NULL)
		headers[call->header_count++] =
		    (struct http_header){"x-amz-expected-bucket-owner", account};
	if (call->body.length > 0) {
		headers[call->header_count++] =
		    (struct http_header){"x-amz-checksum-crc32", checksum(call->body, text)};
		headers[call->header_count++] =
		    (struct http_header){"Content-Type", "application/xml"};
	}
	call->bucket = request->resource->plain;
	call->headers = headers;
	call->ceiling = REPLY_MOST;
	return aws_call_and_wait(aws, call, &request->reply, failure);
}

bool
s3_get(struct request *request, const char *action, const char *query, const char *none,
    struct failure *failure)
{
	struct aws_call call = {.action = action, .method = "GET", .query = query};
	bool good = send(request, &call, true, failure);

	request->missing = !good && request_failed_with(request, none);
	return good || request->missing;
}

bool
s3_put(struct request *request, const char *action, const char *query, struct failure *failure)
{
	struct aws_call call = {
	    .action = action, .method = "PUT", .query = query, .body = buffer_span(&request->body)};

	return send(request, &call, query != NULL, failure);
}

bool
s3_delete(struct request *request, const char *action, const char *query, struct failure *failure)
{
	struct aws_call call = {.action = action, .method = "DELETE", .query = query};

	return send(request, &call, true, failure);
}
