/* core_dump: keeps the memory of a process that holds secrets out of core files. */
#ifndef SYSTEM_CORE_DUMP_H
#define SYSTEM_CORE_DUMP_H

/*
 * From here on a crash of this process leaves no core file and starts no core handler, and other
 * processes of the user cannot trace it or read its memory.
 */
void core_dump_forbid(void);

#endif
