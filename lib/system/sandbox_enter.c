/* sandbox_enter: enters the sandbox of the system that it was built for. */
#include <stddef.h>
#include <unistd.h>

#include "system/sandbox.h"
#include "system/sandbox_files.h"
#ifdef __linux__
#	include <sys/prctl.h>

#	include "system/sandbox_linux.h"
#endif

#ifdef __OpenBSD__

bool
sandbox_enter(struct sandbox *sandbox, struct failure *failure)
{
	static const char *const rights[] = {
	    [SANDBOX_READ] = "r", [SANDBOX_APPEND] = "wc", [SANDBOX_WRITE] = "rwc"};

	/* The system itself keeps what pledge grants to "dns". */
	(void)failure;
	if (unveil("/etc", "r") < 0 || unveil("/usr", "r") < 0)
		return true;
	for (size_t i = 0; i < sandbox->count; i++) {
		const struct sandbox_path *path = &sandbox->paths[i];

		if (access(path->path, F_OK) == 0 && unveil(path->path, rights[path->right]) < 0)
			return true;
	}
	pledge(sandbox->network ? "stdio rpath wpath cpath flock inet dns"
	                        : "stdio rpath wpath cpath flock",
	    NULL);
	return true;
}

#elif defined(__linux__)

bool
sandbox_enter(struct sandbox *sandbox, struct failure *failure)
{
	sandbox_files_add(sandbox);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return true;
	if (!sandbox_landlock(sandbox, failure))
		return false;
	sandbox_seccomp(sandbox);
	return true;
}

#else

bool
sandbox_enter(struct sandbox *sandbox, struct failure *failure)
{
	(void)sandbox;
	(void)failure;
	return true;
}

#endif
