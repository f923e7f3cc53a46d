/*
 * trust: the certificates that servers are checked against. The file of the settings
 * (AWS_CA_BUNDLE), else CURL_CA_BUNDLE, replaces the system's certificates. Without these,
 * SSL_CERT_FILE replaces the system's file and SSL_CERT_DIR its directory, as in OpenSSL.
 */
#ifndef NET_TRUST_H
#define NET_TRUST_H

#include <stdbool.h>
#include "net/curl.h"
#include "net/http.h"

struct trust {
	const char *setting; /* the setting that names file; if file is NULL, the one to recommend */
	const char *file, *directory; /* NULL: the system's */
	bool alone; /* file replaces the system's directory, too */
};

enum { TRUST_TEXT = 400 };

/* Borrows from the settings and the environment. */
void trust_find(struct trust *trust, const struct http_settings *settings);
void trust_set(const struct trust *trust, const struct http_curl *curl, CURL *easy);
/* Does code mean that the certificate of a server or a proxy was not trusted? */
bool trust_is_lacking(CURLcode code);
/*
 * Writes why the certificate was not trusted, with the file and the setting that names it, or the
 * setting to use. said: libcurl's text. Returns text.
 */
const char *trust_describe(
    const struct trust *trust, CURLcode code, const char *said, char text[TRUST_TEXT]);

#endif
