/*
 * append: lines of a file that several programs may add to, each whole or not there.
 */
#ifndef SYSTEM_APPEND_H
#define SYSTEM_APPEND_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Adds a line, its newline included, to what fd (O_APPEND) has open, with one
 * write. False: it was not added, and errno says why; a part of it that did get
 * there is taken back, as it would spoil the next line too.
 */
bool append_line(int fd, const void *line, size_t length);

#endif
