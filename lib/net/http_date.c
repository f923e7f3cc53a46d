/* http_date: reads the dates and delays in HTTP's headers. */
#include <stddef.h>
#include <string.h>
#include <time.h>
#include "net/http_date.h"
#include "text/timestamp.h"

enum { WAIT_MOST = 366 * 86400 /* seconds */ };

/* The form that is in use: a day of the week, and a date and time in GMT. */
static bool
read_usual(const char *text, int64_t *milliseconds)
{
	struct span date = span_of(text);
	struct timestamp stamp;

	while (date.length > 0 && strchr(" \t", date.start[date.length - 1]) != NULL)
		date.length--;
	return date.length > 3 && date.start[3] == ',' && timestamp_read(date, &stamp) &&
	       stamp.known && stamp.offset == 0 && timestamp_settle(&stamp, 0, milliseconds);
}

bool
http_date_read(const char *text, int64_t *milliseconds)
{
	static const char *const forms[] = {"%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"};

	if (text != NULL && read_usual(text, milliseconds))
		return true;
	for (size_t i = 0; text != NULL && i < sizeof forms / sizeof *forms; i++) {
		struct tm parts = {.tm_mday = 1};
		const char *end = strptime(text, forms[i], &parts);

		if (end == NULL || end[strspn(end, " \t")] != '\0')
			continue;
		*milliseconds = (int64_t)timegm(&parts) * 1000;
		return *milliseconds >= 0;
	}
	return false;
}

static bool
read_seconds(const char *text, int64_t *seconds)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || text[digits + strspn(text + digits, " \t")] != '\0')
		return false;
	*seconds = 0;
	for (size_t i = 0; i < digits && *seconds <= WAIT_MOST; i++)
		*seconds = *seconds * 10 + (text[i] - '0');
	return true;
}

int64_t
http_date_wait(const char *text, const char *date, int64_t now)
{
	int64_t seconds, until;

	if (text == NULL)
		return -1;
	if (!read_seconds(text, &seconds)) {
		if (!http_date_read(text, &until))
			return -1;
		http_date_read(date, &now);
		seconds = (until - now + 999) / 1000;
	}
	if (seconds > WAIT_MOST)
		seconds = WAIT_MOST;
	return seconds > 0 ? seconds * 1000 : 0;
}
