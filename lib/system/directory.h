/*
 * directory: creates, flushes and locks the directory of a file. A new file's name survives a
 * power cut only if its directory was flushed, too.
 */
#ifndef SYSTEM_DIRECTORY_H
#define SYSTEM_DIRECTORY_H

#include <stdbool.h>
#include "base/caller.h"
#include "base/failure.h"

/* The directory part of path, to be freed. */
char *directory_of(const char *path);

/* Creates the directories that lead to the file path (mode 0700) and flushes them, unless the file
 * exists. */
bool directory_make(const char *path, struct failure *failure);

/* Flushes the directory of the file path, so that its name survives a power cut. */
bool directory_sync(const char *path, struct failure *failure);

/*
 * Locks the directory of the file path, which must exist; waits for the lock as lock_wait does.
 * The lock lasts until the returned descriptor is closed or the process ends. -1: failure.
 */
int directory_hold(const char *path, const struct caller *caller, struct failure *failure);

#endif
