/*
 * sandbox: gives up what a tool will not need, where the system has it:
 * Landlock and a seccomp deny-list on Linux, pledge and unveil on OpenBSD.
 * Where it has not, nothing happens.
 */
#ifndef SYSTEM_SANDBOX_H
#define SYSTEM_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

struct sandbox {
	const char *writable[4]; /* directories to read, make and write files in; NULL: none */
	bool network;
	/* Credentials come from some, or are kept (SSO): they read and write where they like. */
	bool programs;
	bool keyring; /* besides the network: to let go of what the kernel keeps for us */
};

/* True where at least one of the system's means took hold. */
bool sandbox_enter(const struct sandbox *sandbox);

#endif
