/* catalog: lists an archive, chooses objects by their names, and sorts them. */
#include <stdlib.h>

#include "archive/catalog.h"
#include "base/memory.h"

struct reading {
	struct catalog *catalog;
	const struct catalog_query *query;
};

/* How many of the wheres the directory has; *other: it has another value for one of them. */
static size_t
count_wheres(const struct catalog_query *query, struct span directory, bool *other)
{
	struct span member, value;
	size_t count = 0;

	*other = false;
	while (object_name_next_partition(&directory, &member, &value)) {
		for (size_t i = 0; i < query->where_count; i++) {
			if (!span_equal(member, query->wheres[i].member))
				continue;
			count++;
			*other = *other || !span_equal(value, query->wheres[i].value);
		}
	}
	return count;
}

/* Can the directory have lines of these times? *complete: no more can be known below it. */
static bool
has_times(const struct catalog_query *query, struct span directory, bool *complete)
{
	int64_t begin, end;

	*complete = true;
	if (query->times == NULL || query->times->count == 0)
		return true;
	return !time_partitions_range(query->times, directory, &begin, &end, complete) ||
	       (begin < query->end && end > query->begin);
}

static enum archive_entry
enter(void *context, struct span directory)
{
	struct reading *reading = context;
	const struct catalog_query *query = reading->query;
	bool other, complete;
	size_t count = count_wheres(query, directory, &other);

	reading->catalog->found = reading->catalog->found || directory.length > 0;
	if (other || !has_times(query, directory, &complete)) {
		reading->catalog->skipped = true;
		return ARCHIVE_SKIP;
	}
	return count == query->where_count && complete ? ARCHIVE_ALL : ARCHIVE_ENTER;
}

static bool
is_wanted(const struct catalog_query *query, const struct object_name *name)
{
	bool other, complete;

	if (count_wheres(query, name->directory, &other) < query->where_count || other)
		return false;
	if (query->shard.start != NULL && !span_equal(name->first.shard, query->shard))
		return false;
	if (query->from.sequence.start != NULL && position_compare(&name->last, &query->from) < 0)
		return false;
	if (query->to.sequence.start != NULL && position_compare(&name->first, &query->to) >= 0)
		return false;
	return has_times(query, name->directory, &complete);
}

static bool
found(void *context, struct span path, uint64_t size, struct failure *failure)
{
	struct reading *reading = context;
	struct catalog *catalog = reading->catalog;
	struct catalog_entry entry = {.size = size};
	char *text;

	catalog->found = true;
	if (!object_name_read(path, &entry.name)) {
		catalog->others++;
		return true;
	}
	catalog->objects++;
	if (!is_wanted(reading->query, &entry.name))
		return true;
	if (catalog->count == CATALOG_MOST)
		return fail(failure, FAILURE_PERMANENT,
		    "more than %d objects are wanted: select fewer with --where, --from and --to",
		    CATALOG_MOST);
	if (catalog->count == catalog->capacity) {
		catalog->capacity = catalog->capacity > 0 ? 2 * catalog->capacity : 256;
		catalog->entries =
		    memory_resize(catalog->entries, catalog->capacity, sizeof *catalog->entries);
	}
	text = pool_take(&catalog->pool, path.length + 1);
	memcpy(text, path.start, path.length);
	text[path.length] = '\0';
	object_name_read((struct span){text, path.length}, &entry.name);
	entry.path = text;
	catalog->entries[catalog->count++] = entry;
	return true;
}

static int
compare(const void *a, const void *b)
{
	const struct catalog_entry *first = a, *second = b;

	return object_name_compare(&first->name, &second->name);
}

bool
catalog_read(struct catalog *catalog, struct archive_source *source,
    const struct catalog_query *query, struct failure *failure)
{
	struct reading reading = {catalog, query};
	struct archive_visitor visitor = {enter, found, &reading};

	if (!archive_source_list(source, &visitor, failure))
		return false;
	if (catalog->count > 0)
		qsort(catalog->entries, catalog->count, sizeof *catalog->entries, compare);
	return true;
}

void
catalog_free(struct catalog *catalog)
{
	free(catalog->entries);
	pool_free(&catalog->pool);
	*catalog = (struct catalog){.count = 0};
}
