/*
 * output: buffered writing to a descriptor. Bytes leave when the buffer is
 * full and at output_flush; the caller flushes before it waits. After a
 * failure every further call fails in the same way.
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
 * stop: where not NULL and not zero, a write gives up (FAILURE_STOPPED) when it
 * has been interrupted a few times without its reader taking anything.
 */
struct output *output_open(int fd, const volatile sig_atomic_t *stop);
void output_close(struct output *output); /* does not flush, does not close fd */
bool output_add(struct output *output, const void *bytes, size_t length, struct failure *failure);
bool output_add_line(struct output *output, struct span line, struct failure *failure);
bool output_flush(struct output *output, struct failure *failure);
/*
 * Writes what the descriptor takes without making anyone wait, up to the end of
 * a line where it can. True also where something is left, which output_held tells.
 */
bool output_try(struct output *output, struct failure *failure);
size_t output_held(const struct output *output); /* bytes added and not yet written */
size_t output_room(const struct output *output); /* bytes that can be added without a write */
/* True where fd is a pipe or socket that nobody reads any more. Does not wait. */
bool output_reader_gone(int fd);

#endif
