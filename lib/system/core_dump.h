/* core: no image of a process is left behind once it holds a secret. */
#ifndef SYSTEM_CORE_DUMP_H
#define SYSTEM_CORE_DUMP_H

/*
 * From here on a crash of this process writes no core file, nor sends one to a
 * program, and other processes of the user can neither trace it nor read its memory.
 */
void core_dump_forbid(void);

#endif
