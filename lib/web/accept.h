/* accept: what a client takes, by headers such as "gzip;q=0.5" or "text/html, application/json". */
#ifndef WEB_ACCEPT_H
#define WEB_ACCEPT_H

#include <stdbool.h>

/* Does the header list the coding, and not with a weight of 0? */
bool accept_has(const char *header, const char *coding);
/* The same for a media type, which ranges may name, too; parameters of both are ignored. */
bool accept_takes(const char *header, const char *type);

#endif
