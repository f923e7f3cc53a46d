/* flight: what aws.c, send.c and answer.c all ask of a call and its service. */
#include <string.h>

#include "aws/client/flight.h"
#include "base/clock.h"

bool
flight_has_body(const struct aws_call *call)
{
	return call->method == NULL || strcmp(call->method, "PUT") == 0 ||
	       strcmp(call->method, "POST") == 0;
}

unsigned
flight_attempts(const struct aws *aws, const struct flight *flight)
{
	return flight->call.attempts > 0 ? flight->call.attempts : aws->attempts;
}

int64_t
flight_now(const struct aws *aws)
{
	return clock_now() + aws->offset;
}
