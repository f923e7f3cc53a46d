/* sandbox_files: private to sandbox_enter.c: what the libraries of a tool read. */
#ifndef SYSTEM_SANDBOX_FILES_H
#define SYSTEM_SANDBOX_FILES_H

#include "system/sandbox.h"

/* Adds the files of the system: for all tools, and those that are needed with the network. */
void sandbox_files_add(struct sandbox *sandbox);

#endif
