/*
 * keyring: keeps bytes in the kernel's keyring of the user for a limited time. They are never
 * in a file, and are gone when the time is over or the machine is switched off. In a container, and
 * if the system has no keyring or refuses access to it, nothing is kept or found. Source:
 * keyctl(2), user-keyring(7).
 */
#ifndef SYSTEM_KEYRING_H
#define SYSTEM_KEYRING_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/span.h"

enum { KEYRING_MOST = 32767 /* bytes that a key can hold */ };

/* Adds the bytes kept under description. False: there are none. */
bool keyring_get(const char *description, struct buffer *bytes);
/* Keeps bytes under description, in place of any before, for that many seconds. */
bool keyring_put(const char *description, struct span bytes, unsigned seconds);
void keyring_forget(const char *description);

#endif
