/*
 * entry: a pipeline that is run on a schedule, or kept running: its name, schedule, command and
 * settings. They are stored only in its line of the crontab, or in its unit:
 *	DIRECTORY/fxcron run NAME [OPTION...] -- COMMAND	(loop for a service in the crontab)
 */
#ifndef SCHEDULE_ENTRY_H
#define SCHEDULE_ENTRY_H

#include <stdbool.h>
#include <stdint.h>
#include "base/failure.h"
#include "schedule/words.h"

enum {
	ENTRY_NAME_MOST = 128, /* bytes */
	ENTRY_LIMIT_MOST = 604800, /* seconds */
	ENTRY_DELAY_MOST = 86400,
	ENTRY_INSTANCES_MOST = 100,
	ENTRY_LIMIT_DEFAULT = -1
};

/* Follows the schedule of a paused entry wherever it is shown. */
#define ENTRY_PAUSED ", paused"
/* The variable that names the program which installed an entry, if that was not fxcron(1). */
#define SCHEDULE_MAKER "FX_MADE_BY"

struct entry {
	char *name; /* [A-Za-z0-9_][A-Za-z0-9_.-]*; NULL: a loop without a name */
	char *schedule; /* see schedule/expression.h; "service" for one */
	char *command; /* one line for bash */
	int64_t limit; /* seconds after which a run is ended; 0: never; ENTRY_LIMIT_DEFAULT */
	int64_t instances; /* of a service: how many run the command at once */
	int64_t delay; /* a run begins up to this many seconds later */
	char *log; /* a path; "-": standard error; "syslog"; NULL: not given */
	struct words variables; /* NAME=VALUE for the command */
	bool service;
	bool systemd; /* a unit, not a line of the crontab */
	bool paused; /* installed, but neither cron nor systemd starts it */
};

void entry_init(struct entry *entry);
void entry_free(struct entry *entry);

bool entry_name_is_valid(const char *name);
/* Is it NAME=VALUE, with a name as a shell accepts it? */
bool entry_variable_is_valid(const char *setting);
void entry_set(char **to, const char *text); /* a copy, in place of what was there */
/* Sets the command: one word is a pipeline, several are the words of a command. False: blank. */
bool entry_set_command(struct entry *entry, char *const *words, size_t count);

/* Reads the words of a line, from "DIRECTORY/fxcron" on, into an entry from entry_init. */
bool entry_read(struct entry *entry, const struct words *line, struct failure *failure);
/* The words of its line; program: the path of fxcron(1). */
void entry_words(const struct entry *entry, const char *program, struct words *line);
/*
 * Checks that it can be installed: valid names, and no newline, after which another line would
 * begin. FAILURE_PERMANENT.
 */
bool entry_check(const struct entry *entry, struct failure *failure);
/* The part of entry_check about newlines. */
bool entry_check_line(const char *text, struct failure *failure);

#endif
