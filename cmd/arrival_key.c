/* arrival_key: which of the lines that arrive have to keep their order. */
#include <stdlib.h>

#include "../lib/given.h"
#include "../lib/memory.h"
#include "../lib/position.h"
#include "arrival_key.h"

void
arrival_key_want(struct arrival_key *key, const char *field, bool jobs, size_t max_line)
{
	members_want(&key->members, field, NULL);
	buffer_init(&key->record, SIZE_MAX / 2);
	key->by_shard = field == NULL && jobs;
	key->max_line = max_line;
}

/* Escapes are undone: two spellings are one key. */
static uint64_t
hash_of_text(struct span inside)
{
	char *plain;
	uint64_t hash;

	if (memchr(inside.start, '\\', inside.length) == NULL)
		return given_hash(inside);
	plain = memory_new(inside.length, 1);
	hash = given_hash((struct span){plain, json_unescape(inside, plain)});
	free(plain);
	return hash;
}

static bool
by_member(struct arrival_key *key, struct span line, uint64_t *hash, struct failure *failure)
{
	struct record record = {.data = {NULL, 0}};

	/* One that holds a newline is looked into as it is, too. */
	buffer_clear(&key->record);
	given_add(&key->record, line, false);
	record.data = buffer_span(&key->record);
	if (!members_find(&key->members, &record, failure))
		return false;
	*hash = hash_of_text(record.key);
	return true;
}

bool
arrival_key_find(struct arrival_key *key, struct span line, uint64_t *hash, struct failure *failure)
{
	struct positioned found;
	enum position_found kind = position_of_line(line, &found);
	size_t length = kind != POSITION_NONE ? position_record_length(&found) : line.length;

	*hash = 0;
	if (length > key->max_line)
		return fail(failure, FAILURE_REFUSED,
		    "%zu bytes long, and --max-line is %zu: split it, or allow more", length,
		    key->max_line);
	if (kind == POSITION_RECORD && found.raw.start != NULL) {
		buffer_clear(&key->record);
		if (!given_add(&key->record, line, false))
			return fail(failure, FAILURE_REFUSED,
			    "its _raw is not base64: a filter must leave _raw as it is");
	}
	if (key->by_shard && kind != POSITION_NONE)
		*hash = given_hash(found.position.shard);
	return key->members.key == NULL || by_member(key, line, hash, failure);
}
