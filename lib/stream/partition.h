/*
 * partition: the partition key of a record, and where it places it: by its MD5,
 * a number of 128 bits, as in Kinesis (API reference, PutRecordsRequestEntry).
 */
#ifndef STREAM_PARTITION_H
#define STREAM_PARTITION_H

#include "text/md5.h"
#include "stream/stream.h"

enum { PARTITION_CHARACTERS = 256, PARTITION_ROOM = 6 * PARTITION_CHARACTERS };

/* A key of 1 to 256 characters, a hash key that is a decimal below 2^128: else FAILURE_REFUSED. */
bool partition_check(const struct record *record, struct failure *failure);

/* How many bytes its key has, escapes undone. */
size_t partition_length(const struct record *record);

/*
 * The key's text, escapes undone; where it has none, the MD5 of the data in
 * hexadecimal. It may lie in room.
 */
bool partition_text(const struct record *record, char room[PARTITION_ROOM], struct span *text,
    struct failure *failure);

/* The number that places it, highest byte first. */
bool partition_place(
    const struct record *record, unsigned char place[MD5_BYTES], struct failure *failure);

/* A decimal of up to 39 digits, highest byte first; false where it is none or too large. */
bool partition_number(struct span decimal, unsigned char number[MD5_BYTES]);

#endif
