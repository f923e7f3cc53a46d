/*
 * shard_merge: the lines of the objects of one shard, in order of position, each once. Lines that
 * were stored twice, as after a crash, are equal and have the same position, and are written once;
 * different lines with the same position, as a filter may make of one record, are all kept.
 * Lines without positions come in the order of their objects, which are not compared.
 */
#ifndef ARCHIVE_SHARD_MERGE_H
#define ARCHIVE_SHARD_MERGE_H

#include "archive/archive_source.h"
#include "archive/catalog.h"
#include "record/position.h"

enum { SHARD_MERGE_MOST = 1000 /* objects that are read at once */ };

struct shard_merge_settings {
	struct archive_source *source;
	size_t max_line; /* bytes */
	/* An object is damaged; its lines up to there were returned. */
	void (*damaged)(
	    void *context, const struct catalog_entry *entry, const struct failure *failure);
	void *context;
};

struct shard_line {
	struct span text; /* without newline, borrowed until the next call */
	bool positioned;
	struct positioned parts; /* positioned: position_of_line */
};

struct shard_merge;

/* entries are borrowed: objects of one shard, in the order of a catalog. */
struct shard_merge *shard_merge_open(
    const struct shard_merge_settings *settings, const struct catalog_entry *entries, size_t count);
void shard_merge_close(struct shard_merge *merge);

enum shard_merge_status { SHARD_MERGE_LINE, SHARD_MERGE_END, SHARD_MERGE_FAILED };

/* The next line. FAILED: failure says why, and names the object. */
enum shard_merge_status shard_merge_next(
    struct shard_merge *merge, struct shard_line *line, struct failure *failure);
/* How many lines were left out because they had been returned before. */
uint64_t shard_merge_repeated(const struct shard_merge *merge);

#endif
