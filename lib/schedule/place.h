/* place: the directories of a user's entries, locks and units, and the caller. */
#ifndef SCHEDULE_PLACE_H
#define SCHEDULE_PLACE_H

#include <stdbool.h>
#include "base/caller.h"
#include "base/failure.h"

struct place {
	struct caller caller;
	char *const *environment; /* as environment_all; borrowed */
	char *home; /* $HOME */
	char *state; /* ${XDG_STATE_HOME:-~/.local/state}/fxpipe/cron: locks, logs */
	char *config; /* ${XDG_CONFIG_HOME:-~/.config}/fxpipe: keys, providers */
	char *units; /* the same config's systemd/user */
	char *program; /* the path of fxcron(1), which lines call */
};

/*
 * Finds them from the environment (as environ). FAILURE_PERMANENT without HOME.
 * Freed with place_free either way.
 */
bool place_open(struct place *place, const struct caller *caller, char *const *environment,
    struct failure *failure);
void place_free(struct place *place);
/* The value of a variable; NULL: not set, or empty. */
const char *place_variable(const struct place *place, const char *name);
/* FX_HOME as a path from the root, since cron starts elsewhere; to free. NULL: not set. */
char *place_home(const struct place *place);

#endif
