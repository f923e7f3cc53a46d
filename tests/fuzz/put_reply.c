/* What replies to PutRecords and ListShards may be: any bytes at all. */
#include <stdint.h>

#include "must.h"
#include "stream/kinesis/put_records.h"
#include "stream/kinesis/shard_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool
lies_in(struct span part, struct span whole)
{
	return part.start == NULL || (part.start >= whole.start &&
	                                 part.start + part.length <= whole.start + whole.length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct span reply = {(const char *)bytes, size}, next;
	struct shard_map *map = shard_map_new();
	struct put_result results[3];
	unsigned char place[16] = {0};

	for (size_t count = 1; count <= 3; count++) {
		if (!put_records_read(reply, results, count))
			continue;
		for (size_t i = 0; i < count; i++) {
			must(lies_in(results[i].shard, reply));
			must(lies_in(results[i].code, reply));
			must(lies_in(results[i].message, reply));
			must((results[i].outcome == PUT_DONE) == (results[i].code.start == NULL));
		}
	}
	if (shard_map_add(map, reply, &next)) {
		must(lies_in(next, reply));
		shard_map_sort(map);
		if (shard_map_count(map) > 0)
			must(shard_map_find(map, place) < shard_map_count(map));
	}
	shard_map_free(map);
	return 0;
}
