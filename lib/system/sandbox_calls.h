/* sandbox_calls: private to sandbox_seccomp.c: what becomes of each system call. */
#ifndef SYSTEM_SANDBOX_CALLS_H
#define SYSTEM_SANDBOX_CALLS_H

#include <stdint.h>

#include "system/sandbox.h"

enum {
	CALLS_MOST = 480, /* calls of a higher number are newer than this list */
	CALLS_VALUES = 4
};

enum calls_verdict {
	CALLS_ALLOWED,
	CALLS_DENIED, /* EPERM */
	CALLS_ABSENT, /* ENOSYS: the C library then makes an older call */
	CALLS_CHECKED /* + the index of a check */
};

/* A call that is allowed by the lower 32 bits of an argument. */
struct calls_check {
	uint32_t argument; /* from 0 */
	uint32_t mask; /* of the argument */
	uint32_t values[CALLS_VALUES];
	uint32_t count; /* of values */
	bool allowed; /* one of the values allows the call; else it denies it */
};

struct calls {
	unsigned char verdicts[CALLS_MOST]; /* enum calls_verdict */
	struct calls_check checks[16];
	uint32_t check_count;
};

/* Fills calls for a tool. */
void calls_list(struct calls *calls, const struct sandbox *sandbox);

#endif
