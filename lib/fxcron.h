/* fxcron: calls fxcron(1), the script that lies beside this program, else the one in PATH. */
#ifndef FXCRON_H
#define FXCRON_H

#include "buffer.h"
#include "failure.h"

/*
 * words: what stands behind "fxcron", ended by NULL. What it writes is added to output. Where it
 * ends otherwise than with 0: failure with its last words.
 */
bool fxcron_call(const char *const *words, struct buffer *output, struct failure *failure);

#endif
