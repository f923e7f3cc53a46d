/* present_file: a file that has the name of an object already: is it that object? */
#ifndef ARCHIVE_DIRECTORY_PRESENT_FILE_H
#define ARCHIVE_DIRECTORY_PRESENT_FILE_H

#include <stdbool.h>
#include "base/failure.h"

/*
 * Does the file at path have the lines that the name of the object says? False: FAILURE_PERMANENT,
 * it is damaged or no file, or another failure.
 */
bool present_file_check(const char *path, const char *name, struct failure *failure);

#endif
