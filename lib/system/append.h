/* append: adds whole lines to a file that several programs may append to at once. */
#ifndef SYSTEM_APPEND_H
#define SYSTEM_APPEND_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Adds a line, which includes its newline, to the file behind fd (O_APPEND) by one write(2).
 * False: it was not added, and errno says why. A part that was written is removed again, as it
 * would damage the next line, too.
 */
bool append_line(int fd, const void *line, size_t length);

/* Flushes the file to the disk. True also for what has no disk: a pipe, a terminal. */
bool append_sync(int fd);

#endif
