/* What replies to ListShards may be: any bytes at all. */
#include <stdint.h>

#include "must.h"
#include "stream/kinesis/shard_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct span reply = {(const char *)bytes, size}, next;
	struct shard_map *map = shard_map_new();
	unsigned char place[16] = {0};

	if (shard_map_add(map, reply, &next)) {
		must(next.start == NULL ||
		     (next.start >= reply.start &&
		         next.start + next.length <= reply.start + reply.length));
		shard_map_sort(map);
		if (shard_map_count(map) > 0)
			must(shard_map_find(map, place) < shard_map_count(map));
	}
	shard_map_free(map);
	return 0;
}
