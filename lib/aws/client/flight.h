/*
 * aws_flight: one call of aws from its start to its reply. aws.c keeps them,
 * aws_send.c signs and sends an attempt, aws_answer.c tells what came of it.
 */
#ifndef AWS_CLIENT_FLIGHT_H
#define AWS_CLIENT_FLIGHT_H

#include "aws/client/aws.h"
#include "aws/client/error.h"
#include "aws/client/retry.h"
#include "net/http.h"

enum { INVOCATION = 37 };

enum flight_state {
	FLIGHT_FREE,
	FLIGHT_WAITING, /* to be tried again when due */
	FLIGHT_FLYING,
	FLIGHT_DONE /* without a reply of the service's: failure says why */
};

struct flight {
	enum flight_state state;
	struct aws_call call;
	char invocation[INVOCATION]; /* a UUID, the same over all attempts */
	unsigned attempts;
	unsigned cost; /* of the last retry */
	bool corrected; /* sent again after the clock was */
	bool renewed; /* sent again with other credentials */
	unsigned renewals; /* of aws, when it was signed */
	bool again; /* to be sent again at once, for one of these reasons */
	int64_t due; /* clock_steady */
	int64_t signed_at; /* ms, by the service's clock as far as it was known */
	/* What came of the last attempt. */
	struct failure failure;
	struct aws_error error;
	enum aws_fault fault;
	int status;
	bool reached; /* in any attempt */
};

struct aws {
	struct aws_settings settings;
	const struct aws_service *service;
	struct aws_config *config;
	struct credentials *credentials;
	struct endpoint endpoint;
	struct http *http;
	unsigned attempts; /* at the most, for one call */
	int64_t base; /* ms: of a wait after a transient fault */
	struct aws_quota quota;
	int64_t offset; /* ms: the service's clock less this machine's */
	unsigned renewals; /* how often the credentials were refused */
	uint64_t retries;
	uint64_t throttles;
	struct flight *flights; /* settings.in_flight of them */
	unsigned active;
};

/* Signs and sends. False: it could not, and nothing is in flight. */
bool aws_send(struct aws *aws, struct flight *flight, struct failure *failure);
/* Takes what came of an attempt: fills the flight's failure, NONE for a success. */
void aws_take_answer(struct aws *aws, struct flight *flight, const struct http_reply *reply);
/* Has it one even where the caller gave none? */
bool aws_has_body(const struct aws_call *call);
unsigned aws_attempts(const struct aws *aws, const struct flight *flight);

#endif
