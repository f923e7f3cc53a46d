/* curl: loads libcurl and finds its functions. */
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "net/curl.h"

enum { REASON_SIZE = 200 };

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
	char reason[REASON_SIZE] = ""; /* why the first of the libraries was not loaded */

	for (size_t i = 0; !loaded && i < sizeof libraries / sizeof *libraries; i++) {
		void *library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL);

		if (library == NULL && *reason == '\0')
			snprintf(reason, sizeof reason, "%s", dlerror());
		loaded = library != NULL && find_functions(library, &curl);
		if (library != NULL && !loaded)
			dlclose(library);
	}
	if (loaded)
		return &curl;
	fail_library(failure, "libcurl", "libcurl4", reason);
	return NULL;
}
