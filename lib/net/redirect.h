/* redirect: whether a redirect from one URL to another may be followed. */
#ifndef NET_REDIRECT_H
#define NET_REDIRECT_H

#include <stdbool.h>

/* Only to https, to the same host, and not to another port of it (from http: to any port). */
bool redirect_is_allowed(const char *from, const char *to);

#endif
