/* redirect: whether a redirect from one URL to another may be followed. */
#ifndef NET_REDIRECT_H
#define NET_REDIRECT_H

#include <stdbool.h>

/* True only if to is https on the same host, and on the same port too if from is https. */
bool redirect_is_allowed(const char *from, const char *to);

/* The URL for a message, without user, password, query and fragment, which may hold a key. */
enum { REDIRECT_TEXT = 160 };
void redirect_show(const char *url, char text[REDIRECT_TEXT]);

#endif
