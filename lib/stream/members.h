/* members: the members of an object that give its record a partition key and a hash key. */
#ifndef STREAM_MEMBERS_H
#define STREAM_MEMBERS_H

#include "text/json.h"
#include "stream/stream.h"

struct members {
	struct json_wanted wanted[2];
	size_t count;
	struct json_wanted *key, *hash_key; /* NULL: not wanted */
};

/* Their names; NULL: not wanted. members has to be zeroed, and must not move afterwards. */
void members_want(struct members *members, const char *key, const char *hash_key);
/* Fills in the record's keys. Its data is scanned only if one is wanted. False: it is refused. */
bool members_find(struct members *members, struct record *record, struct failure *failure);

#endif
