/* redirect: whether a redirect from one URL to another may be followed. */
#ifndef NET_REDIRECT_H
#define NET_REDIRECT_H

#include <stdbool.h>

/* True only if to is https on the same host, and on the same port too if from is https. */
bool redirect_is_allowed(const char *from, const char *to);

#endif
