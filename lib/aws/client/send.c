/* send: signs one attempt of a call and sends it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "aws/client/flight.h"
#include "base/buffer.h"
#include "base/memory.h"

enum { HEADERS = 11 + AWS_CALL_HEADERS, AUTHORIZATION_MOST = 4096 };

/* The headers of an attempt; those to be signed come first. */
struct headers {
	struct http_header all[HEADERS];
	size_t count;
	size_t signed_count;
	char date[SIGV4_DATE];
	char target[160];
	char attempt[48];
	char digest[SIGV4_DIGEST]; /* of the body, for S3 */
	char *token; /* NULL: none */
};

/* A name by the current or the former rules; it becomes a part of a host or path. */
static bool
is_bucket(const char *name)
{
	size_t length = strlen(name);

	return length >= 3 && length <= 255 && name[0] != '.' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ._-") ==
	           length;
}

/* Can it be a label of the host? A certificate for *.s3.… covers no name with a dot. */
static bool
is_label(const char *name)
{
	return strlen(name) <= 63 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

void
aws_free_place(struct place *place)
{
	free(place->host);
	free(place->path);
	free(place->url);
}

/* An endpoint that the user named has no host for each bucket: the bucket goes into the path. */
bool
aws_find_place(const struct aws *aws, const struct aws_call *call, struct place *place,
    struct failure *failure)
{
	const struct endpoint *endpoint = &aws->endpoint;
	const char *bucket = call->bucket != NULL ? call->bucket : "";
	const char *authority = strstr(endpoint->url, "://") + 3;
	bool in_host = bucket[0] != '\0' && !endpoint->named && is_label(bucket);
	bool in_path = bucket[0] != '\0' && !in_host, base = strcmp(endpoint->path, "/") != 0;
	struct shown shown;

	*place = (struct place){.host = NULL};
	if (call->bucket != NULL && !is_bucket(bucket))
		return fail(failure, FAILURE_PERMANENT, "%s is not a valid name of a bucket",
		    show(&shown, bucket, strlen(bucket)));
	place->host =
	    memory_format("%s%s%s", in_host ? bucket : "", in_host ? "." : "", endpoint->host);
	place->path = memory_format("%s%s%s%s", base ? endpoint->path : "", in_path ? "/" : "",
	    in_path ? bucket : "",
	    call->path != NULL ? call->path
	    : base || in_path  ? ""
	                       : "/");
	place->url = memory_format("%.*s%s%s%.*s%s%s%s", (int)(authority - endpoint->url),
	    endpoint->url, in_host ? bucket : "", in_host ? "." : "", (int)strcspn(authority, "/"),
	    authority, place->path, call->query != NULL ? "?" : "",
	    call->query != NULL ? call->query : "");
	return true;
}

static void
add(struct headers *headers, const char *name, const char *value)
{
	headers->all[headers->count++] = (struct http_header){name, value};
}

/* The headers of the call itself, with the service's Content-Type unless it has one. */
static void
add_own(struct headers *headers, const struct aws *aws, const struct aws_call *call)
{
	bool typed = call->body.start == NULL;

	for (size_t i = 0; i < call->header_count; i++) {
		typed = typed || strcasecmp(call->headers[i].name, "Content-Type") == 0;
		headers->all[headers->count++] = call->headers[i];
	}
	if (!typed)
		add(headers, "Content-Type", aws->service->content);
}

static bool
fill(struct headers *headers, const struct aws *aws, const struct flight *flight,
    const struct sigv4_keys *keys, struct failure *failure)
{
	const struct aws_service *service = aws->service;

	add_own(headers, aws, &flight->call);
	if (service == &aws_s3) {
		if (!sigv4_digest(flight->call.body, headers->digest, failure))
			return false;
		add(headers, "X-Amz-Content-Sha256", headers->digest);
	}
	add(headers, "X-Amz-Date", sigv4_date(flight->signed_at, headers->date));
	if (service->target != NULL) {
		snprintf(headers->target, sizeof headers->target, "%s%s", service->target,
		    flight->call.action);
		add(headers, "X-Amz-Target", headers->target);
	}
	if (keys->session_token.length > 0) {
		headers->token = memory_copy(keys->session_token.start, keys->session_token.length);
		add(headers, "X-Amz-Security-Token", headers->token);
	}
	headers->signed_count = headers->count;
	snprintf(headers->attempt, sizeof headers->attempt, "attempt=%u; max=%u", flight->attempts,
	    flight_attempts(aws, flight));
	add(headers, "amz-sdk-invocation-id", flight->invocation);
	add(headers, "amz-sdk-request", headers->attempt);
	return true;
}

static bool
sign(const struct aws *aws, const struct flight *flight, const struct place *place,
    const struct headers *headers, const struct sigv4_keys *keys, struct buffer *authorization,
    struct failure *failure)
{
	const struct aws_call *call = &flight->call;
	struct sigv4_header to_sign[HEADERS + 1];
	struct sigv4_request request = {
	    .method = span_of(call->method != NULL ? call->method : "POST"),
	    .path = span_of(place->path),
	    .query = span_of(call->query != NULL ? call->query : ""),
	    .headers = to_sign,
	    .header_count = headers->signed_count + 1,
	    .payload = call->body,
	    .digest = span_of(headers->digest),
	    .path_as_is = aws->service == &aws_s3};

	to_sign[0] = (struct sigv4_header){span_of("Host"), span_of(place->host)};
	for (size_t i = 0; i < headers->signed_count; i++)
		to_sign[i + 1] = (struct sigv4_header){
		    span_of(headers->all[i].name), span_of(headers->all[i].value)};
	return sigv4_sign(&request, keys, aws->endpoint.region, aws->service->signing,
	    flight->signed_at, authorization, failure);
}

static bool
start(struct aws *aws, struct flight *flight, const struct place *place,
    const struct headers *headers, struct failure *failure)
{
	struct http_request request = {.url = place->url,
	    .method = flight->call.method != NULL ? flight->call.method : "POST",
	    .as_is = aws->service == &aws_s3,
	    .headers = headers->all,
	    .header_count = headers->count,
	    .body = flight->call.body,
	    .ceiling = flight->call.ceiling,
	    .plain = aws->endpoint.named,
	    .context = flight,
	    .take = flight->call.take,
	    .take_context = flight->call.context};

	return http_start(aws->http, &request, failure);
}

/* Is it sent to the address that most calls of its service are sent to? */
static bool
is_usual(const struct aws_call *call)
{
	return call->bucket == NULL && call->path == NULL && call->query == NULL;
}

bool
aws_send(struct aws *aws, struct flight *flight, struct failure *failure)
{
	struct sigv4_keys keys;
	struct headers headers = {.count = 0};
	struct buffer authorization;
	struct place own = {.host = NULL};
	const struct place *place = is_usual(&flight->call) ? &aws->place : &own;
	bool sent;

	if (!credentials_get(aws->credentials, &keys, failure) ||
	    (place == &own && !aws_find_place(aws, &flight->call, &own, failure)))
		return false;
	keys.day_key = &aws->day_key;
	flight->signed_at = flight_now(aws);
	flight->renewals = aws->renewals;
	buffer_init(&authorization, AUTHORIZATION_MOST);
	sent = fill(&headers, aws, flight, &keys, failure) &&
	       sign(aws, flight, place, &headers, &keys, &authorization, failure);
	add(&headers, "Authorization", buffer_text(&authorization));
	sent = sent && start(aws, flight, place, &headers, failure);
	buffer_free(&authorization);
	aws_free_place(&own);
	memory_wipe_text(headers.token);
	if (sent)
		flight->state = FLIGHT_FLYING;
	return sent;
}
