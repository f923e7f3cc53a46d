/*
 * expression: the schedule of a pipeline as its user wrote it: rate(5 minutes) or
 * cron(0 9 ? * MON-FRI *) as in EventBridge, the five fields of a crontab(5), or @hourly and the
 * like; and its translation for cron and for systemd timers. Source of the first two: EventBridge
 * Scheduler User Guide, "Schedule types".
 */
#ifndef SCHEDULE_EXPRESSION_H
#define SCHEDULE_EXPRESSION_H

#include <stdbool.h>
#include <stdint.h>
#include "base/failure.h"

enum { EXPRESSION_EVENTS = 2 };

struct expression {
	char *fields; /* of a crontab's line: a time, or "@reboot"; NULL if cron cannot do it */
	char *events[EXPRESSION_EVENTS]; /* for OnCalendar=, systemd.time(7); NULL: no more */
	unsigned every; /* minutes, for a timer that has no event; 0: none */
	uint64_t runs; /* in a day, at most */
	char *cron_cannot; /* one sentence: why, and what it can do instead; NULL: it can */
};

/* FAILURE_PERMANENT if text is not a schedule. Freed with expression_free either way. */
bool expression_read(const char *text, struct expression *expression, struct failure *failure);
void expression_free(struct expression *expression);

#endif
