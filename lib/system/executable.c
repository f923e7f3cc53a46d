/* executable: asks the system for the path of the running program. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __APPLE__
#	include <mach-o/dyld.h>
#endif

#include "base/memory.h"
#include "system/directory.h"
#include "system/executable.h"

enum { PATH_BYTES = 4096 };

char *
executable_directory(void)
{
	char path[PATH_BYTES];
#ifdef __APPLE__
	uint32_t size = sizeof path;

	if (_NSGetExecutablePath(path, &size) != 0)
		return NULL;
#else
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

	if (length <= 0)
		return NULL;
	path[length] = '\0';
#endif
	return directory_of(path);
}
