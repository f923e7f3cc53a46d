/* shortest: doubles as text. */
#ifndef TEXT_SHORTEST_H
#define TEXT_SHORTEST_H

#include <stddef.h>

enum { SHORTEST_SIZE = 32 };

/*
 * Writes a finite double as a JSON number with the fewest digits, of 15 to 17, that read back
 * as the same double; returns the length.
 */
size_t shortest_format(double number, char text[SHORTEST_SIZE]);

#endif
