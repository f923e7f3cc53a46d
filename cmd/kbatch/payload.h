/*
 * given: a line in the form in which a command is given it: without its position,
 * as kread without -g writes it.
 */
#ifndef KBATCH_PAYLOAD_H
#define KBATCH_PAYLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/span.h"

/*
 * Adds the record of a line, without a newline: its bytes; where they hold a
 * newline of their own, {"_raw":"BASE64"}. whole: the line as it is. False: its
 * _raw is not base64, or to is full.
 */
bool given_add(struct buffer *to, struct span line, bool whole);
/* By which lines and keys are told apart, most of the time. */
uint64_t given_hash(struct span text);

#endif
