/* library: dlopen, dlsym, and what dlerror says. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/library.h"

/* dlopen of the GNU C library does not set errno. */
static bool
reason_is_short(const char *reason)
{
	return strstr(reason, "map segment") != NULL || strstr(reason, "llocate memory") != NULL ||
	       strstr(reason, strerror(EMFILE)) != NULL || strstr(reason, strerror(ENFILE)) != NULL;
}

static bool
find_functions(void *handle, const struct library *library, void *pointers)
{
	for (size_t i = 0; i < library->count; i++) {
		const struct library_function *wanted = &library->functions[i];
		void *function = dlsym(handle, wanted->name);

		if (function == NULL)
			return false;
		memcpy((char *)pointers + wanted->offset, &function, sizeof function);
	}
	return true;
}

void *
library_load(const struct library *library, void *pointers, struct failure *failure)
{
	char reason[200] = ""; /* why the first file was not loaded */

	for (size_t i = 0; library->files[i] != NULL; i++) {
		void *handle = dlopen(library->files[i], RTLD_LAZY | RTLD_LOCAL);

		if (handle != NULL && find_functions(handle, library, pointers))
			return handle;
		if (handle != NULL)
			dlclose(handle);
		else if (*reason == '\0')
			snprintf(reason, sizeof reason, "%s", dlerror());
	}
	if (reason_is_short(reason))
		fail(failure, FAILURE_TEMPORARY, "%s cannot be loaded: %s", library->name, reason);
	else
		fail(failure, FAILURE_PERMANENT,
		    "%s cannot be loaded: install it (Debian's package is %s)%s%s", library->name,
		    library->package, *reason != '\0' ? ": " : "", reason);
	return NULL;
}
