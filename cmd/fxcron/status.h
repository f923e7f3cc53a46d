/* status: what the exit status of a command means. */
#ifndef FXCRON_STATUS_H
#define FXCRON_STATUS_H

/*
 * Adds no meaning of fxpipe to the status of other programs: NULL if any program in the command is
 * not one of the tools that move lines, and the status is not the shell's own.
 */
const char *status_meaning(const char *command, int status);

#endif
