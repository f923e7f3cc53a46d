/*
 * aws: calls to one AWS service, many in flight, each signed, retried by the standard rules of
 * 2026, with its errors classified. Source: AWS SDKs and Tools Reference Guide, "Retry behavior";
 * the services' API references.
 */
#ifndef AWS_CLIENT_AWS_H
#define AWS_CLIENT_AWS_H

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
	const char *region; /* of the resource (an ARN); NULL: the configured one */
	unsigned in_flight; /* the most calls in flight */
	int64_t timeout; /* ms without a byte in either direction that end an attempt; 0: 30 s */
	struct caller caller; /* its detail reports waits and the source of the credentials */
};

enum { AWS_CODE = 64, AWS_CALL_HEADERS = 8 };

struct aws_call {
	const char *action; /* "PutRecords" */
	const char *permission; /* "sns:Publish"; NULL: the action of the same name */
	/*
	 * Borrowed, as all here, until aws_next returns the reply. Services that take a form
	 * (target NULL) need Action and Version in it: form_begin.
	 */
	struct span body;
	size_t ceiling; /* the most bytes of the reply */
	/*
	 * The most attempts; 0: by the rules (3, DynamoDB 4). A call that was refused for a wrong
	 * clock or expired credentials is sent once more in any case.
	 */
	unsigned attempts;
	void *context;
	/*
	 * Takes the reply of a success as it arrives, for as long as the service sends it; NULL:
	 * aws_next returns it whole. False: not now, but after aws_resume.
	 */
	bool (*take)(void *context, struct span bytes);
	/* S3's REST; without these a call is a POST to the endpoint's own path. */
	const char *method; /* NULL: POST */
	const char *bucket; /* becomes a part of the host or the path; NULL: none */
	const char *path; /* begins with "/", otherwise percent-encoded; NULL: "/" */
	const char *query; /* percent-encoded, "tagging="; NULL: none */
	const struct http_header *headers; /* signed; a Content-Type replaces the service's */
	size_t header_count; /* at most AWS_CALL_HEADERS */
};

/* Valid until the next aws_next. */
struct aws_reply {
	void *context;
	const char *action;
	/*
	 * NONE: success, and body is the reply. TEMPORARY: unreachable, throttled or an internal
	 * error, after all attempts. PERMANENT: credentials, permissions, no such resource, an
	 * invalid request. The text names the service, the action, the service's message and
	 * its request id.
	 */
	struct failure failure;
	char code[AWS_CODE]; /* the service's error, "ResourceNotFoundException"; "": none */
	bool throttled; /* the last attempt was throttled */
	bool too_long; /* the reply exceeds the call's ceiling */
	bool reached; /* the service answered; false: it may not have received the call */
	int status; /* of HTTP; 0: none */
	unsigned attempts;
	struct span body; /* also that of an error */
	int64_t took; /* microseconds, of the last attempt */
};

struct aws;

/* Also fetches credentials, so that wrong settings are reported before anything is read. */
struct aws *aws_open(const struct aws_settings *settings, struct failure *failure);
void aws_close(struct aws *aws);

/* How many more calls can be started now. */
unsigned aws_room(const struct aws *aws);
bool aws_start(struct aws *aws, const struct aws_call *call, struct failure *failure);
/*
 * Drives all calls. Waits up to timeout ms (-1: no limit) for a reply, for input (-1: none) to
 * become readable, or for watch (-1: none) to lose its reader. It may return early.
 */
bool aws_wait(struct aws *aws, int input, int watch, int timeout, struct failure *failure);
bool aws_next(struct aws *aws, struct aws_reply *reply);
/* Continues the call with this context, if its take returned false. It may call take. */
void aws_resume(struct aws *aws, const void *context);
/* Cancels the calls with this context; there will be no reply. */
void aws_give_up(struct aws *aws, const void *context);
/* A header of the reply that was returned last, if it was a success; NULL: it has no such header. */
const char *aws_reply_header(const struct aws *aws, const char *name);

/*
 * Makes one call that may be abandoned on a stop, and waits for its reply; no other call of this
 * aws may be in flight. False: failure is that of the reply, or FAILURE_STOPPED.
 */
bool aws_call_and_wait(
    struct aws *aws, const struct aws_call *call, struct aws_reply *reply, struct failure *failure);

/* How many attempts were retries, and how many were throttled. */
uint64_t aws_retries(const struct aws *aws);
uint64_t aws_throttles(const struct aws *aws);
const char *aws_region(const struct aws *aws);
/* Milliseconds since 1970 by the service's clock, as known from its replies. */
int64_t aws_now(const struct aws *aws);
/* Adds what calls to AWS need to the rights that a tool keeps; see credentials_sandbox. */
void aws_sandbox(const struct caller *caller, struct sandbox *sandbox);

#endif
