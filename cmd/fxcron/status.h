/* status: what the exit status of a command means. */
#ifndef FXCRON_STATUS_H
#define FXCRON_STATUS_H

/*
 * The meaning of the status, a clause; NULL if it is not known: it is not one of the shell's own,
 * and some program in the command is not one of the tools that move lines.
 */
const char *status_meaning(const char *command, int status);

#endif
