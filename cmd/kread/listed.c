/* listed: copies the names of the shards from time to time. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "kread/listed.h"

enum { EVERY = 60000 /* ms, in which the stream itself lists them again */ };

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
listed_init(struct listed *listed)
{
	*listed = (struct listed){.count = 0};
	pthread_mutex_init(&listed->mutex, NULL);
}

static void
free_names(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

void
listed_free(struct listed *listed)
{
	free_names(listed->names, listed->count);
	pthread_mutex_destroy(&listed->mutex);
}

void
listed_update(struct listed *listed, struct stream *stream)
{
	struct failure ignored;
	const char *const *shards;
	size_t count, before_count;
	char **names, **before;

	if (clock_steady() < listed->due)
		return;
	listed->due = clock_steady() + (int64_t)EVERY * 1000;
	count = stream_shards(stream, &shards, &ignored);
	if (count == 0)
		return;
	names = memory_new(count, sizeof *names);
	for (size_t i = 0; i < count; i++)
		names[i] = memory_copy_text(shards[i]);
	qsort(names, count, sizeof *names, compare);
	pthread_mutex_lock(&listed->mutex);
	before = listed->names;
	before_count = listed->count;
	listed->names = names;
	listed->count = count;
	pthread_mutex_unlock(&listed->mutex);
	free_names(before, before_count);
}

bool
listed_lacks(struct listed *listed, const char *shard)
{
	bool lacks;

	pthread_mutex_lock(&listed->mutex);
	lacks =
	    listed->count > 0 && strcmp(shard, listed->names[listed->count - 1]) < 0 &&
	    bsearch(&shard, listed->names, listed->count, sizeof *listed->names, compare) == NULL;
	pthread_mutex_unlock(&listed->mutex);
	return lacks;
}
