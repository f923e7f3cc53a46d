/* field: one field of a crontab or of cron(...), as the set of the values that it means. */
#ifndef SCHEDULE_FIELD_H
#define SCHEDULE_FIELD_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/failure.h"

enum field_kind { FIELD_MINUTE, FIELD_HOUR, FIELD_DAY, FIELD_MONTH, FIELD_WEEKDAY, FIELD_KINDS };

/* In a crontab Sunday is 0 or 7; in EventBridge it is 1, and 5/10 and FRI-MON are allowed. */
enum field_dialect { FIELD_CRONTAB, FIELD_EVENTBRIDGE };

/*
 * values: bit N is set if the field means N; of weekdays 0 is Sunday in both dialects.
 * schedule: the whole expression, for the failure (FAILURE_PERMANENT).
 */
bool field_read(enum field_kind kind, enum field_dialect dialect, const char *text,
    const char *schedule, uint64_t *values, struct failure *failure);
unsigned field_count(uint64_t values);
/* Adds the values as a crontab writes them: *, a step, or a list of values and ranges. */
void field_add_cron(struct buffer *to, enum field_kind kind, uint64_t values);
/* The same, as systemd.time(7) writes them. */
void field_add_event(struct buffer *to, enum field_kind kind, uint64_t values);
/* Adds "Mon,Fri " unless it is every weekday. */
void field_add_weekdays(struct buffer *to, uint64_t values);

#endif
