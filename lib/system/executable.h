/* executable: where the running program is, to find the files that are installed beside it. */
#ifndef SYSTEM_EXECUTABLE_H
#define SYSTEM_EXECUTABLE_H

/* The directory of the running program, to be freed; NULL: the system does not say. */
char *executable_directory(void);

#endif
