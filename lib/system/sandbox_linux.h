/* sandbox_linux: private to sandbox_enter.c: the two mechanisms of Linux. */
#ifndef SYSTEM_SANDBOX_LINUX_H
#define SYSTEM_SANDBOX_LINUX_H

#include "system/sandbox.h"

/* Landlock: files, programs, TCP and other processes. False: not in force. */
bool sandbox_landlock(struct sandbox *sandbox);
/* seccomp: denies the system calls that a filter of lines never makes. False: not in force. */
bool sandbox_seccomp(const struct sandbox *sandbox);

#endif
