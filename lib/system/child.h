/*
 * child: a program that runs beside us, with pipes to and from it: lines go in,
 * words come out, and, where wanted, lines. It leads a process group of its own,
 * and is killed where we end before it (on Linux). No shell comes in between.
 */
#ifndef SYSTEM_CHILD_H
#define SYSTEM_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/failure.h"

/* Descriptors are -1 where there is none (any more). Ours do not block. */
struct child {
	pid_t pid; /* 0: none runs */
	int input; /* to its standard input */
	int unread; /* the other end of that: what lies in it */
	int output; /* from its standard output */
	int words; /* from its standard error; without output, from both */
	int end; /* readable when it has ended; -1: the system has no such thing */
};

/* All -1. */
void child_init(struct child *child);
/*
 * environment: as environ. output: its standard output comes by itself. A
 * program that cannot be run is FAILURE_PERMANENT.
 */
bool child_start(struct child *child, char *const *words, char **environment, bool output,
    struct failure *failure);
/* Has it ended? Does not wait. status: as of waitpid. */
bool child_ended(struct child *child, int *status);
/* To it and all of its group. */
void child_signal(const struct child *child, int number);
void child_close_input(struct child *child);
/* Bytes that it was given and has not read. */
size_t child_unread(const struct child *child);
/* Closes what is open. One that runs runs on. */
void child_close(struct child *child);

#endif
