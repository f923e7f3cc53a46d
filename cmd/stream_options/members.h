/* members: what of an object goes with its record: partition key and hash key. */
#ifndef STREAM_OPTIONS_MEMBERS_H
#define STREAM_OPTIONS_MEMBERS_H

#include "text/json.h"
#include "stream/stream.h"

struct members {
	struct json_wanted wanted[2];
	size_t count;
	struct json_wanted *key, *hash_key; /* NULL: not asked for */
};

/* Their names, each NULL where it is not wanted. */
void members_want(struct members *members, const char *key, const char *hash_key);
/* Finds them in the record's data, which is looked at only where one is wanted; else refused. */
bool members_find(struct members *members, struct record *record, struct failure *failure);

#endif
