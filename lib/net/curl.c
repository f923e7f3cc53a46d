/* curl: loads libcurl and finds its functions. */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include "net/curl.h"

static const char *const libraries[] = {
    "libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.so", "libcurl.4.dylib"};

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define FUNCTION(name) {"curl_" #name, offsetof(struct http_curl, name)},
    HTTP_CURL_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

static bool
find_functions(void *library, struct http_curl *curl)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		void *function = dlsym(library, functions[i].name);

		if (function == NULL)
			return false;
		memcpy((char *)curl + functions[i].offset, &function, sizeof function);
	}
	return true;
}

const struct http_curl *
http_curl_load(struct failure *failure)
{
	static struct http_curl curl; /* a library is loaded once for a process */
	static bool loaded;
	int error = 0;

	for (size_t i = 0; !loaded && i < sizeof libraries / sizeof *libraries; i++) {
		void *library;

		errno = 0;
		library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL);

		if (library == NULL && failure_is_short(errno))
			error = errno;
		loaded = library != NULL && find_functions(library, &curl);
		if (library != NULL && !loaded)
			dlclose(library);
	}
	if (loaded)
		return &curl;
	if (error != 0)
		fail_errno(failure, error, "libcurl cannot be loaded");
	else
		fail(failure, FAILURE_PERMANENT,
		    "libcurl cannot be loaded: install it (Debian's package is libcurl4)");
	return NULL;
}
