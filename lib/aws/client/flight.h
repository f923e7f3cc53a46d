/*
 * flight: one call of aws from its start to its reply. aws.c keeps the flights, send.c signs and
 * sends an attempt, answer.c interprets its reply.
 */
#ifndef AWS_CLIENT_FLIGHT_H
#define AWS_CLIENT_FLIGHT_H

#include "aws/client/aws.h"
#include "aws/client/error.h"
#include "aws/client/retry.h"
#include "aws/settings/sigv4.h"
#include "net/http.h"

enum { INVOCATION = 37 };

enum flight_state {
	FLIGHT_FREE,
	FLIGHT_WAITING, /* to be retried when due */
	FLIGHT_FLYING,
	FLIGHT_DONE /* without a reply of the service: failure says why */
};

struct flight {
	enum flight_state state;
	struct aws_call call;
	char invocation[INVOCATION]; /* a UUID, the same over all attempts */
	unsigned attempts;
	unsigned cost; /* of the last retry */
	bool corrected; /* sent again with a corrected clock */
	bool renewed; /* sent again with other credentials */
	unsigned renewals; /* the aws.renewals when it was signed */
	bool again; /* to be sent again at once, for one of these two reasons */
	int64_t due; /* clock_steady */
	int64_t signed_at; /* ms, by the service's clock as known then */
	/* The result of the last attempt. */
	struct failure failure;
	struct aws_error error;
	enum aws_fault fault;
	int status;
	bool too_long;
	bool reached; /* in any attempt */
};

/* Where a call is sent. */
struct place {
	char *host; /* as in the Host header */
	char *path;
	char *url;
};

struct aws {
	struct aws_settings settings;
	const struct aws_service *service;
	struct aws_config *config;
	struct credentials *credentials;
	struct sigv4_day_key day_key;
	uint64_t seed; /* of invocations */
	struct endpoint endpoint;
	struct place place; /* of calls that name no bucket, path or query */
	struct http *http;
	unsigned attempts; /* the limit for one call */
	int64_t base; /* ms: the shortest wait after a transient fault */
	struct aws_quota quota;
	int64_t offset; /* ms: the service's clock minus this machine's */
	unsigned renewals; /* how often the credentials were refused */
	uint64_t retries;
	uint64_t throttles;
	struct flight *flights; /* settings.in_flight of them */
	unsigned active;
};

/* Finds the address that a call is sent to. False: the bucket's name is not valid. Free with
 * aws_free_place. */
bool aws_find_place(const struct aws *aws, const struct aws_call *call, struct place *place,
    struct failure *failure);
void aws_free_place(struct place *place);
/* Signs and sends an attempt. False: nothing was sent. */
bool aws_send(struct aws *aws, struct flight *flight, struct failure *failure);
/* Interprets a reply: fills the flight's failure; FAILURE_NONE: success. */
void aws_take_answer(struct aws *aws, struct flight *flight, const struct http_reply *reply);

/* Does the call's method send a body? */
bool flight_has_body(const struct aws_call *call);
/* The limit of attempts for this call. */
unsigned flight_attempts(const struct aws *aws, const struct flight *flight);
/* Milliseconds since 1970 by the service's clock. */
int64_t flight_now(const struct aws *aws);

#endif
