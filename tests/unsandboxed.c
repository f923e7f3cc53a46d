/*
 * unsandboxed: preloaded where the tests run under sanitizers. Landlock would
 * keep a tool from writing the sanitizer's report of its own faults, so here
 * the system has no Landlock. The plain run tests the tools with it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

long
syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	long arguments[6];
	va_list list;

#ifdef SYS_landlock_create_ruleset
	if (number == SYS_landlock_create_ruleset) {
		errno = ENOSYS;
		return -1;
	}
#endif
	va_start(list, number);
	for (int i = 0; i < 6; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
	    arguments[5]);
}
