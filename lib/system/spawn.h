/*
 * spawn: starts another program, without a shell. The signals that our tools handle or ignore have
 * their default actions again, none is blocked, and of our descriptors it inherits only the three
 * given here (all others are opened close-on-exec).
 */
#ifndef SYSTEM_SPAWN_H
#define SYSTEM_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

struct spawn {
	char *const *words; /* the program, found by PATH, its arguments, NULL */
	char **environment; /* as environ; NULL: ours */
	int input; /* becomes its standard input; -1: /dev/null */
	int output; /* becomes its standard output; -1: ours */
	int error; /* becomes its standard error; -1: ours */
	/* It leads a process group, and the kernel kills it when we end (on Linux). */
	bool grouped;
	bool survives; /* if grouped: it runs on when we end */
};

/* 0, or the errno that says why the program does not run. Wait for *pid with waitpid. */
int spawn_start(const struct spawn *spawn, pid_t *pid);

/* A pipe whose ends other programs do not inherit. False: errno says why. */
bool spawn_pipe(int ends[2]);

#endif
