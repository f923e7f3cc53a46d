/* target: reads a request's target in any of its forms (RFC 9112, 3.2) but that of CONNECT. */
#include <string.h>
#include <strings.h>

#include "web/internal.h"

/* The length of "http://" at the start of a target; 0: it begins with none. */
static size_t
scheme_length(const char *target)
{
	if (strncasecmp(target, "http://", 7) == 0)
		return 7;
	return strncasecmp(target, "https://", 8) == 0 ? 8 : 0;
}

/* Takes the scheme and the host off "http://host/path". */
static struct span
take_host(struct request *request, const char *target)
{
	size_t length;
	char *text;

	target += scheme_length(target);
	length = strcspn(target, "/?");
	text = pool_take(&request->pool, length + 1);
	memcpy(text, target, length);
	text[length] = '\0';
	request->host = text;
	target += length;
	if (target[0] == '/')
		return span_of(target);
	/* The path may be missing. */
	length = strlen(target);
	text = pool_take(&request->pool, length + 2);
	text[0] = '/';
	memcpy(text + 1, target, length + 1);
	return span_of(text);
}

void
target_read(struct request *request, const char *target)
{
	struct span rest = span_of(target);

	request->too_long = rest.length > QUERY_LENGTH;
	request->asterisk = strcmp(target, "*") == 0;
	if (request->asterisk)
		rest = span_of("/");
	else if (!request->too_long && scheme_length(target) > 0)
		rest = take_host(request, target);
	if (query_read(&request->query, rest, &request->pool, &request->invalid))
		request->invalid = NULL;
}
