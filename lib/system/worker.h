/*
 * worker: one thread beside the program's own, for work that takes long. It takes one piece of work
 * at a time, and gets no signals.
 */
#ifndef SYSTEM_WORKER_H
#define SYSTEM_WORKER_H

#include <stdbool.h>
#include "base/failure.h"

struct worker;

struct worker *worker_open(struct failure *failure);
void worker_close(struct worker *worker); /* waits for the work; NULL is allowed */
/* Calls work(context) in the thread; no other work may be unfinished. */
void worker_start(struct worker *worker, void (*work)(void *context), void *context);
bool worker_is_busy(const struct worker *worker); /* until worker_finished has returned true */
/* Has the work ended? Does not wait. */
bool worker_finished(struct worker *worker);
int worker_fd(const struct worker *worker); /* readable once the work has ended */

#endif
