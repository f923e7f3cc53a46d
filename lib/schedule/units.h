/*
 * units: an entry as units of the user's systemd, instead of a line of the crontab:
 * fxpipe-NAME.service, and fxpipe-NAME.timer unless it is a service.
 */
#ifndef SCHEDULE_UNITS_H
#define SCHEDULE_UNITS_H

#include <stdbool.h>
#include "base/buffer.h"
#include "schedule/entry.h"
#include "schedule/expression.h"
#include "schedule/place.h"

/* The first line of a unit: one that begins otherwise is not ours. */
#define UNITS_FIRST_LINE "# Made by fxcron install; fxcron remove takes it away.\n"

struct units {
	struct buffer service;
	struct buffer timer; /* empty for a service */
};

/* Initialises units and fills them. line: the words that the service runs. */
bool units_format(const struct entry *entry, const struct expression *expression,
    const struct words *line, struct units *units, struct failure *failure);
void units_free(struct units *units);
/* The path of the entry's "service" or "timer", to be freed. */
char *units_path(const struct place *place, const char *name, const char *kind);

/* Writes and enables them; if the user's systemd does not answer, warns how to enable them. */
bool units_install(const struct place *place, const struct entry *entry, const struct units *units,
    struct failure *failure);
/* *removed is set if there were any. */
bool units_remove(
    const struct place *place, const char *name, bool *removed, struct failure *failure);

/* The names of services that fxcron wrote, sorted. */
void units_names(const struct place *place, struct words *names);
/* Reads the units of an entry that fxcron wrote into one from entry_init. */
bool units_read(
    const struct place *place, const char *name, struct entry *entry, struct failure *failure);
/* The part of units_read that reads the text of the service. */
bool units_entry(struct span text, struct entry *entry, struct failure *failure);
/* The part that reads the text of the timer: if its times are not those of the schedule, the
 * schedule is these times. */
void units_schedule(struct span timer, struct entry *entry);

#endif
