/* thread: threads that get no signals, which are for the program's first thread. */
#ifndef SYSTEM_THREAD_H
#define SYSTEM_THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "base/failure.h"

/* Starts run with the context. The caller joins or detaches the thread. */
bool thread_start(
    pthread_t *thread, void *(*run)(void *context), void *context, struct failure *failure);

#endif
