/*
 * verdict: what the answer of a webhook means for the message. Sources: RFC 9110, section 15 and
 * 10.2.3 (Retry-After); Discord, "Rate Limits"; Telegram Bot API, "ResponseParameters".
 */
#ifndef TOPIC_WEBHOOK_VERDICT_H
#define TOPIC_WEBHOOK_VERDICT_H

#include <stdint.h>

#include "base/span.h"

enum verdict {
	VERDICT_DONE,
	VERDICT_REFUSED, /* the message is at fault */
	VERDICT_AGAIN,
	VERDICT_THROTTLED, /* again, after a wait */
	VERDICT_BARRED /* the URL is at fault: needs attention */
};

enum verdict verdict_of(int status);
/* What to do about a VERDICT_BARRED, as a clause. */
const char *verdict_advice(int status);
/* The wait that the body of a throttled answer asks for, in ms; 0: none. It is outside data. */
int64_t verdict_wait(struct span body);
/* Seconds with or without a fraction ("0.65"), as ms, a day at most; 0: it is not a number. */
int64_t verdict_seconds(struct span text);

#endif
