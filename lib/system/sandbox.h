/*
 * sandbox: gives up the rights that a tool will not need: Landlock and a seccomp filter on Linux,
 * pledge and unveil on OpenBSD. On other systems it does nothing.
 *
 * A tool collects what it still needs, enters, and has nothing else from then on: no file outside
 * of these, no program, no network or keyring unless asked for, no signal to another process.
 */
#ifndef SYSTEM_SANDBOX_H
#define SYSTEM_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include "base/failure.h"

enum sandbox_right {
	SANDBOX_READ, /* a file, or all files in a directory */
	SANDBOX_APPEND, /* a directory: create files, and write to files */
	SANDBOX_WRITE /* a directory: create, read, write, rename and delete files */
};

struct sandbox_path {
	char *path;
	enum sandbox_right right;
};

/* What the tool still needs; starts as {0} and ends with sandbox_free. */
struct sandbox {
	struct sandbox_path *paths;
	size_t count;
	bool network; /* also reads the files of name resolution and TLS */
	bool keyring; /* the kernel's */
	bool serves; /* takes connections at a socket that it has */
};

/* What is missing when the sandbox is entered is left out. path NULL: nothing. */
void sandbox_read(struct sandbox *sandbox, const char *path);
/* A directory, and the files that symbolic links in it point to. */
void sandbox_read_linked(struct sandbox *sandbox, const char *directory);
void sandbox_write(struct sandbox *sandbox, const char *directory);
/*
 * A file that may be replaced by another of that name: the file, and its directory, unless that is
 * the home directory or above it, where the user's other files are.
 */
void sandbox_read_replaced(struct sandbox *sandbox, const char *path);
/*
 * A regular file, open already, that is opened again after it was renamed or deleted: files in its
 * directory can be created and written, with the same exception. path NULL: nothing.
 */
void sandbox_reopen(struct sandbox *sandbox, const char *path);

/*
 * Adds what libraries read, and enters, as far as the system has a mechanism. False: descriptors or
 * memory are short (FAILURE_TEMPORARY), and nothing was given up.
 */
bool sandbox_enter(struct sandbox *sandbox, struct failure *failure);
void sandbox_free(struct sandbox *sandbox);

#endif
