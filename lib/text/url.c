/* url: encodes, decodes, and finds the host. */
#include <string.h>
#include <strings.h>
#include "text/url.h"

bool
url_encode(struct buffer *url, struct span bytes, const char *keep)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < bytes.length; i++) {
		unsigned char byte = (unsigned char)bytes.start[i];
		char text[3] = {'%', hex[byte >> 4], hex[byte & 15]};
		bool plain =
		    (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		    (byte >= '0' && byte <= '9') ||
		    (byte != 0 && (strchr("-._~", byte) != NULL || strchr(keep, byte) != NULL));
		if (!buffer_add(url, plain ? (const void *)&bytes.start[i] : text, plain ? 1 : 3))
			return false;
	}
	return true;
}

static int
digit_of(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

bool
url_decode(struct buffer *plain, struct span text)
{
	if (!buffer_reserve(plain, text.length))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.start[i];
		if (byte == '%' && i + 2 < text.length && digit_of(text.start[i + 1]) >= 0 &&
		    digit_of(text.start[i + 2]) >= 0) {
			byte = (unsigned char)(digit_of(text.start[i + 1]) * 16 +
			                       digit_of(text.start[i + 2]));
			i += 2;
		}
		if (!buffer_add(plain, &byte, 1))
			return false;
	}
	return true;
}

bool
url_is_local(struct span host)
{
	if (host.length == 9 && strncasecmp(host.start, "localhost", 9) == 0)
		return true;
	if (span_is(host, "[::1]"))
		return true;
	if (host.length < 7 || memcmp(host.start, "127.", 4) != 0)
		return false;
	for (size_t i = 0; i < host.length; i++)
		if (host.start[i] != '.' && (host.start[i] < '0' || host.start[i] > '9'))
			return false;
	return true;
}

/* What follows a host: nothing, or a colon and the number of a port, which may be missing. */
static bool
is_port(struct span text)
{
	unsigned number = 1;

	if (text.length > 6 || (text.length > 0 && *text.start != ':'))
		return false;
	for (size_t i = 1; i < text.length; i++) {
		if (text.start[i] < '0' || text.start[i] > '9')
			return false;
		number = (i > 1 ? number * 10 : 0) + (unsigned)(text.start[i] - '0');
	}
	return number > 0 && number < 65536;
}

bool
url_host(const char *url, struct span *host, struct failure *failure)
{
	bool secure = strncmp(url, "https://", 8) == 0;
	if (!secure && strncmp(url, "http://", 7) != 0)
		return fail(failure, FAILURE_PERMANENT, "is neither https nor http");
	const char *at = url + (secure ? 8 : 7);
	size_t length = strcspn(at, "/?#");
	if (memchr(at, '@', length) != NULL || memchr(at, '{', length) != NULL ||
	    memchr(at, '\\', length) != NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "has \"@\", \"{\" or \"\\\" before its path, which are not allowed");
	/* Brackets hold an IPv6 address; else a colon begins the port. */
	size_t address = *at == '[' ? strcspn(at, "]") + 1 : strcspn(at, ":");
	*host = (struct span){at, address < length ? address : length};
	if (host->length == 0)
		return fail(failure, FAILURE_PERMANENT, "has no host");
	if (!is_port((struct span){at + host->length, length - host->length}))
		return fail(
		    failure, FAILURE_PERMANENT, "has a port that is not a number from 1 to 65535");
	if (!secure && !url_is_local(*host))
		return fail(
		    failure, FAILURE_PERMANENT, "is plain http to another machine: use https");
	return true;
}
