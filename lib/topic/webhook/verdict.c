/* verdict: judges the status of an answer, and finds the wait that it asks for. */
#include "text/json.h"
#include "topic/webhook/verdict.h"

enum { LONGEST = 24 * 3600 * 1000 /* ms */ };

enum verdict
verdict_of(int status)
{
	if (status / 100 == 2)
		return VERDICT_DONE;
	if (status == 400 || status == 413 || status == 422)
		return VERDICT_REFUSED;
	if (status == 429)
		return VERDICT_THROTTLED;
	if (status == 408 || status == 425 || status / 100 == 5)
		return VERDICT_AGAIN;
	return VERDICT_BARRED;
}

const char *
verdict_advice(int status)
{
	switch (status) {
	case 401:
	case 403:
		return "the webhook does not accept the URL: check whether it was revoked, and set "
		       "the secret";
	case 404:
	case 410:
		return "there is no such webhook (any more): create one, and set the secret to its "
		       "URL";
	default:
		return status / 100 == 3 ? "redirects are not followed: set the secret to the "
		                           "webhook's final URL"
		                         : "the URL is not that of a webhook: check the secret";
	}
}

int64_t
verdict_seconds(struct span text)
{
	int64_t whole = 0, part = 0, unit = 1000;
	size_t i = 0;

	for (; i < text.length && text.start[i] >= '0' && text.start[i] <= '9'; i++)
		whole = whole < LONGEST ? 10 * whole + (text.start[i] - '0') : whole;
	if (i == 0)
		return 0;
	if (i < text.length && text.start[i] == '.') {
		for (i++; i < text.length && text.start[i] >= '0' && text.start[i] <= '9'; i++) {
			unit /= 10;
			part += unit * (text.start[i] - '0');
		}
	}
	if (i < text.length)
		return 0;
	return whole >= LONGEST / 1000 ? LONGEST : 1000 * whole + part;
}

static int64_t
wait_in(struct span object)
{
	struct json_wanted wanted = {.name = span_of("retry_after")};
	struct json_error ignored;

	if (!json_find(object, JSON_DEPTH, &wanted, 1, NULL, &ignored) ||
	    wanted.value.start == NULL)
		return 0;
	return verdict_seconds(wanted.value);
}

int64_t
verdict_wait(struct span body)
{
	struct json_wanted wanted = {.name = span_of("parameters")};
	struct json_error ignored;
	int64_t wait = wait_in(body);

	if (wait == 0 && json_find(body, JSON_DEPTH, &wanted, 1, NULL, &ignored) &&
	    wanted.value.start != NULL)
		wait = wait_in(wanted.value);
	return wait;
}
