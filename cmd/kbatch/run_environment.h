/* run_environment: the environment of a command: ours, and variables about its batch. */
#ifndef KBATCH_RUN_ENVIRONMENT_H
#define KBATCH_RUN_ENVIRONMENT_H

#include "kbatch/run.h"

enum { RUN_VARIABLES = 5, RUN_VARIABLE_SIZE = 64 };

struct run_environment {
	char variables[RUN_VARIABLES][RUN_VARIABLE_SIZE];
	char **all; /* as environ; points into variables */
};

/* counts: with FX_BATCH_RECORDS and FX_BATCH_RETRY. */
void run_environment_make(
    struct run_environment *environment, const struct attempt *attempt, bool counts);
void run_environment_free(struct run_environment *environment);

#endif
