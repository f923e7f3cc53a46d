/*
 * archive_kind: the kinds of archives; private to them and lib/open. Another kind is one more
 * folder, and a line in lib/open/archive.c.
 */
#ifndef ARCHIVE_KIND_H
#define ARCHIVE_KIND_H

#include "archive/archive.h"

struct sink *archive_directory_open(
    const struct archive_settings *settings, struct failure *failure);
struct sink *archive_s3_open(const struct archive_settings *settings, struct failure *failure);
/* settings: name, in_flight, timeout and caller are used. */
struct sink *archive_firehose_open(
    const struct archive_settings *settings, struct failure *failure);

#endif
