/* aggregate_writer: the two tables of keys and the members, each in a buffer. */
#include <stdlib.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "base/memory.h"
#include "stream/kinesis/aggregate_writer.h"
#include "stream/partition.h"

enum {
	CEILING = 64 * 1024 * 1024, /* more than a record may have */
	SLOTS = 2 * 512, /* a power of 2, at least twice AGGREGATE_MEMBERS */
	VARINT = 10,
	/* The tags of protobuf: the number of the field and its type. */
	KEY = 1 << 3 | 2,
	HASH_KEY = 2 << 3 | 2,
	RECORD = 3 << 3 | 2,
	RECORD_KEY = 1 << 3,
	RECORD_HASH_KEY = 2 << 3,
	RECORD_DATA = 3 << 3 | 2
};

/* A table of keys, and a hash table to find them. */
struct key_table {
	struct buffer fields; /* as in the aggregate */
	size_t ends[AGGREGATE_MEMBERS]; /* where each key ends in fields */
	size_t lengths[AGGREGATE_MEMBERS];
	unsigned count;
	uint16_t slots[SLOTS]; /* the number of a key and 1; 0: free */
};

struct aggregate_writer {
	struct key_table keys, hash_keys;
	struct buffer members, whole;
	unsigned count;
	size_t size; /* of the aggregate so far */
};

struct aggregate_writer *
aggregate_writer_open(void)
{
	struct aggregate_writer *writer = memory_new(1, sizeof *writer);

	buffer_init(&writer->keys.fields, CEILING);
	buffer_init(&writer->hash_keys.fields, CEILING);
	buffer_init(&writer->members, CEILING);
	buffer_init(&writer->whole, CEILING);
	return writer;
}

void
aggregate_writer_close(struct aggregate_writer *writer)
{
	if (writer == NULL)
		return;
	buffer_free(&writer->keys.fields);
	buffer_free(&writer->hash_keys.fields);
	buffer_free(&writer->members);
	buffer_free(&writer->whole);
	free(writer);
}

static void
clear(struct key_table *table)
{
	buffer_clear(&table->fields);
	table->count = 0;
	memset(table->slots, 0, sizeof table->slots);
}

void
aggregate_writer_begin(struct aggregate_writer *writer)
{
	clear(&writer->keys);
	clear(&writer->hash_keys);
	buffer_clear(&writer->members);
	writer->count = 0;
	writer->size = AGGREGATE_FRAME;
}

unsigned
aggregate_writer_count(const struct aggregate_writer *writer)
{
	return writer->count;
}

static size_t
varint_size(uint64_t value)
{
	size_t size = 1;

	while (value >= 0x80) {
		value >>= 7;
		size++;
	}
	return size;
}

/* Of a field with length bytes in it. */
static size_t
field_size(size_t length)
{
	return 1 + varint_size(length) + length;
}

/* Room was reserved for these. */
static void
put_varint(struct buffer *to, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		to->data[to->length++] = (char)(value | 0x80);
	to->data[to->length++] = (char)value;
}

static void
put_number(struct buffer *to, char tag, uint64_t value)
{
	to->data[to->length++] = tag;
	put_varint(to, value);
}

static void
put_bytes(struct buffer *to, char tag, struct span bytes)
{
	put_number(to, tag, bytes.length);
	if (bytes.length > 0)
		memcpy(to->data + to->length, bytes.start, bytes.length);
	to->length += bytes.length;
}

/* The slot of a key, or the free one that it would get. */
static uint16_t *
slot_of(struct key_table *table, struct span key)
{
	uint64_t hash = hash_add(HASH_BEGIN, key);
	size_t at = (hash ^ hash >> 32) % SLOTS;

	while (table->slots[at] != 0) {
		size_t number = table->slots[at] - 1u, length = table->lengths[number];

		if (span_equal(
		        (struct span){table->fields.data + table->ends[number] - length, length},
		        key))
			break;
		at = (at + 1) % SLOTS;
	}
	return &table->slots[at];
}

/* The number that a key has or would get. *size grows by what it adds to the table. */
static unsigned
number_of(const struct key_table *table, const uint16_t *slot, struct span key, size_t *size)
{
	if (*slot != 0)
		return *slot - 1u;
	*size += field_size(key.length);
	return table->count;
}

static bool
add_key(struct key_table *table, char tag, uint16_t *slot, struct span key)
{
	if (*slot != 0)
		return true;
	if (!buffer_reserve(&table->fields, key.length + VARINT + 1))
		return false;
	put_bytes(&table->fields, tag, key);
	table->ends[table->count] = table->fields.length;
	table->lengths[table->count] = key.length;
	*slot = (uint16_t)++table->count;
	return true;
}

/* Where the keys of a record are in the tables. */
struct places {
	uint16_t *key_slot, *hash_slot; /* hash_slot NULL: it has no hash key */
	unsigned key, hash_key;
	size_t inside; /* the size of the record's fields */
};

static bool
add_member(struct buffer *members, const struct places *places, struct span data)
{
	if (!buffer_reserve(members, places->inside + VARINT + 1))
		return false;
	put_number(members, RECORD, places->inside);
	put_number(members, RECORD_KEY, places->key);
	if (places->hash_slot != NULL)
		put_number(members, RECORD_HASH_KEY, places->hash_key);
	put_bytes(members, RECORD_DATA, data);
	return true;
}

/* Finds where its keys are or will be. Returns by how many bytes the aggregate would grow. */
static size_t
find_places(struct aggregate_writer *writer, const struct record *record, struct span key,
    struct places *places)
{
	size_t size = 0;

	*places = (struct places){.key_slot = slot_of(&writer->keys, key)};
	places->key = number_of(&writer->keys, places->key_slot, key, &size);
	places->inside = 1 + varint_size(places->key) + field_size(record->data.length);
	if (record->hash_key.start != NULL) {
		places->hash_slot = slot_of(&writer->hash_keys, record->hash_key);
		places->hash_key =
		    number_of(&writer->hash_keys, places->hash_slot, record->hash_key, &size);
		places->inside += 1 + varint_size(places->hash_key);
	}
	return size + field_size(places->inside);
}

enum aggregate_added
aggregate_writer_add(
    struct aggregate_writer *writer, const struct record *record, struct failure *failure)
{
	char room[PARTITION_ROOM];
	struct places places;
	struct span key;
	size_t size;

	if (writer->count == AGGREGATE_MEMBERS)
		return AGGREGATE_FULL;
	if (!partition_text(record, room, &key, failure))
		return AGGREGATE_FAILED;
	size = find_places(writer, record, key, &places);
	if (writer->count > 0 && writer->size + size + strlen(AGGREGATE_KEY) > AGGREGATE_BYTES)
		return AGGREGATE_FULL;
	if (!add_key(&writer->keys, KEY, places.key_slot, key) ||
	    (places.hash_slot != NULL &&
	        !add_key(&writer->hash_keys, HASH_KEY, places.hash_slot, record->hash_key)) ||
	    !add_member(&writer->members, &places, record->data)) {
		fail(failure, FAILURE_REFUSED, "too long for a request");
		return AGGREGATE_FAILED;
	}
	writer->size += size;
	writer->count++;
	return AGGREGATE_ADDED;
}

struct span
aggregate_writer_end(struct aggregate_writer *writer, struct failure *failure)
{
	const struct buffer *parts[] = {
	    &writer->keys.fields, &writer->hash_keys.fields, &writer->members};
	struct buffer *whole = &writer->whole;
	unsigned char digest[MD5_BYTES];
	struct span text;

	buffer_clear(whole);
	if (!buffer_reserve(whole, writer->size)) {
		fail(failure, FAILURE_REFUSED, "too long for a request");
		return (struct span){NULL, 0};
	}
	buffer_add(whole, AGGREGATE_MAGIC, AGGREGATE_MAGIC_BYTES);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		buffer_add(whole, parts[i]->data, parts[i]->length);
	text = (struct span){
	    whole->data + AGGREGATE_MAGIC_BYTES, whole->length - AGGREGATE_MAGIC_BYTES};
	if (!md5(text, digest, failure))
		return (struct span){NULL, 0};
	buffer_add(whole, digest, sizeof digest);
	return buffer_span(whole);
}

size_t
aggregate_bound(const struct record *record)
{
	const size_t number = 1 + varint_size(AGGREGATE_MEMBERS - 1);
	size_t inside = number + field_size(record->data.length);
	size_t size = field_size(partition_length(record));

	if (record->hash_key.start != NULL) {
		inside += number;
		size += field_size(record->hash_key.length);
	}
	return size + field_size(inside);
}
