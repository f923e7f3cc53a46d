/*
 * files: how far each file of statistics was read. A file is known by its inode and a fingerprint
 * of its first line, so that it may be renamed, or emptied and begun again.
 */
#ifndef FXMETRICS_FILES_H
#define FXMETRICS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/failure.h"
#include "base/span.h"
#include "system/lines.h"

enum {
	FILES_ID = 48,
	FILES_PRINT = 32,
	FILES_MOST = 1000, /* arguments of fxmetrics */
	FILES_REMEMBERED = 2 * FILES_MOST /* each with the one that it was renamed from */
};

struct file {
	char id[FILES_ID]; /* DEVICE:INODE */
	char print[FILES_PRINT]; /* of its first line, as fingerprint writes it */
	uint64_t offset; /* all before it was read */
	bool seen; /* read by this run already */
};

/* Zeroed is empty. Those that were read last are at the end. */
struct files {
	struct file *files;
	size_t count;
};

/* Adds a file, or moves it to the end. */
struct file *files_note(struct files *files, const char *id);
void files_free(struct files *files);

struct files_reading {
	struct files *files;
	size_t max_line;
	/* Gets each new line; false ends the reading, with failure filled. */
	bool (*take)(void *context, struct line *line, struct failure *failure);
	/* Gets a sentence for -v. */
	void (*detail)(void *context, const char *sentence);
	void *context;
};

/*
 * Hands out the new whole lines of the file, after those of PATH.1 if that is a file read before
 * (it was renamed). unread: why it cannot be read; FAILURE_NONE: it can. Returns false if take did,
 * or if a file cannot be read to its end.
 */
bool files_read(const struct files_reading *reading, const char *path, struct failure *unread,
    struct failure *failure);

#endif
