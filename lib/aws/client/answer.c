/* answer: classifies the reply to an attempt and writes the message for a failure. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <zlib.h>

#include "aws/client/flight.h"
#include "base/buffer.h"
#include "net/http_date.h"

static unsigned long
checksum_of(struct span body)
{
	return crc32_z(0, (const unsigned char *)body.start, body.length);
}

/* DynamoDB sends a checksum of each reply. */
static bool
is_sound(const struct aws *aws, const struct http_reply *reply)
{
	const char *checksum = http_reply_header(aws->http, "x-amz-crc32");

	return checksum == NULL || strtoumax(checksum, NULL, 10) == checksum_of(reply->body);
}

/* The time of the reply by the service's clock, in ms; -1: unknown. */
static int64_t
date_of_reply(const struct aws *aws)
{
	int64_t date;

	return http_date_read(http_reply_header(aws->http, "Date"), &date) ? date : -1;
}

/* If the service's clock differs from the one signed with, adopts it and returns true. */
static bool
correct_clock(struct aws *aws, const struct flight *flight, const struct http_reply *reply)
{
	int64_t date = date_of_reply(aws);
	int64_t expected = flight->signed_at + reply->took / 1000;

	if (date < 0 || llabs(date - expected) <= AWS_SKEW)
		return false;
	/* Another call in flight may have adopted it already. */
	if (llabs(date - flight_now(aws)) <= AWS_SKEW)
		return true;
	aws->offset += date - flight_now(aws);
	caller_detail(&aws->settings.caller,
	    "this machine's clock is wrong by more than 5 minutes: using the service's");
	return true;
}

static void
renew_credentials(struct aws *aws, const struct flight *flight)
{
	/* Another call in flight may have done so already. */
	if (flight->renewals != aws->renewals)
		return;
	credentials_refused(aws->credentials);
	aws->renewals++;
}

/* Advice for an error that is not a lack of permission. */
static void
add_other_advice(struct buffer *text, const struct aws *aws, const char *code)
{
	if (strncmp(code, "ExpiredToken", 12) == 0)
		buffer_add_text(text, "; these credentials have expired: get new ones");
	else if (aws_retry_is_credentials(code))
		buffer_add_format(text,
		    "; the access key is unknown in %s: check the credentials and the region",
		    aws->endpoint.region);
	else if (aws_retry_is_skew(code))
		buffer_add_text(text, "; check the secret access key and this machine's clock");
	else if (strcmp(code, "ResourceNotFoundException") == 0)
		buffer_add_format(text, "; searched in %s", aws->endpoint.region);
}

/* Advice, unless the service's message is enough. */
static void
add_advice(struct buffer *text, const struct aws *aws, const struct flight *flight)
{
	const char *code = flight->error.code;
	const char *elsewhere = http_reply_header(aws->http, "x-amz-bucket-region");
	/* The only service whose permissions have another prefix than its signatures. */
	const char *prefix = aws->service == &aws_cloudwatch ? "cloudwatch" : aws->service->signing;
	struct shown shown;

	if (elsewhere != NULL && strcmp(elsewhere, aws->endpoint.region) != 0)
		buffer_add_format(text, "; the bucket is in %s, not in %s",
		    show(&shown, elsewhere, strlen(elsewhere)), aws->endpoint.region);
	else if (strncmp(code, "AccessDenied", 12) != 0 && strcmp(code, "AuthorizationError") != 0)
		add_other_advice(text, aws, code);
	else if (flight->call.permission != NULL)
		buffer_add_format(text, "; a policy must allow %s", flight->call.permission);
	else
		buffer_add_format(text, "; a policy must allow %s:%s", prefix, flight->call.action);
}

/* The code of a reply of S3 without a body, as to a HEAD. */
static void
read_status(struct aws_error *error, int status)
{
	static const struct {
		int status;
		const char *code;
	} codes[] = {{301, "PermanentRedirect"}, {307, "TemporaryRedirect"}, {400, "BadRequest"},
	    {403, "AccessDenied"}, {404, "NotFound"}, {412, "PreconditionFailed"}};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (codes[i].status == status)
			snprintf(error->code, sizeof error->code, "%s", codes[i].code);
	}
}

static void
add_service_message(struct buffer *text, const struct aws *aws, const struct flight *flight)
{
	const struct aws_error *error = &flight->error;
	const char *id = http_reply_header(
	    aws->http, aws->service == &aws_s3 ? "x-amz-request-id" : "x-amzn-requestid");
	struct buffer message;
	struct shown shown;

	/* It may quote the token that it was called with. */
	buffer_init(&message, 2 * sizeof error->message);
	buffer_add_text(&message, error->message);
	credentials_redact(aws->credentials, &message);
	/* Our sentence continues after it. */
	while (message.length > 0 && strchr(". \r\n", message.data[message.length - 1]) != NULL)
		message.length--;
	buffer_add_text(text, error->code);
	if (message.length > 0)
		buffer_add_format(text, ": %s", show(&shown, message.data, message.length));
	buffer_free(&message);
	if (id == NULL && error->id[0] != '\0')
		id = error->id;
	if (id != NULL)
		buffer_add_format(text, " (request %s)", show(&shown, id, strlen(id)));
	add_advice(text, aws, flight);
}

static void
describe(const struct aws *aws, struct flight *flight, const struct http_reply *reply, bool sound,
    enum failure_kind kind)
{
	const char *host = aws->endpoint.host;
	struct buffer text;

	buffer_init(&text, sizeof flight->failure.text);
	if (reply->error != NULL)
		buffer_add_format(&text, "%s: %s", host, reply->error);
	else if (!sound)
		buffer_add_format(&text, "%s: the reply is damaged (wrong checksum)", host);
	else if (flight->error.code[0] != '\0')
		add_service_message(&text, aws, flight);
	else
		buffer_add_format(&text,
		    "%s answered with status %d, but not in the format of %s: a proxy or load "
		    "balancer",
		    host, reply->status, aws->service->name);
	if (reply->redirect != NULL && flight->error.code[0] == '\0')
		buffer_add_format(&text, "; it redirects to %s", reply->redirect);
	if (flight->attempts > 1)
		buffer_add_format(&text, ", at attempt %u", flight->attempts);
	fail(&flight->failure, kind, "%s %s: %.*s", aws->service->name, flight->call.action,
	    (int)text.length, text.data);
	buffer_free(&text);
}

/* A call refused for the clock or the keys is sent again at once, without counting. */
static void
find_remedy(struct aws *aws, struct flight *flight, const struct http_reply *reply)
{
	if (aws_retry_is_skew(flight->error.code) && !flight->corrected)
		flight->again = flight->corrected = correct_clock(aws, flight, reply);
	if (aws_retry_is_credentials(flight->error.code) && !flight->renewed) {
		renew_credentials(aws, flight);
		flight->again = flight->renewed = true;
	}
}

void
aws_take_answer(struct aws *aws, struct flight *flight, const struct http_reply *reply)
{
	bool sound = reply->error != NULL || is_sound(aws, reply);
	bool good = reply->error == NULL && sound && reply->status / 100 == 2;

	flight->status = reply->status;
	flight->too_long = reply->error != NULL && reply->too_long;
	flight->reached = flight->reached || reply->status != 0;
	flight->failure = (struct failure){.kind = FAILURE_NONE};
	flight->error = (struct aws_error){.code = ""};
	flight->fault = AWS_FAULT_FINAL;
	if (good)
		return;
	if (reply->error == NULL && sound)
		aws_error_read(
		    &flight->error, reply->body, http_reply_header(aws->http, "x-amzn-errortype"));
	if (aws->service == &aws_s3 && flight->error.code[0] == '\0' && reply->body.length == 0)
		read_status(&flight->error, reply->status);
	if (!reply->final)
		flight->fault = aws_retry_fault(
		    flight->error.code, reply->error != NULL || !sound ? 0 : reply->status);
	if (flight->fault == AWS_FAULT_THROTTLED)
		aws->throttles++;
	describe(aws, flight, reply, sound,
	    flight->fault == AWS_FAULT_FINAL ? FAILURE_PERMANENT : FAILURE_TEMPORARY);
	if (flight->fault == AWS_FAULT_FINAL)
		find_remedy(aws, flight, reply);
}
