/* shard_map: the shards of a stream, sorted by their ranges of hash keys. */
#include <stdlib.h>
#include <string.h>

#include "text/json.h"
#include "base/memory.h"
#include "stream/partition.h"
#include "stream/kinesis/shard_map.h"

struct shard {
	unsigned char start[MD5_BYTES]; /* of its range, which ends where the next one begins */
	char *name;
};

struct shard_map {
	struct shard *shards;
	size_t count;
	size_t capacity;
};

struct shard_map *
shard_map_new(void)
{
	return memory_new(1, sizeof(struct shard_map));
}

void
shard_map_free(struct shard_map *map)
{
	if (map == NULL)
		return;
	for (size_t i = 0; i < map->count; i++)
		free(map->shards[i].name);
	free(map->shards);
	free(map);
}

/* The inside of a string member of an object; start NULL: there is none. */
static struct span
text_member(struct span object, const char *wanted)
{
	struct json_cursor cursor;
	struct span name, value;

	if (object.start == NULL || json_kind(object) != JSON_OBJECT)
		return (struct span){NULL, 0};
	cursor = json_enter(object);
	while (json_next_member(&cursor, &name, &value)) {
		if (span_is(name, wanted) && json_kind(value) == JSON_STRING)
			return json_inside(value);
	}
	return (struct span){NULL, 0};
}

static struct span
member(struct span object, const char *wanted)
{
	struct json_cursor cursor = json_enter(object);
	struct span name, value;

	while (json_next_member(&cursor, &name, &value)) {
		if (span_is(name, wanted))
			return value;
	}
	return (struct span){NULL, 0};
}

/* A closed shard takes no records. Some emulators write "null" for an absent number. */
static bool
is_closed(struct span shard)
{
	struct span ending =
	    text_member(member(shard, "SequenceNumberRange"), "EndingSequenceNumber");

	return ending.start != NULL && !span_is(ending, "null");
}

static bool
add_shard(struct shard_map *map, struct span element)
{
	struct shard shard;
	struct span start, name;

	if (json_kind(element) != JSON_OBJECT)
		return false;
	name = text_member(element, "ShardId");
	start = text_member(member(element, "HashKeyRange"), "StartingHashKey");
	if (name.start == NULL || start.start == NULL || map->count == SHARD_MAP_MOST ||
	    !partition_number(start, shard.start))
		return false;
	if (is_closed(element))
		return true;
	if (map->count == map->capacity) {
		map->capacity = map->capacity > 0 ? 2 * map->capacity : 16;
		map->shards = memory_resize(map->shards, map->capacity, sizeof *map->shards);
	}
	shard.name = memory_copy(name.start, name.length);
	map->shards[map->count++] = shard;
	return true;
}

bool
shard_map_add(struct shard_map *map, struct span reply, struct span *next)
{
	struct json_wanted wanted[] = {{.name = {"Shards", 6}}, {.name = {"NextToken", 9}}};
	struct json_cursor cursor;
	struct json_error error;
	struct span element;

	*next = (struct span){NULL, 0};
	if (!json_find(reply, JSON_DEPTH, wanted, 2, NULL, &error) ||
	    wanted[0].value.start == NULL || json_kind(wanted[0].value) != JSON_ARRAY)
		return false;
	cursor = json_enter(wanted[0].value);
	while (json_next_element(&cursor, &element)) {
		if (!add_shard(map, element))
			return false;
	}
	if (wanted[1].value.start != NULL && json_kind(wanted[1].value) == JSON_STRING)
		*next = json_inside(wanted[1].value);
	return true;
}

static int
compare(const void *a, const void *b)
{
	return memcmp(
	    ((const struct shard *)a)->start, ((const struct shard *)b)->start, MD5_BYTES);
}

void
shard_map_sort(struct shard_map *map)
{
	if (map->count > 1)
		qsort(map->shards, map->count, sizeof *map->shards, compare);
}

size_t
shard_map_count(const struct shard_map *map)
{
	return map->count;
}

size_t
shard_map_find(const struct shard_map *map, const unsigned char place[MD5_BYTES])
{
	size_t low = 0, high = map->count;

	/* The last that starts at or before it. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(map->shards[middle].start, place, MD5_BYTES) <= 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

const char *
shard_map_name(const struct shard_map *map, size_t shard)
{
	return map->shards[shard].name;
}
