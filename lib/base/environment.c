/* environment: reads variables, and derives directories and defaults from them. */
#include <stdlib.h>
#include <unistd.h>
#include <string.h>

#include "base/environment.h"
#include "base/memory.h"

extern char **environ;

static const char *
setting(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Computed once and kept, so that the result stays valid. */
static bool
directory(const char **kept, const char *own, const char *base, const char *under_home,
    struct failure *failure)
{
	const char *value;

	if (*kept != NULL)
		return true;
	if (own != NULL && (value = setting(own)) != NULL)
		*kept = memory_copy_text(value);
	else if ((value = setting(base)) != NULL)
		*kept = memory_format("%s/fxpipe", value);
	else if ((value = setting("HOME")) != NULL)
		*kept = memory_format("%s/%s/fxpipe", value, under_home);
	else
		return fail(failure, FAILURE_PERMANENT,
		    "neither %s nor HOME is set: set one of them", own != NULL ? own : base);
	return true;
}

bool
environment_home(const char **home, struct failure *failure)
{
	static const char *kept;
	bool found = directory(&kept, "FX_HOME", "XDG_DATA_HOME", ".local/share", failure);

	*home = kept;
	return found;
}

bool
environment_config(const char **path, struct failure *failure)
{
	static const char *kept;
	bool found = directory(&kept, NULL, "XDG_CONFIG_HOME", ".config", failure);

	*path = kept;
	return found;
}

bool
environment_state(const char **path, struct failure *failure)
{
	static const char *kept;
	bool found = directory(&kept, NULL, "XDG_STATE_HOME", ".local/state", failure);

	*path = kept;
	return found;
}

const char *
environment_stream(void)
{
	const char *name = setting("FX_STREAM");

	return name != NULL ? name : "rates";
}

const char *
environment_table(void)
{
	const char *name = setting("FX_TABLE");

	return name != NULL ? name : "rates";
}

const char *
environment_provider(void)
{
	return setting("FX_PROVIDER");
}

const char *
environment_log(void)
{
	return setting("FX_LOG");
}

const char *
environment_zones(void)
{
	const char *directory = setting("TZDIR");

	return directory != NULL && directory[0] == '/' ? directory : "/usr/share/zoneinfo";
}

const char *
environment_user_home(void)
{
	return setting("HOME");
}

const char *
environment_aws(const char *name)
{
	return setting(name);
}

const char *
environment_network(const char *name)
{
	return setting(name);
}

const char *
environment_terminal(const char *name)
{
	return setting(name);
}

bool
environment_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *locale = setting(names[i]);

		if (locale != NULL)
			return strcasestr(locale, "utf-8") != NULL ||
			       strcasestr(locale, "utf8") != NULL;
	}
	return false;
}

char *const *
environment_all(void)
{
	return environ;
}

unsigned
environment_passed_sockets(void)
{
	const char *process = setting("LISTEN_PID"), *count = setting("LISTEN_FDS");
	long number = count != NULL ? strtol(count, NULL, 10) : 0;

	if (process == NULL || strtol(process, NULL, 10) != (long)getpid())
		return 0;
	return number > 0 && number < 1000 ? (unsigned)number : 0;
}
