/* put_records, partition, shard_map: bodies, and where a record goes. */
#include "stream/partition.h"
#include "stream/kinesis/put_records.h"
#include "stream/kinesis/shard_map.h"
#include "tap.h"

static struct failure failure;

static void
test_body(void)
{
	struct record with = {.data = {"{\"a\":1}", 7}, .key = {"\\u0042TC", 8}};
	struct record without = {.data = {"foo", 3}, .hash_key = {"12", 2}};
	struct record nothing = {.data = {NULL, 0}, .key = {"k", 1}};
	struct buffer body;

	buffer_init(&body, 4096);
	put_records_begin(&body);
	put_records_add(&body, &with, &failure);
	put_records_add(&body, &without, &failure);
	put_records_add(&body, &nothing, &failure);
	put_records_end(&body, span_of("\"StreamName\":\"s\""));
	is_span(buffer_span(&body),
	    span_of("{\"Records\":[{\"Data\":\"eyJhIjoxfQ==\",\"PartitionKey\":\"\\u0042TC\"},"
	            "{\"Data\":\"Zm9v\",\"PartitionKey\":\"acbd18db4cc2f85cedef654fccc4a4d8\","
	            "\"ExplicitHashKey\":\"12\"},{\"Data\":\"\",\"PartitionKey\":\"k\"}],"
	            "\"StreamName\":\"s\"}"),
	    "a body");
	buffer_free(&body);
}

static bool
accepts(const char *key, const char *hash_key)
{
	struct record record = {.data = {"x", 1}};

	if (key != NULL)
		record.key = span_of(key);
	if (hash_key != NULL)
		record.hash_key = span_of(hash_key);
	return partition_check(&record, &failure);
}

static void
test_partition(void)
{
	static const char *const bad[] = {"", "00", "01", "-1", "+1", "1.0", " 1", "1 ", "1e3",
	    "340282366920938463463374607431768211456", "999999999999999999999999999999999999999",
	    "1000000000000000000000000000000000000000"};
	unsigned char number[MD5_BYTES], most[MD5_BYTES];
	struct record record = {.data = {"x", 1}, .key = {"\\u0042TC\\/USD", 13}};
	char room[PARTITION_ROOM], keys[258];
	struct span text;

	ok(accepts("k", "0") && accepts(NULL, "340282366920938463463374607431768211455"),
	    "hash keys from 0 to 2^128 - 1");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(!accepts(NULL, bad[i]), "hash key %zu is refused", i);
	memset(most, 0xFF, sizeof most);
	ok(partition_number(span_of("340282366920938463463374607431768211455"), number) &&
	        memcmp(number, most, MD5_BYTES) == 0,
	    "the largest");
	memset(keys, 'k', 257);
	keys[257] = '\0';
	ok(!accepts(keys, NULL) && accepts(keys + 1, NULL) && !accepts("", NULL),
	    "keys of 1 to 256 characters");
	ok(partition_text(&record, room, &text, &failure), "a key");
	is_span(text, span_of("BTC/USD"), "its text, escapes undone");
	is_number((int64_t)partition_length(&record), 7, "its length");
	/* 333884899078804401650263503974399554594, as facts about Kinesis have it. */
	record.hash_key = span_of("333884899078804401650263503974399554594");
	ok(partition_place(&record, number, &failure), "the place by the hash key");
	record.hash_key.start = NULL;
	ok(partition_place(&record, most, &failure) && memcmp(number, most, MD5_BYTES) == 0,
	    "is that of the MD5 of BTC/USD");
}

static void
test_map(void)
{
	struct shard_map *map = shard_map_new();
	unsigned char place[MD5_BYTES] = {0};
	struct span next;

	ok(shard_map_add(map,
	       span_of("{\"NextToken\":\"t\",\"Shards\":[{\"ShardId\":\"b\",\"HashKeyRange\":"
	               "{\"StartingHashKey\":\"170141183460469231731687303715884105728\"},"
	               "\"SequenceNumberRange\":{\"EndingSequenceNumber\":\"null\"}},"
	               "{\"ShardId\":\"closed\",\"HashKeyRange\":{\"StartingHashKey\":\"0\"},"
	               "\"SequenceNumberRange\":{\"EndingSequenceNumber\":\"17\"}}]}"),
	       &next),
	    "a page of shards");
	is_span(next, span_of("t"), "and its token");
	ok(shard_map_add(map,
	       span_of("{\"Shards\":[{\"ShardId\":\"a\",\"HashKeyRange\":{\"StartingHashKey\":\"0\"},"
	               "\"SequenceNumberRange\":{}}]}"),
	       &next) &&
	        next.start == NULL,
	    "the last page");
	shard_map_sort(map);
	is_number((int64_t)shard_map_count(map), 2, "closed ones take no more");
	is_text(shard_map_name(map, shard_map_find(map, place)), "a", "0");
	memset(place, 0xFF, sizeof place);
	place[0] = 0x7F;
	is_text(shard_map_name(map, shard_map_find(map, place)), "a", "the last of the first half");
	memset(place, 0, sizeof place);
	place[0] = 0x80;
	is_text(shard_map_name(map, shard_map_find(map, place)), "b", "the first of the second");
	ok(!shard_map_add(map, span_of("{\"Shards\":[{\"ShardId\":\"a\"}]}"), &next) &&
	        !shard_map_add(map, span_of("{}"), &next) && !shard_map_add(map, span_of("x"), &next),
	    "what is no page");
	shard_map_free(map);
}

int
main(void)
{
	test_body();
	test_partition();
	test_map();
	return done();
}
