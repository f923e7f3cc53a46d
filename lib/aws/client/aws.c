/* aws: keeps the calls in flight and decides when each is retried. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "aws/client/flight.h"
#include "base/clock.h"
#include "base/random.h"
#include "system/core_dump.h"
#include "base/memory.h"
#include "text/digest.h"

enum {
	ATTEMPTS = 3,
	ATTEMPTS_DYNAMODB = 4,
	ATTEMPTS_MOST = 100,
	BASE = 50, /* ms */
	BASE_DYNAMODB = 25,
	IDLE = 30000, /* ms */
	TIMEOUT = 900000, /* ms: 10 MiB over a slow line that other calls share */
	CONNECT_TIMEOUT = 5000
};

static bool
read_attempts(struct aws *aws, struct failure *failure)
{
	bool dynamodb = aws->service == &aws_dynamodb;
	const char *setting = aws_config_setting(aws->config, "AWS_MAX_ATTEMPTS", "max_attempts");
	char *end;

	aws->base = dynamodb ? BASE_DYNAMODB : BASE;
	aws->attempts = dynamodb ? ATTEMPTS_DYNAMODB : ATTEMPTS;
	if (setting == NULL)
		return true;
	long number = strtol(setting, &end, 10);
	if (end == setting || *end != '\0' || number < 1 || number > ATTEMPTS_MOST)
		return fail(failure, FAILURE_PERMANENT,
		    "AWS_MAX_ATTEMPTS or max_attempts is not a number from 1 to %d", ATTEMPTS_MOST);
	aws->attempts = (unsigned)number;
	return true;
}

static bool
open_http(struct aws *aws, struct failure *failure)
{
	struct http_settings settings = {.agent = aws->settings.caller.agent,
	    .connect_timeout = CONNECT_TIMEOUT,
	    .timeout = TIMEOUT,
	    .idle = aws->settings.timeout > 0 ? aws->settings.timeout : IDLE,
	    .connections = aws->settings.in_flight};

	settings.ca_bundle = aws_config_ca_bundle(aws->config, &settings.ca_setting);
	aws->http = http_open(&settings, failure);
	return aws->http != NULL;
}

static bool
open_credentials(struct aws *aws, struct failure *failure)
{
	struct credentials_settings settings = {
	    .config = aws->config, .caller = aws->settings.caller};
	struct sigv4_keys keys;

	aws->credentials = credentials_open(&settings);
	return credentials_get(aws->credentials, &keys, failure);
}

struct aws *
aws_open(const struct aws_settings *settings, struct failure *failure)
{
	struct aws *aws = memory_new(1, sizeof *aws);

	core_dump_forbid();
	aws->settings = *settings;
	aws->settings.in_flight = settings->in_flight > 0 ? settings->in_flight : 1;
	aws->service = settings->service;
	aws->quota.tokens = AWS_QUOTA;
	if (getentropy(&aws->seed, sizeof aws->seed) != 0)
		aws->seed = (uint64_t)clock_steady();
	aws->flights = memory_new(aws->settings.in_flight, sizeof *aws->flights);
	aws->config = aws_config_open(aws->settings.caller.aws, failure);
	if (aws->config != NULL && read_attempts(aws, failure) &&
	    endpoint_find(aws->config, aws->service, settings->region, &aws->endpoint, failure) &&
	    aws_find_place(aws, &(struct aws_call){.action = NULL}, &aws->place, failure) &&
	    open_http(aws, failure) && open_credentials(aws, failure))
		return aws;
	aws_close(aws);
	return NULL;
}

void
aws_close(struct aws *aws)
{
	if (aws == NULL)
		return;
	http_close(aws->http);
	if (aws->credentials != NULL)
		credentials_close(aws->credentials);
	endpoint_free(&aws->endpoint);
	aws_free_place(&aws->place);
	if (aws->config != NULL)
		aws_config_close(aws->config);
	free(aws->flights);
	memory_wipe(&aws->day_key, sizeof aws->day_key);
	free(aws);
}

unsigned
aws_room(const struct aws *aws)
{
	return aws->settings.in_flight - aws->active;
}

/* A UUID of version 4: RFC 9562, section 5.4. If it is not unique, nothing breaks. */
static void
name_invocation(struct aws *aws, char text[INVOCATION])
{
	uint64_t halves[2] = {random_next(&aws->seed), random_next(&aws->seed)};
	unsigned char byte[sizeof halves];
	char hex[2 * sizeof halves + 1];

	memcpy(byte, halves, sizeof byte);
	byte[6] = (byte[6] & 0x0F) | 0x40;
	byte[8] = (byte[8] & 0x3F) | 0x80;
	digest_hex(byte, sizeof byte, hex);
	for (size_t i = 0; i < sizeof hex; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*text++ = '-';
		*text++ = hex[i];
	}
}

bool
aws_start(struct aws *aws, const struct aws_call *call, struct failure *failure)
{
	struct flight *flight = aws->flights;

	if (aws_room(aws) == 0)
		return fail(failure, FAILURE_TEMPORARY, "%s %s: too many calls in flight",
		    aws->service->name, call->action);
	while (flight->state != FLIGHT_FREE)
		flight++;
	memset(flight, 0, offsetof(struct flight, failure));
	flight->reached = flight->too_long = false;
	flight->call = *call;
	if (call->body.start == NULL && flight_has_body(call))
		flight->call.body = aws->service->target != NULL ? span_of("{}") : span_of("");
	flight->attempts = 1;
	name_invocation(aws, flight->invocation);
	if (!aws_send(aws, flight, failure))
		return false;
	aws->active++;
	return true;
}

static bool
is_stopped(const struct aws *aws)
{
	return caller_is_stopped(&aws->settings.caller);
}

static void
note_wait(const struct aws *aws, const struct flight *flight, int64_t delay)
{
	caller_detail(
	    &aws->settings.caller, "%s; retrying in %" PRId64 " ms", flight->failure.text, delay);
}

/* True: it will be retried. */
static bool
schedule(struct aws *aws, struct flight *flight)
{
	uint32_t chance;
	int64_t delay = 0;

	if (is_stopped(aws))
		return false;
	if (!flight->again) {
		if (flight->fault == AWS_FAULT_FINAL ||
		    flight->attempts >= flight_attempts(aws, flight))
			return false;
		unsigned cost = aws_quota_take(&aws->quota, flight->fault);
		if (cost == 0)
			return false;
		const char *hint = http_reply_header(aws->http, "x-amz-retry-after");
		if (getentropy(&chance, sizeof chance) != 0)
			chance = (uint32_t)clock_steady();
		delay = aws_retry_delay(flight->fault, flight->attempts, aws->base,
		    hint != NULL ? strtoll(hint, NULL, 10) : -1, chance);
		flight->cost = cost;
		note_wait(aws, flight, delay);
	}
	flight->due = clock_steady() + delay * 1000;
	flight->state = FLIGHT_WAITING;
	aws->retries++;
	return true;
}

static void
return_reply(struct aws *aws, struct flight *flight, struct aws_reply *reply)
{
	*reply = (struct aws_reply){.context = flight->call.context,
	    .action = flight->call.action,
	    .failure = flight->failure,
	    .throttled = flight->fault == AWS_FAULT_THROTTLED,
	    .too_long = flight->too_long,
	    .reached = flight->reached,
	    .status = flight->status,
	    .attempts = flight->attempts,
	    .body = {"", 0}};
	memcpy(reply->code, flight->error.code, sizeof reply->code);
	flight->state = FLIGHT_FREE;
	aws->active--;
}

static void
send_again(struct aws *aws, struct flight *flight)
{
	if (!flight->again)
		flight->attempts++;
	flight->again = false;
	if (!aws_send(aws, flight, &flight->failure))
		flight->state = FLIGHT_DONE;
}

/* Sends the retries that are due. Returns the ms until the next one; -1: there is none. */
static int64_t
send_due(struct aws *aws)
{
	int64_t now = clock_steady(), next = -1;

	for (unsigned i = 0; i < aws->settings.in_flight; i++) {
		struct flight *flight = &aws->flights[i];

		/* After a stop, calls in flight are finished, but not retried. */
		if (flight->state == FLIGHT_WAITING && is_stopped(aws))
			flight->state = FLIGHT_DONE;
		if (flight->state == FLIGHT_WAITING && flight->due <= now)
			send_again(aws, flight);
		if (flight->state == FLIGHT_DONE)
			next = 0;
		if (flight->state != FLIGHT_WAITING)
			continue;
		int64_t left = (flight->due - now + 999) / 1000;
		if (next < 0 || left < next)
			next = left;
	}
	return next;
}

bool
aws_wait(struct aws *aws, int input, int watch, int timeout, struct failure *failure)
{
	int64_t next = send_due(aws);

	if (next >= 0 && (timeout < 0 || next < timeout))
		timeout = (int)next;
	return http_wait(aws->http, input, watch, timeout, failure);
}

bool
aws_next(struct aws *aws, struct aws_reply *reply)
{
	struct http_reply answer;

	while (http_next(aws->http, &answer)) {
		struct flight *flight = answer.context;

		aws_take_answer(aws, flight, &answer);
		if (flight->failure.kind == FAILURE_NONE)
			aws_quota_return(&aws->quota, flight->cost);
		else if (schedule(aws, flight))
			continue;
		return_reply(aws, flight, reply);
		reply->body = answer.body;
		reply->took = answer.took;
		return true;
	}
	for (unsigned i = 0; i < aws->settings.in_flight; i++) {
		if (aws->flights[i].state == FLIGHT_DONE) {
			return_reply(aws, &aws->flights[i], reply);
			return true;
		}
	}
	return false;
}

const char *
aws_reply_header(const struct aws *aws, const char *name)
{
	return http_reply_header(aws->http, name);
}

void
aws_resume(struct aws *aws, const void *context)
{
	for (unsigned i = 0; i < aws->settings.in_flight; i++) {
		if (aws->flights[i].state == FLIGHT_FLYING &&
		    aws->flights[i].call.context == context)
			http_resume(aws->http, &aws->flights[i]);
	}
}

void
aws_give_up(struct aws *aws, const void *context)
{
	for (unsigned i = 0; i < aws->settings.in_flight; i++) {
		if (aws->flights[i].state == FLIGHT_FREE || aws->flights[i].call.context != context)
			continue;
		http_give_up(aws->http, &aws->flights[i]);
		aws->flights[i].state = FLIGHT_FREE;
		aws->active--;
	}
}

bool
aws_call_and_wait(
    struct aws *aws, const struct aws_call *call, struct aws_reply *reply, struct failure *failure)
{
	memset(reply, 0, sizeof *reply);
	if (!aws_start(aws, call, failure))
		return false;
	while (!aws_next(aws, reply)) {
		bool stopped = is_stopped(aws);
		if (stopped)
			fail_stopped(failure);
		if (stopped || !aws_wait(aws, -1, -1, -1, failure)) {
			aws_give_up(aws, call->context);
			return false;
		}
	}
	*failure = reply->failure;
	return reply->failure.kind == FAILURE_NONE;
}

uint64_t
aws_retries(const struct aws *aws)
{
	return aws->retries;
}

uint64_t
aws_throttles(const struct aws *aws)
{
	return aws->throttles;
}

const char *
aws_region(const struct aws *aws)
{
	return aws->endpoint.region;
}

int64_t
aws_now(const struct aws *aws)
{
	return flight_now(aws);
}
