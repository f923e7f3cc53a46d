/* trust: chooses the certificates, and explains why a server was not trusted. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/environment.h"
#include "base/failure.h"
#include "net/trust.h"

void
trust_find(struct trust *trust, const struct http_settings *settings)
{
	static const char own[] = "CURL_CA_BUNDLE", file[] = "SSL_CERT_FILE";

	*trust = (struct trust){.setting = settings->ca_setting, .file = settings->ca_bundle};
	if (trust->file == NULL && (trust->file = environment_network(own)) != NULL)
		trust->setting = own;
	trust->alone = trust->file != NULL;
	if (trust->alone)
		return;
	trust->directory = environment_network("SSL_CERT_DIR");
	if ((trust->file = environment_network(file)) != NULL)
		trust->setting = file;
	else if (trust->setting == NULL)
		trust->setting = own;
}

void
trust_set(const struct trust *trust, const struct http_curl *curl, CURL *easy)
{
	if (trust->file != NULL) {
		curl->easy_setopt(easy, CURLOPT_CAINFO, trust->file);
		curl->easy_setopt(easy, CURLOPT_PROXY_CAINFO, trust->file);
	}
	if (trust->directory != NULL || trust->alone) {
		curl->easy_setopt(easy, CURLOPT_CAPATH, trust->directory);
		curl->easy_setopt(easy, CURLOPT_PROXY_CAPATH, trust->directory);
	}
}

bool
trust_is_lacking(CURLcode code)
{
	return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
	       code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS;
}

/* The sentence of OpenSSL, which is fixed, in libcurl's text; "": none. */
static const char *
reason_in(const char *said)
{
	static const char before[] = "SSL certificate problem: ";

	return strncmp(said, before, strlen(before)) == 0 ? said + strlen(before) : "";
}

const char *
trust_describe(const struct trust *trust, CURLcode code, const char *said, char text[TRUST_TEXT])
{
	const char *path = trust->file != NULL ? trust->file : trust->directory;
	const char *setting = trust->file != NULL ? trust->setting : "SSL_CERT_DIR";
	const char *reason = reason_in(said);
	struct shown shown;

	if (path != NULL)
		show(&shown, path, strlen(path));
	if (trust->file == NULL && code == CURLE_SSL_CACERT_BADFILE)
		snprintf(text, TRUST_TEXT,
		    "could not read the system's trusted certificates: install them (Debian's "
		    "package is ca-certificates), or set %s to a file of PEM certificates",
		    trust->setting);
	else if (code == CURLE_SSL_CACERT_BADFILE)
		snprintf(text, TRUST_TEXT,
		    "could not read the trusted certificates in %.200s (%s): %s", shown.text,
		    setting,
		    access(path, R_OK) != 0 ? strerror(errno) : "not a file of PEM certificates");
	else if (path != NULL)
		snprintf(text, TRUST_TEXT,
		    "its certificate is not trusted%s%.80s%s: it was checked against %.200s (%s)",
		    reason[0] != '\0' ? " (" : "", reason, reason[0] != '\0' ? ")" : "", shown.text,
		    setting);
	else
		snprintf(text, TRUST_TEXT,
		    "its certificate is not trusted%s%.80s%s: if it should be, set %s to a file of "
		    "PEM certificates",
		    reason[0] != '\0' ? " (" : "", reason, reason[0] != '\0' ? ")" : "",
		    trust->setting);
	return text;
}
