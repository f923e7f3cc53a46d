/*
 * output: buffered writing to a descriptor. Bytes are written when the buffer is full and by
 * output_flush; the caller flushes before it waits. After a failure every later call fails in the
 * same way.
 */
#ifndef SYSTEM_OUTPUT_H
#define SYSTEM_OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/failure.h"
#include "base/span.h"

struct output;

/*
 * stop: once it is not zero, a write that was interrupted a few times while its reader took
 * nothing fails with FAILURE_STOPPED. May be NULL.
 */
struct output *output_open(int fd, const volatile sig_atomic_t *stop);
void output_close(struct output *output); /* does not flush, does not close fd */
bool output_add(struct output *output, const void *bytes, size_t length, struct failure *failure);
bool output_add_line(struct output *output, struct span line, struct failure *failure);
bool output_flush(struct output *output, struct failure *failure);
void output_drop(struct output *output); /* what was added and is not yet written */
/*
 * Writes as much as the descriptor accepts without blocking, if possible up to the end of a line.
 * True also if something is left: see output_held.
 */
bool output_try(struct output *output, struct failure *failure);
size_t output_held(const struct output *output); /* bytes added but not yet written */
size_t output_room(const struct output *output); /* bytes that can be added without a write */
/* Is fd a pipe or socket that nobody reads any more? Does not wait. */
bool output_reader_gone(int fd);

#endif
