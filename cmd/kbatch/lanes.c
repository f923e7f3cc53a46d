/* lanes: finds the lane of a line by its shard or its key. */
#include <stdlib.h>

#include "base/hash.h"
#include "text/base64.h"
#include "kbatch/payload.h"
#include "base/memory.h"
#include "record/position.h"
#include "kbatch/lanes.h"

void
lanes_init(struct lanes *lanes, const char *field, unsigned count, size_t max_line)
{
	members_want(&lanes->members, field, NULL);
	buffer_init(&lanes->record, SIZE_MAX / 2);
	lanes->count = count;
	lanes->max_line = max_line;
}

void
lanes_free(struct lanes *lanes)
{
	buffer_free(&lanes->record);
}

/* Escapes are decoded: two spellings of a key are the same key. */
static uint64_t
hash_of_text(struct span inside)
{
	char *plain;
	uint64_t hash;

	if (memchr(inside.start, '\\', inside.length) == NULL)
		return hash_add(HASH_BEGIN, inside);
	plain = memory_new(inside.length, 1);
	hash = hash_add(HASH_BEGIN, (struct span){plain, json_unescape(inside, plain)});
	free(plain);
	return hash;
}

static bool
by_member(struct lanes *lanes, uint64_t *lane, struct failure *failure)
{
	struct record record = {.data = buffer_span(&lanes->record)};

	if (!members_find(&lanes->members, &record, failure))
		return false;
	*lane = hash_of_text(record.key) % lanes->count;
	return true;
}

bool
lanes_find(struct lanes *lanes, struct span line, uint64_t *lane, struct failure *failure)
{
	struct positioned found;
	enum position_found kind = position_of_line(line, &found);
	size_t length = kind != POSITION_NONE ? position_record_length(&found) : line.length;

	*lane = 0;
	if (length > lanes->max_line)
		return fail(failure, FAILURE_REFUSED,
		    "%zu bytes are more than --max-line (%zu): split the line or raise the limit",
		    length, lanes->max_line);
	buffer_clear(&lanes->record);
	if (kind == POSITION_RECORD && found.raw.start != NULL) {
		/* Decoded also if it holds a newline: COMMAND is then given _raw, the key is
		 * inside. */
		if (!base64_decode(&lanes->record, found.raw))
			return fail(failure, FAILURE_REFUSED,
			    "_raw is not base64: filters must not change _raw");
	} else if (lanes->members.key != NULL) {
		payload_add(&lanes->record, line, false);
	}
	if (lanes->count > 1 && kind != POSITION_NONE)
		*lane = hash_add(HASH_BEGIN, found.position.shard);
	return lanes->members.key == NULL || by_member(lanes, lane, failure);
}
