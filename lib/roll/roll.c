/* roll: finds the series of a key in a hash table, and adds records to it. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "roll/internal.h"

enum { LEAST = 64 /* slots of the table */ };

void
roll_init(struct roll *roll, const struct statistics *statistics, size_t ceiling)
{
	*roll = (struct roll){.statistics = statistics, .ceiling = ceiling};
	roll_clear(roll);
}

static void
free_series(struct roll *roll)
{
	for (size_t i = 0; i < roll->count; i++) {
		free((char *)roll->series[i]->key.start);
		series_free(roll->series[i]);
		free(roll->series[i]);
	}
	free(roll->series);
	free(roll->places);
}

void
roll_free(struct roll *roll)
{
	free_series(roll);
	roll->series = NULL;
	roll->places = NULL;
	roll->count = 0;
}

void
roll_clear(struct roll *roll)
{
	roll_free(roll);
	roll->places = memory_new(LEAST, sizeof *roll->places);
	roll->mask = LEAST - 1;
	roll->size = 0;
}

static size_t
hash(struct span key)
{
	uint64_t value = hash_add(HASH_BEGIN, key);

	return (size_t)(value ^ value >> 32);
}

/* The slot of the key, or the empty one where it belongs. */
static size_t *
find_slot(const struct roll *roll, struct span key)
{
	for (size_t i = hash(key);; i++) {
		size_t *slot = &roll->places[i & roll->mask];

		if (*slot == 0 || span_equal(roll->series[*slot - 1]->key, key))
			return slot;
	}
}

static void
grow(struct roll *roll)
{
	free(roll->places);
	roll->mask = roll->mask * 2 + 1;
	roll->places = memory_new(roll->mask + 1, sizeof *roll->places);
	for (size_t i = 0; i < roll->count; i++)
		*find_slot(roll, roll->series[i]->key) = i + 1;
}

struct series *
roll_find(struct roll *roll, struct span key)
{
	size_t *slot = find_slot(roll, key);
	struct series *series;

	if (*slot != 0)
		return roll->series[*slot - 1];
	if ((roll->count & (roll->count - 1)) == 0)
		roll->series = memory_resize(
		    roll->series, roll->count > 0 ? roll->count * 2 : 1, sizeof *roll->series);
	series = memory_new(1, sizeof *series);
	series->key = (struct span){memory_copy(key.start, key.length), key.length};
	series_init(series, roll->statistics);
	roll->series[roll->count++] = series;
	*slot = roll->count;
	if (roll->count * 2 > roll->mask)
		grow(roll);
	roll->size += series_size(series, roll->statistics);
	return series;
}

bool
roll_add(struct roll *roll, const struct roll_input *input, enum series_added *added,
    struct series **series, struct failure *failure)
{
	size_t capacity;

	*series = roll_find(roll, input->key);
	capacity = (*series)->capacity;
	*added = series_add(*series, roll->statistics, input->time, input->value, &input->volume);
	if ((*series)->capacity != capacity)
		roll->size += ((*series)->capacity - capacity) * series_size_of_record(*series);
	if (roll->size <= roll->ceiling)
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "the windows of %zu keys take more than %zu bytes: shorten them, or allow more with "
	    "--max-state",
	    roll->count, roll->ceiling);
}
