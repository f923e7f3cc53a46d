/* arguments: reads the arguments of a request by a table, so that a misspelt one is an error. */
#ifndef SERVE_ARGUMENTS_H
#define SERVE_ARGUMENTS_H

#include <stdint.h>

#include "web/request.h"

enum argument_type {
	ARGUMENT_TEXT, /* const char * */
	ARGUMENT_KEY, /* struct span, which may hold NUL */
	ARGUMENT_NUMBER, /* uint64_t, from least to most */
	ARGUMENT_CHOICE /* unsigned: its place among words */
};

struct argument {
	const char *name;
	enum argument_type type;
	void *target; /* has the default */
	bool required;
	uint64_t least, most;
	const char *words; /* a blank between */
};

/* False: the request was replied to with what is wrong. */
bool arguments_read(struct request *request, const struct argument *arguments, size_t count);

#endif
