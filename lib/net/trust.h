/*
 * trust: the certificates that servers are checked against, the first of: a file of the settings
 * (AWS_CA_BUNDLE), CURL_CA_BUNDLE, both of which replace the system's; SSL_CERT_FILE and
 * SSL_CERT_DIR, each of which replaces the system's file or directory, as in OpenSSL; the system's.
 */
#ifndef NET_TRUST_H
#define NET_TRUST_H

#include <stdbool.h>
#include "net/curl.h"
#include "net/http.h"

struct trust {
	const char *setting; /* the one that names file; without a file the one to use */
	const char *file, *directory; /* NULL: the system's */
	bool alone; /* file replaces the system's directory, too */
};

enum { TRUST_TEXT = 400 };

/* Borrows from the settings and the environment. */
void trust_find(struct trust *trust, const struct http_settings *settings);
void trust_set(const struct trust *trust, const struct http_curl *curl, CURL *easy);
/* Is code that of a server, or a proxy, whose certificate was not trusted? */
bool trust_is_lacking(CURLcode code);
/*
 * Writes why, with the names of the file and the setting, and the advice to use one. said:
 * libcurl's text. Returns text.
 */
const char *trust_describe(
    const struct trust *trust, CURLcode code, const char *said, char text[TRUST_TEXT]);

#endif
