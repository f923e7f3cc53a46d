/*
 * runner: a process that starts credential programs (credential_process) for this one, which may be
 * confined: a program would inherit the limits. It starts nothing but the programs that the AWS
 * configuration files name, and ends with this process.
 */
#ifndef AWS_CREDENTIALS_RUNNER_H
#define AWS_CREDENTIALS_RUNNER_H

#include <stdbool.h>

#include "aws/settings/config.h"

/* Forks the process; call it before this one has threads. If that fails, runner_exists is false. */
void runner_begin(const struct aws_choice *choice);
bool runner_exists(void);

/* Starts the program of the profile; output becomes its standard output. Returns 0 or an errno. */
int runner_start(const char *profile, int output);
/* Has the program ended? *status: as from waitpid; -1: unknown, as the runner itself has ended. */
bool runner_ended(int *status);
/* Kills the program, and waits for its end. */
void runner_kill(void);

#endif
