/* partition: checks the keys of a record and computes the number that chooses its shard. */
#include <string.h>

#include "text/json.h"
#include "stream/partition.h"

/* The characters of a key. An escape or a UTF-8 sequence counts as one. */
static size_t
characters_of(struct span key)
{
	size_t count = 0;

	for (size_t i = 0; i < key.length; i++) {
		if (key.start[i] == '\\')
			i += key.start[i + 1] == 'u' ? 5 : 1;
		count += ((unsigned char)key.start[i] & 0xC0) != 0x80;
	}
	return count;
}

static bool
is_escaped(struct span key)
{
	return key.length > 0 && memchr(key.start, '\\', key.length) != NULL;
}

bool
partition_number(struct span decimal, unsigned char number[MD5_BYTES])
{
	memset(number, 0, MD5_BYTES);
	if (decimal.length == 0 || decimal.length > PARTITION_DIGITS ||
	    (decimal.start[0] == '0' && decimal.length > 1))
		return false;
	for (size_t i = 0; i < decimal.length; i++) {
		unsigned carry = (unsigned char)decimal.start[i] - '0';

		if (carry > 9)
			return false;
		for (int at = MD5_BYTES - 1; at >= 0; at--) {
			carry += number[at] * 10u;
			number[at] = carry & 0xFF;
			carry >>= 8;
		}
		if (carry > 0)
			return false;
	}
	return true;
}

bool
partition_check(const struct record *record, struct failure *failure)
{
	unsigned char number[MD5_BYTES];
	struct shown shown;
	size_t characters;

	if (record->hash_key.start != NULL && !partition_number(record->hash_key, number))
		return fail(failure, FAILURE_REFUSED,
		    "the hash key \"%s\" is not a decimal number below 2^128",
		    show(&shown, record->hash_key.start, record->hash_key.length));
	if (record->key.start == NULL)
		return true;
	characters = characters_of(record->key);
	if (characters == 0)
		return fail(failure, FAILURE_REFUSED, "the partition key is empty");
	if (characters > PARTITION_CHARACTERS)
		return fail(failure, FAILURE_REFUSED,
		    "the partition key has %zu characters, but %d is the maximum", characters,
		    PARTITION_CHARACTERS);
	return true;
}

struct span
partition_decimal(const unsigned char number[MD5_BYTES], char room[PARTITION_DIGITS + 1])
{
	unsigned char rest[MD5_BYTES];
	size_t at = PARTITION_DIGITS + 1;
	unsigned any;

	memcpy(rest, number, sizeof rest);
	do {
		unsigned carry = 0;

		any = 0;
		for (size_t i = 0; i < MD5_BYTES; i++) {
			unsigned part = carry * 256 + rest[i];

			rest[i] = (unsigned char)(part / 10);
			carry = part % 10;
			any |= rest[i];
		}
		room[--at] = (char)('0' + carry);
	} while (any != 0);
	return (struct span){room + at, PARTITION_DIGITS + 1 - at};
}

size_t
partition_length(const struct record *record)
{
	char plain[PARTITION_ROOM];

	if (record->key.start == NULL)
		return 2 * MD5_BYTES;
	return is_escaped(record->key) ? json_unescape(record->key, plain) : record->key.length;
}

bool
partition_text(const struct record *record, char room[PARTITION_ROOM], struct span *text,
    struct failure *failure)
{
	*text = record->key;
	if (record->key.start == NULL) {
		*text = (struct span){room, 2 * MD5_BYTES};
		return md5_text(record->data, room, failure);
	}
	if (is_escaped(record->key))
		*text = (struct span){room, json_unescape(record->key, room)};
	return true;
}

bool
partition_place(
    const struct record *record, unsigned char place[MD5_BYTES], struct failure *failure)
{
	char room[PARTITION_ROOM];
	struct span text;

	if (record->hash_key.start != NULL)
		return partition_number(record->hash_key, place) ||
		       fail(failure, FAILURE_REFUSED,
		           "the hash key is not a decimal number below 2^128");
	return partition_text(record, room, &text, failure) && md5(text, place, failure);
}
