/* fxcron: calls fxcron(1), the script that lies beside this program, else the one in PATH. */
#ifndef STACK_LOCAL_FXCRON_H
#define STACK_LOCAL_FXCRON_H

#include "base/buffer.h"
#include "base/failure.h"

/*
 * words: what stands behind "fxcron", ended by NULL. What it writes is added to output. Where it
 * ends otherwise than with 0: failure with its last words.
 */
bool fxcron_call(const char *const *words, struct buffer *output, struct failure *failure);

#endif
