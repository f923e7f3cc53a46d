/*
 * partition: the partition key of a record. Its MD5, a number of 128 bits, chooses the shard, as in
 * Kinesis (API reference, PutRecordsRequestEntry).
 */
#ifndef STREAM_PARTITION_H
#define STREAM_PARTITION_H

#include "text/digest.h"
#include "stream/stream.h"

enum {
	PARTITION_CHARACTERS = 256,
	PARTITION_ROOM = 6 * PARTITION_CHARACTERS,
	PARTITION_DIGITS = 39 /* of 2^128 */
};

/* The key has 1 to 256 characters, the hash key is a decimal below 2^128; else FAILURE_REFUSED. */
bool partition_check(const struct record *record, struct failure *failure);

/* The bytes of its key, unescaped. */
size_t partition_length(const struct record *record);

/*
 * The key's text, unescaped; if it has no key, the MD5 of the data in hexadecimal. It may point
 * into room.
 */
bool partition_text(const struct record *record, char room[PARTITION_ROOM], struct span *text,
    struct failure *failure);

/* The number that chooses its shard, highest byte first. */
bool partition_place(
    const struct record *record, unsigned char place[MD5_BYTES], struct failure *failure);

/* Reads a decimal of up to 39 digits, highest byte first. False: it is not valid or too large. */
bool partition_number(struct span decimal, unsigned char number[MD5_BYTES]);

/* The reverse: the number as a decimal, which is in room. */
struct span partition_decimal(
    const unsigned char number[MD5_BYTES], char room[PARTITION_DIGITS + 1]);

#endif
