/*
 * curl: libcurl, loaded when it is first needed. Loading it takes longer than everything else that
 * a tool does at its start.
 */
#ifndef NET_CURL_H
#define NET_CURL_H

#include <curl/curl.h>
#include "base/failure.h"

/* The functions of libcurl that are used, without the prefix "curl_". */
#define HTTP_CURL_FUNCTIONS(each) \
	each(global_init) each(global_cleanup) each(free) each(slist_append) each(slist_free_all) \
	    each(easy_init) each(easy_cleanup) each(easy_setopt) each(easy_getinfo) \
	        each(easy_strerror) each(easy_pause) each(multi_init) each(multi_cleanup) \
	            each(multi_setopt) each(multi_add_handle) each(multi_remove_handle) \
	                each(multi_socket_action) each(multi_info_read) each(multi_strerror) \
	                    each(url) each(url_cleanup) each(url_get) each(url_set)

struct http_curl {
#define HTTP_CURL_MEMBER(name) __typeof__(curl_##name) *name;
	HTTP_CURL_FUNCTIONS(HTTP_CURL_MEMBER)
#undef HTTP_CURL_MEMBER
};

/* NULL: libcurl is not installed; failure names the package. */
const struct http_curl *http_curl_load(struct failure *failure);

#endif
