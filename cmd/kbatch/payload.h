/*
 * payload: a line in the form in which a command is given it: without its position, as kread
 * without -g writes it.
 */
#ifndef KBATCH_PAYLOAD_H
#define KBATCH_PAYLOAD_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/span.h"

/*
 * Appends the record of a line, without a newline: its bytes, or {"_raw":"BASE64"} if they hold a
 * newline. positions: the line as it is. False: its _raw is not base64, or the buffer is full.
 */
bool payload_add(struct buffer *to, struct span line, bool positions);

#endif
