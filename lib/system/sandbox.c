/* sandbox: enters the sandbox of the system that it was built for. */
#include "system/sandbox.h"

#ifdef __OpenBSD__
#	include <unistd.h>

bool
sandbox_enter(const struct sandbox *sandbox)
{
	const size_t most = sizeof sandbox->writable / sizeof *sandbox->writable;

	if (sandbox->programs)
		return pledge("stdio rpath wpath cpath flock inet dns proc exec", NULL) == 0;
	if (unveil("/", "r") < 0)
		return false;
	for (size_t i = 0; i < most; i++) {
		if (sandbox->writable[i] != NULL && unveil(sandbox->writable[i], "rwc") < 0)
			return false;
	}
	return pledge(sandbox->network ? "stdio rpath wpath cpath flock inet dns"
	                               : "stdio rpath wpath cpath flock",
	           NULL) == 0;
}

#elif defined(__linux__)
#	include <sys/prctl.h>

#	include "system/sandbox_linux.h"

bool
sandbox_enter(const struct sandbox *sandbox)
{
	bool files, calls;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return false;
	files = !sandbox->programs && sandbox_landlock(sandbox);
	calls = sandbox_seccomp(sandbox);
	return files || calls;
}

#else

bool
sandbox_enter(const struct sandbox *sandbox)
{
	(void)sandbox;
	return false;
}

#endif
