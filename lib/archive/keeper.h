/*
 * keeper: the sink of archives that consist of objects: it spreads lines over open objects, closes
 * these by size, count and age, and when the spool is full, compresses them and hands them to the
 * store; and gives lines back, in the order of the input, once all before them are in the archive.
 */
#ifndef ARCHIVE_KEEPER_H
#define ARCHIVE_KEEPER_H

#include "archive/store.h"

/* store: closed by the sink, or on failure. NULL: failure says why. */
struct sink *keeper_open(
    const struct archive_settings *settings, struct store *store, struct failure *failure);

/*
 * The directory of the spool, to be freed, with a slash at its end; it is created if it is missing.
 * NULL: failure.
 */
char *keeper_spool(const struct archive_settings *settings, struct failure *failure);

#endif
