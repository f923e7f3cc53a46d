/*
 * aws: calls to one AWS service, many in flight, each signed, tried again by
 * the standard rules of 2026, and its errors told apart. Source: AWS SDKs and
 * Tools Reference Guide, "Retry behavior"; the services' API references.
 */
#ifndef AWS_CLIENT_AWS_H
#define AWS_CLIENT_AWS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "aws/credentials/credentials.h"
#include "aws/settings/endpoint.h"
#include "base/failure.h"
#include "base/caller.h"
#include "net/http.h"
#include "base/span.h"

struct aws_settings {
	const struct aws_service *service;
	const char *region; /* of the resource (an ARN's); NULL: the one in force */
	unsigned in_flight; /* calls in flight at the most */
	int64_t timeout; /* ms without a byte either way, after which an attempt ends; 0: 30 s */
	struct caller caller; /* its detail hears each wait and where credentials are from */
};

enum { AWS_CODE = 64, AWS_CALL_HEADERS = 8 };

struct aws_call {
	const char *action; /* "PutRecords" */
	/*
	 * Borrowed, as all here, until the reply has been handed out. Services that take a form
	 * (target NULL) want Action and Version in it, too: form_begin.
	 */
	struct span body;
	size_t ceiling; /* bytes of the reply */
	/*
	 * 0: by the rules (3, DynamoDB 4); 1: not tried again here. What was refused for a wrong
	 * clock or for credentials that had ended is sent once more in any case.
	 */
	unsigned attempts;
	void *context;
	/* S3's REST; without these a call is a POST to the endpoint's own path. */
	const char *method; /* NULL: POST */
	const char *bucket; /* goes into the host or the path; NULL: none */
	const char *path; /* percent-encoded but for "/", which begins it; NULL: "/" */
	const char *query; /* percent-encoded, "tagging="; NULL: none */
	const struct http_header *headers; /* signed; Content-Type replaces the service's */
	size_t header_count; /* AWS_CALL_HEADERS at the most */
};

/* Valid until the next aws_next. */
struct aws_reply {
	void *context;
	const char *action;
	/*
	 * NONE: the service did it, and body is its reply. TEMPORARY: out of reach, throttled,
	 * or failed inside, after all attempts. PERSON: credentials, permissions, no such
	 * resource, what it calls invalid. The sentence names the service, the action, the
	 * service's words and its request id.
	 */
	struct failure failure;
	char code[AWS_CODE]; /* the service's error, "ResourceNotFoundException"; "": none */
	bool throttled; /* the last attempt was */
	bool reached; /* false: perhaps it never got there; true: the service answered */
	int status; /* of HTTP; 0: none */
	unsigned attempts;
	struct span body; /* also of an error */
	int64_t took; /* microseconds, of the last attempt */
};

struct aws;

/* Fetches credentials once, so that wrong settings are told before anything is read. */
struct aws *aws_open(const struct aws_settings *settings, struct failure *failure);
void aws_close(struct aws *aws);

/* How many more calls may be started now. */
unsigned aws_room(const struct aws *aws);
bool aws_start(struct aws *aws, const struct aws_call *call, struct failure *failure);
/*
 * Moves all calls on, waiting at most timeout ms (-1: as long as it takes) for a
 * reply, for input (-1: none) to be readable or watch (-1: none) to lose its
 * reader. Returns early; who wants to know looks again.
 */
bool aws_wait(struct aws *aws, int input, int watch, int timeout, struct failure *failure);
bool aws_next(struct aws *aws, struct aws_reply *reply);

/*
 * One call that only asks, waited for until it is stopped; other calls of this
 * aws must not be in flight. False: reply->failure in failure, or STOPPED.
 */
bool aws_call_and_wait(
    struct aws *aws, const struct aws_call *call, struct aws_reply *reply, struct failure *failure);

/* How often something was tried again, and how often the service said "slower". */
uint64_t aws_retries(const struct aws *aws);
uint64_t aws_throttles(const struct aws *aws);
const char *aws_region(const struct aws *aws);
/* Milliseconds since 1970 by the service's clock, as learnt from its replies. */
int64_t aws_now(const struct aws *aws);
/* Does fetching credentials start a program, or write a file? See credentials_run_programs. */
bool aws_runs_programs(const struct aws *aws);

#endif
