/* by_position: one merge for each shard. */
#include "s3get/by_position.h"

size_t
by_position_shard(const struct catalog *catalog, size_t first)
{
	const struct catalog_entry *entries = catalog->entries;
	size_t end = first + 1;

	while (end < catalog->count &&
	       span_equal(entries[end].name.first.shard, entries[first].name.first.shard))
		end++;
	return end - first;
}

static bool
write_shard(
    struct selection *selection, struct shard_merge *merge, bool *more, struct failure *failure)
{
	struct shard_line line;

	while (*more) {
		switch (shard_merge_next(merge, &line, failure)) {
		case SHARD_MERGE_FAILED:
			return false;
		case SHARD_MERGE_END:
			return true;
		case SHARD_MERGE_LINE:
			break;
		}
		if (selection_has(selection, &line) &&
		    !selection_write(
		        selection, line.text, line.positioned ? &line.parts : NULL, more, failure))
			return false;
		if (tool_stop)
			return fail_stopped(failure);
	}
	return true;
}

bool
by_position_write(struct selection *selection, struct archive_source *source,
    const struct catalog *catalog, struct failure *failure)
{
	struct shard_merge_settings settings = selection_merge(selection, source);
	bool more = true, good = true;
	size_t count;

	for (size_t first = 0; first < catalog->count && more && good; first += count) {
		struct shard_merge *merge;

		count = by_position_shard(catalog, first);
		merge = shard_merge_open(&settings, &catalog->entries[first], count);
		good = write_shard(selection, merge, &more, failure);
		selection->repeated += shard_merge_repeated(merge);
		shard_merge_close(merge);
	}
	return good;
}
