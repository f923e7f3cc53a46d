/* redirect: compares two URLs with libcurl's own parser, which is the one that will be used. */
#include <string.h>
#include <strings.h>

#include "net/curl.h"
#include "net/redirect.h"

static char *
url_part(const struct http_curl *curl, CURLU *url, CURLUPart part)
{
	char *text = NULL;
	return curl->url_get(url, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK ? text : NULL;
}

static bool
is_same_place(const struct http_curl *curl, CURLU *first, CURLU *second)
{
	static const CURLUPart asked[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
	char *was[3], *is[3];
	bool all = true;

	for (size_t i = 0; i < 3; i++) {
		was[i] = url_part(curl, first, asked[i]);
		is[i] = url_part(curl, second, asked[i]);
		all = all && was[i] != NULL && is[i] != NULL;
	}
	bool same = all && strcmp(is[0], "https") == 0 && strcasecmp(was[1], is[1]) == 0 &&
	            (strcmp(was[2], is[2]) == 0 || strcmp(was[0], "https") != 0);
	for (size_t i = 0; i < 3; i++) {
		curl->free(was[i]);
		curl->free(is[i]);
	}
	return same;
}

bool
redirect_is_allowed(const char *from, const char *to)
{
	struct failure ignored;
	const struct http_curl *curl = http_curl_load(&ignored);

	if (curl == NULL)
		return false;
	CURLU *first = curl->url(), *second = curl->url();
	bool may = first != NULL && second != NULL &&
	           curl->url_set(first, CURLUPART_URL, from, 0) == CURLUE_OK &&
	           curl->url_set(second, CURLUPART_URL, to, CURLU_DISALLOW_USER) == CURLUE_OK &&
	           is_same_place(curl, first, second);
	curl->url_cleanup(first);
	curl->url_cleanup(second);
	return may;
}

void
redirect_show(const char *url, char text[REDIRECT_TEXT])
{
	static const CURLUPart hidden[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS,
	    CURLUPART_QUERY, CURLUPART_FRAGMENT};
	struct failure ignored;
	const struct http_curl *curl = http_curl_load(&ignored);
	CURLU *parts = curl != NULL ? curl->url() : NULL;
	char *plain = NULL;
	struct shown shown;
	bool good = parts != NULL &&
	            curl->url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;

	for (size_t i = 0; good && i < sizeof hidden / sizeof *hidden; i++)
		good = curl->url_set(parts, hidden[i], NULL, 0) == CURLUE_OK;
	good = good && curl->url_get(parts, CURLUPART_URL, &plain, 0) == CURLUE_OK;
	if (good)
		show(&shown, plain,
		    strlen(plain) < REDIRECT_TEXT / 4 ? strlen(plain) : REDIRECT_TEXT / 4);
	strcpy(text, good ? shown.text : "another place");
	if (good)
		curl->free(plain);
	if (parts != NULL)
		curl->url_cleanup(parts);
}
