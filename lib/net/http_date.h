/*
 * http_date: the times in HTTP's headers. Source: RFC 9110, sections 5.6.7 (dates) and 10.2.3
 * (Retry-After).
 */
#ifndef NET_HTTP_DATE_H
#define NET_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* A date in one of the three forms, in ms since 1970. text NULL: there is none. */
bool http_date_read(const char *text, int64_t *milliseconds);

/*
 * How long a Retry-After asks to wait, in ms, at most a year; 0: it asks for a retry at once, or
 * its date is past; -1: text is NULL or invalid. A date is compared with date, that of the reply,
 * so that this machine's clock does not matter; if that is NULL or invalid, with now (ms since
 * 1970).
 */
int64_t http_date_wait(const char *text, const char *date, int64_t now);

#endif
