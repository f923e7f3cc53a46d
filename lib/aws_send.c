/* aws_send: signs one attempt of a call and sends it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws_flight.h"
#include "buffer.h"
#include "memory.h"
#include "sigv4.h"

enum { HEADERS = 12, AUTHORIZATION_MOST = 4096 };

/* The headers of one attempt; those to be signed come first. */
struct headers {
	struct http_header all[HEADERS];
	size_t count;
	size_t signed_count;
	char date[SIGV4_DATE];
	char target[160];
	char attempt[48];
	char *token; /* NULL: none */
};

static void
add(struct headers *headers, const char *name, const char *value)
{
	headers->all[headers->count++] = (struct http_header){name, value};
}

static void
fill(struct headers *headers, const struct aws *aws, const struct flight *flight,
    const struct sigv4_keys *keys)
{
	const struct aws_service *service = aws->service;

	add(headers, "Content-Type", service->content);
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
	    aws_attempts(aws, flight));
	add(headers, "Accept-Encoding", "identity");
	add(headers, "amz-sdk-invocation-id", flight->invocation);
	add(headers, "amz-sdk-request", headers->attempt);
}

static bool
sign(const struct aws *aws, const struct flight *flight, const struct headers *headers,
    const struct sigv4_keys *keys, struct buffer *authorization, struct failure *failure)
{
	struct sigv4_header to_sign[HEADERS];
	struct sigv4_request request = {.method = span_of("POST"),
	    .path = span_of(aws->endpoint.path),
	    .query = {"", 0},
	    .headers = to_sign,
	    .header_count = headers->signed_count + 1,
	    .payload = flight->call.body};

	to_sign[0] = (struct sigv4_header){span_of("Host"), span_of(aws->endpoint.host)};
	for (size_t i = 0; i < headers->signed_count; i++)
		to_sign[i + 1] = (struct sigv4_header){
		    span_of(headers->all[i].name), span_of(headers->all[i].value)};
	return sigv4_sign(&request, keys, aws->endpoint.region, aws->service->signing,
	           flight->signed_at, authorization, failure) &&
	       buffer_add(authorization, "", 1);
}

static bool
start(
    struct aws *aws, struct flight *flight, const struct headers *headers, struct failure *failure)
{
	struct http_request request = {.url = aws->url,
	    .method = "POST",
	    .headers = headers->all,
	    .header_count = headers->count,
	    .body = flight->call.body,
	    .ceiling = flight->call.ceiling,
	    .plain = aws->endpoint.named,
	    .context = flight};

	return http_start(aws->http, &request, failure);
}

bool
aws_send(struct aws *aws, struct flight *flight, struct failure *failure)
{
	struct sigv4_keys keys;
	struct headers headers = {.count = 0};
	struct buffer authorization;
	bool sent;

	if (!credentials_get(aws->credentials, &keys, failure))
		return false;
	flight->signed_at = aws_now(aws);
	flight->renewals = aws->renewals;
	fill(&headers, aws, flight, &keys);
	buffer_init(&authorization, AUTHORIZATION_MOST);
	sent = sign(aws, flight, &headers, &keys, &authorization, failure);
	add(&headers, "Authorization", authorization.data);
	sent = sent && start(aws, flight, &headers, failure);
	buffer_free(&authorization);
	if (headers.token != NULL)
		memory_wipe(headers.token, strlen(headers.token));
	free(headers.token);
	if (sent)
		flight->state = FLIGHT_FLYING;
	return sent;
}
