/* packed: numbers of a saved state as bytes, little-endian. */
#ifndef TEXT_PACKED_H
#define TEXT_PACKED_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/span.h"
#include "text/decimal.h"

enum { PACKED_DECIMAL = 17 }; /* bytes: 16 the whole, 1 the places */

void packed_put(unsigned char *bytes, uint64_t number, size_t length);
void packed_put_whole(unsigned char bytes[16], decimal_whole whole);
void packed_put_decimal(unsigned char bytes[PACKED_DECIMAL], struct decimal decimal);
uint64_t packed_get(const unsigned char *bytes, size_t length);
decimal_whole packed_get_whole(const unsigned char bytes[16]);
struct decimal packed_get_decimal(const unsigned char bytes[PACKED_DECIMAL]);

/* Appends a number of up to 8 bytes. False: the ceiling. */
bool packed_add(struct buffer *to, uint64_t number, size_t length);
/* Takes bytes off the front. NULL: there are fewer. */
const unsigned char *packed_take(struct span *bytes, size_t length);
bool packed_take_number(struct span *bytes, size_t length, uint64_t *number);

/* Can a record have that time, or a value that was read? */
bool packed_is_time(int64_t time);
bool packed_is_value(struct decimal value);

#endif
