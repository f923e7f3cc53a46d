/* place: finds directories from the environment, and the path of fxcron. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "schedule/place.h"
#include "system/executable.h"
#include "system/program.h"

const char *
place_variable(const struct place *place, const char *name)
{
	size_t length = strlen(name);

	for (char *const *at = place->environment; *at != NULL; at++) {
		if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
			return (*at)[length + 1] != '\0' ? *at + length + 1 : NULL;
	}
	return NULL;
}

char *
place_home(const struct place *place)
{
	const char *value = place_variable(place, "FX_HOME");
	char *here, *path;

	if (value == NULL || value[0] == '/')
		return value != NULL ? memory_copy_text(value) : NULL;
	here = getcwd(NULL, 0);
	path = memory_format("%s/%s", here != NULL ? here : ".", value);
	free(here);
	return path;
}

static char *
directory(const struct place *place, const char *name, const char *under_home, const char *inside)
{
	const char *value = place_variable(place, name);

	if (value != NULL)
		return memory_format("%s/%s", value, inside);
	return memory_format("%s/%s/%s", place->home, under_home, inside);
}

/* fxcron beside this program, else the one in PATH. */
static char *
find_program(const struct place *place)
{
	char *beside = executable_directory(), *path = NULL;

	if (beside != NULL)
		path = memory_format("%s/fxcron", beside);
	if (path == NULL || access(path, X_OK) != 0) {
		free(path);
		path = program_find("fxcron", place_variable(place, "PATH"));
	}
	free(beside);
	return path != NULL ? path : memory_copy_text("fxcron");
}

bool
place_open(struct place *place, const struct caller *caller, char *const *environment,
    struct failure *failure)
{
	const char *home;

	*place = (struct place){.caller = *caller, .environment = environment};
	home = place_variable(place, "HOME");
	if (home == NULL)
		return fail(failure, FAILURE_PERMANENT, "HOME is not set");
	place->home = memory_copy_text(home);
	place->state = directory(place, "XDG_STATE_HOME", ".local/state", "fxpipe/cron");
	place->config = directory(place, "XDG_CONFIG_HOME", ".config", "fxpipe");
	place->units = directory(place, "XDG_CONFIG_HOME", ".config", "systemd/user");
	place->program = find_program(place);
	return true;
}

void
place_free(struct place *place)
{
	free(place->home);
	free(place->state);
	free(place->config);
	free(place->units);
	free(place->program);
	*place = (struct place){.home = NULL};
}
