/* aggregate: unpacks records of the Kinesis Producer Library. */
#include <stdlib.h>

#include "stream/kinesis/aggregate.h"
#include "base/memory.h"
#include "stream/partition.h"
#include "text/digest.h"

enum {
	ENTRIES = 1024 * 1024, /* of a table at most; more than a useful record holds */
	WIRE_VARINT = 0,
	WIRE_FIXED64 = 1,
	WIRE_BYTES = 2,
	WIRE_FIXED32 = 5
};

/* A field of protobuf. */
struct field {
	uint64_t number;
	uint64_t value; /* of a varint */
	bool is_bytes;
	struct span bytes;
};

static bool
take_varint(struct span *from, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; shift < 64 && from->length > 0; shift += 7) {
		unsigned char byte = (unsigned char)*from->start++;

		from->length--;
		if (shift == 63 && byte > 1)
			return false;
		*value |= (uint64_t)(byte & 0x7F) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

static bool
take_bytes(struct span *from, uint64_t length, struct span *bytes)
{
	if (length > from->length)
		return false;
	*bytes = (struct span){from->start, (size_t)length};
	from->start += length;
	from->length -= (size_t)length;
	return true;
}

static bool
take_field(struct span *from, struct field *field)
{
	uint64_t tag, length;

	*field = (struct field){.number = 0};
	if (!take_varint(from, &tag) || tag >> 3 == 0)
		return false;
	field->number = tag >> 3;
	switch (tag & 7) {
	case WIRE_VARINT:
		return take_varint(from, &field->value);
	case WIRE_FIXED64:
		return take_bytes(from, 8, &field->bytes);
	case WIRE_FIXED32:
		return take_bytes(from, 4, &field->bytes);
	case WIRE_BYTES:
		field->is_bytes = true;
		return take_varint(from, &length) && take_bytes(from, length, &field->bytes);
	default: /* groups were removed from protobuf before this format existed */
		return false;
	}
}

static bool
add_entry(struct aggregate_table *table, struct span entry)
{
	if (table->count == ENTRIES)
		return false;
	if (table->count == table->capacity) {
		table->capacity = table->capacity > 0 ? 2 * table->capacity : 64;
		table->entries =
		    memory_resize(table->entries, table->capacity, sizeof *table->entries);
	}
	table->entries[table->count++] = entry;
	return true;
}

/* A Record. Its indexes can be looked up only once the tables are complete. */
static bool
read_member(const struct aggregate *aggregate, struct span text, struct aggregate_member *member)
{
	uint64_t key = UINT64_MAX, hash_key = UINT64_MAX;
	bool has_data = false;
	struct field field;

	*member = (struct aggregate_member){.data = {NULL, 0}};
	while (text.length > 0) {
		if (!take_field(&text, &field))
			return false;
		if (field.number > 3)
			continue;
		if (field.is_bytes != (field.number == 3))
			return false;
		if (field.number == 1)
			key = field.value;
		else if (field.number == 2)
			hash_key = field.value;
		else
			member->data = field.bytes;
		has_data = has_data || field.number == 3;
	}
	if (!has_data || key >= aggregate->keys.count ||
	    (hash_key != UINT64_MAX && hash_key >= aggregate->hash_keys.count))
		return false;
	member->key = aggregate->keys.entries[key];
	if (hash_key != UINT64_MAX)
		member->hash_key = aggregate->hash_keys.entries[hash_key];
	return true;
}

/* Fills the tables and counts the members. */
static bool
read_tables(struct aggregate *aggregate, struct span text)
{
	struct field field;

	while (text.length > 0) {
		if (!take_field(&text, &field))
			return false;
		if (field.number > 3)
			continue;
		if (!field.is_bytes)
			return false;
		if (field.number == 3)
			aggregate->count++;
		else if (!add_entry(field.number == 1 ? &aggregate->keys : &aggregate->hash_keys,
		             field.bytes))
			return false;
	}
	return true;
}

bool
aggregate_begins(struct span record)
{
	return record.length > AGGREGATE_FRAME && span_begins(record, AGGREGATE_MAGIC);
}

enum aggregate_found
aggregate_open(struct aggregate *aggregate, struct span record, struct failure *failure)
{
	unsigned char digest[MD5_BYTES];
	struct aggregate_member member;
	struct span text;

	aggregate->keys.count = aggregate->hash_keys.count = 0;
	aggregate->count = aggregate->next = 0;
	aggregate->rest = (struct span){NULL, 0};
	if (!aggregate_begins(record))
		return AGGREGATE_NONE;
	text = (struct span){record.start + AGGREGATE_MAGIC_BYTES, record.length - AGGREGATE_FRAME};
	if (!md5(text, digest, failure))
		return AGGREGATE_NONE;
	if (memcmp(digest, text.start + text.length, MD5_BYTES) != 0 ||
	    !read_tables(aggregate, text))
		return AGGREGATE_DAMAGED;
	aggregate->rest = text;
	for (size_t i = 0; i < aggregate->count; i++) {
		if (!aggregate_next(aggregate, &member))
			return AGGREGATE_DAMAGED;
	}
	aggregate->rest = text;
	aggregate->next = 0;
	return AGGREGATE_SOUND;
}

bool
aggregate_next(struct aggregate *aggregate, struct aggregate_member *member)
{
	struct field field;

	while (aggregate->next < aggregate->count && take_field(&aggregate->rest, &field)) {
		if (field.number != 3)
			continue;
		aggregate->next++;
		return read_member(aggregate, field.bytes, member);
	}
	return false;
}

void
aggregate_free(struct aggregate *aggregate)
{
	free(aggregate->keys.entries);
	free(aggregate->hash_keys.entries);
	*aggregate = (struct aggregate){.count = 0};
}

bool
aggregate_is_within(const struct aggregate_member *member, struct span first, struct span last,
    struct failure *failure)
{
	unsigned char digest[MD5_BYTES];
	struct span hash_key = member->hash_key;
	char text[PARTITION_DIGITS + 1];

	if (hash_key.start == NULL) {
		if (!md5(member->key, digest, failure))
			return true;
		hash_key = partition_decimal(digest, text);
	}
	return span_compare_decimals(hash_key, first) >= 0 &&
	       span_compare_decimals(hash_key, last) <= 0;
}
