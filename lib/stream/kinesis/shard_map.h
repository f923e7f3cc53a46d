/*
 * shard_map: finds the shard of a record by the ranges of hash keys that ListShards reports.
 * Source: Kinesis API reference.
 */
#ifndef STREAM_KINESIS_SHARD_MAP_H
#define STREAM_KINESIS_SHARD_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include "text/digest.h"
#include "base/span.h"

enum { SHARD_MAP_MOST = 100000 };

struct shard_map;

struct shard_map *shard_map_new(void);
void shard_map_free(struct shard_map *map);
/*
 * Adds the open shards of one reply. *next: its NextToken, with its escapes; start NULL: it was the
 * last. False: the reply is invalid.
 */
bool shard_map_add(struct shard_map *map, struct span reply, struct span *next);
/* To be called once all are added. */
void shard_map_sort(struct shard_map *map);
size_t shard_map_count(const struct shard_map *map);
/* The number of the shard that holds a place (of partition_place). The map must not be empty. */
size_t shard_map_find(const struct shard_map *map, const unsigned char place[MD5_BYTES]);
const char *shard_map_name(const struct shard_map *map, size_t shard);

#endif
