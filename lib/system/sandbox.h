/*
 * sandbox: gives up the rights that a tool will not need: Landlock and a seccomp filter on Linux,
 * pledge and unveil on OpenBSD. On other systems it does nothing.
 */
#ifndef SYSTEM_SANDBOX_H
#define SYSTEM_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/* What the tool still needs. */
struct sandbox {
	const char *writable[4]; /* directories in which it creates and writes files; NULL: none */
	bool network;
	bool programs; /* credentials come from a program or are renewed in a file (SSO) */
	bool keyring; /* with network: it removes keys from the kernel's keyring */
};

/* True if at least one of the system's mechanisms is in force. */
bool sandbox_enter(const struct sandbox *sandbox);

#endif
