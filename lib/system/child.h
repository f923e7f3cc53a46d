/*
 * child: a program that runs beside us, with pipes to and from it: lines go in; messages and, if
 * wanted, lines come out. It leads a process group of its own, and the kernel kills it when we
 * end (on Linux). No shell is involved.
 */
#ifndef SYSTEM_CHILD_H
#define SYSTEM_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/failure.h"

/* A descriptor is -1 if it is not (or no longer) open. Ours do not block. */
struct child {
	pid_t pid; /* 0: none runs */
	int input; /* to its standard input */
	int unread; /* the other end of that pipe, to count what it has not read */
	int output; /* from its standard output */
	int messages; /* from its standard error; without output, from both */
	int end; /* readable once it has ended; -1: the system has no such descriptor */
};

/* Sets all descriptors to -1. */
void child_init(struct child *child);
/*
 * Starts words[0], found by PATH. environment: as environ; NULL: ours. output: its standard output
 * gets a pipe of its own. If the program cannot be run: FAILURE_PERMANENT; if only the system
 * lacks a process, descriptors or memory for it now (EAGAIN, EMFILE, ENFILE, ENOMEM):
 * FAILURE_TEMPORARY.
 */
bool child_start(struct child *child, char *const *words, char **environment, bool output,
    struct failure *failure);
/* Has it ended? Does not wait. status: as from waitpid. */
bool child_ended(struct child *child, int *status);
/* The signal that has stopped it (it can be continued); 0: none. Does not wait. */
int child_stopped(const struct child *child);
/* Sends a signal to its process group. */
void child_signal(const struct child *child, int number);
void child_close_input(struct child *child);
/* How many bytes it was sent and has not read. */
size_t child_unread(const struct child *child);
/* Closes all descriptors. A running program continues to run. */
void child_close(struct child *child);

#endif
