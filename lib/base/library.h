/*
 * library: loads a shared library that only some runs need, and finds its functions. Loading one
 * takes as long as the rest of a short run.
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stddef.h>
#include "base/failure.h"

struct library_function {
	const char *name;
	size_t offset; /* of the pointer to it, in the caller's struct of functions */
};

struct library {
	const char *name;
	const char *package; /* Debian's, for the message */
	const char *const *files; /* tried in order; NULL ends them */
	const struct library_function *functions;
	size_t count;
};

/*
 * Loads the first file that has all the functions, fills in pointers, and returns its handle. NULL:
 * none has (FAILURE_PERMANENT), or descriptors or memory are short (FAILURE_TEMPORARY).
 */
void *library_load(const struct library *library, void *pointers, struct failure *failure);

#endif
