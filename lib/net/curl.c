/* curl: the names of libcurl and its functions. */
#include "base/library.h"
#include "net/curl.h"

static const char *const files[] = {
    "libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.so", "libcurl.4.dylib", NULL};

static const struct library_function functions[] = {
#define FUNCTION(name) {"curl_" #name, offsetof(struct http_curl, name)},
    HTTP_CURL_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

const struct http_curl *
http_curl_load(struct failure *failure)
{
	static const struct library libcurl = {
	    "libcurl", "libcurl4", files, functions, sizeof functions / sizeof *functions};
	static struct http_curl curl; /* a library is loaded once for a process */
	static bool loaded;

	loaded = loaded || library_load(&libcurl, &curl, failure) != NULL;
	return loaded ? &curl : NULL;
}
