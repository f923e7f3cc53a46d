/* core_dump: sets a resource limit and, on Linux, clears the process's dumpable flag. */
#include <sys/resource.h>
#ifdef __linux__
#	include <sys/prctl.h>
#endif
#include "system/core_dump.h"

void
core_dump_forbid(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#ifdef __linux__
	/* The limit does not stop a core that is piped to a program (core_pattern). */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
