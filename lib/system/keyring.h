/*
 * keyring: bytes kept for a while by the kernel, in the user's keyring: never
 * in a file, gone when their time is over or the machine is switched off.
 * In a container, and where the system has no keyring or refuses it, nothing
 * is kept and nothing found. Source: keyctl(2), user-keyring(7).
 */
#ifndef SYSTEM_KEYRING_H
#define SYSTEM_KEYRING_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/span.h"

enum { KEYRING_MOST = 32767 /* bytes of a key */ };

/* Adds what is kept under description. False: nothing is. */
bool keyring_get(const char *description, struct buffer *bytes);
/* Keeps bytes for so many seconds, in place of what was kept under description before. */
bool keyring_put(const char *description, struct span bytes, unsigned seconds);
void keyring_forget(const char *description);

#endif
