/* sandbox_linux: private to sandbox_enter.c: the two mechanisms of Linux. */
#ifndef SYSTEM_SANDBOX_LINUX_H
#define SYSTEM_SANDBOX_LINUX_H

#include "system/sandbox.h"

/* Landlock, if the kernel has it: files, programs, TCP and other processes. */
bool sandbox_landlock(const struct sandbox *sandbox, struct failure *failure);
/* seccomp, if the kernel has it: denies the system calls that a filter of lines never makes. */
void sandbox_seccomp(const struct sandbox *sandbox);

#endif
