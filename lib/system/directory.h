/*
 * directory: a file's name is safe once its directory has been flushed to the
 * disk; the file's own flush does not do that.
 */
#ifndef SYSTEM_DIRECTORY_H
#define SYSTEM_DIRECTORY_H

#include <stdbool.h>
#include "base/failure.h"

/* The directory that a path is in; to be freed. */
char *directory_of(const char *path);

/* Makes the directories that lead to the file path, where they are missing (0700), for good. */
bool directory_make(const char *path, struct failure *failure);

/* Flushes the directory that the file path is in, so that its name will be there after a power cut.
 */
bool directory_sync(const char *path, struct failure *failure);

/*
 * Waits until nobody else holds it, and holds the directory that the file path is in, which is
 * there, until the descriptor returned is closed, or this process ends. -1: failure.
 */
int directory_hold(const char *path, struct failure *failure);

#endif
