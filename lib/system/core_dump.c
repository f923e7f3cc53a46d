/* core: see core.h. */
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
	/* A core that goes to a program (core_pattern with a pipe) minds no limit. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
