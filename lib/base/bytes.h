/* bytes: whole numbers as bytes, the lowest first, in what a tool saves. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdint.h>
#include "base/span.h"

/* Writes the lowest bytes of a number. */
void bytes_put(unsigned char *bytes, uint64_t number, size_t length);
/* The number in up to 8 bytes. */
uint64_t bytes_get(const unsigned char *bytes, size_t length);
/* Takes bytes off the front. NULL: there are fewer. */
const unsigned char *bytes_take(struct span *bytes, size_t length);
/* Takes a number of up to 8 bytes off the front. False: there are fewer. */
bool bytes_take_number(struct span *bytes, size_t length, uint64_t *number);

#endif
