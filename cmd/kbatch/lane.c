/* lane: which of the lines that arrive have to keep their order. */
#include <stdlib.h>

#include "text/base64.h"
#include "kbatch/payload.h"
#include "base/memory.h"
#include "record/position.h"
#include "kbatch/lane.h"

void
lanes_want(struct lanes *lanes, const char *field, unsigned count, size_t max_line)
{
	members_want(&lanes->members, field, NULL);
	buffer_init(&lanes->record, SIZE_MAX / 2);
	lanes->count = count;
	lanes->max_line = max_line;
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
by_member(struct lanes *lanes, uint64_t *lane, struct failure *failure)
{
	struct record record = {.data = buffer_span(&lanes->record)};

	if (!members_find(&lanes->members, &record, failure))
		return false;
	*lane = hash_of_text(record.key) % lanes->count;
	return true;
}

bool
lane_find(struct lanes *lanes, struct span line, uint64_t *lane, struct failure *failure)
{
	struct positioned found;
	enum position_found kind = position_of_line(line, &found);
	size_t length = kind != POSITION_NONE ? position_record_length(&found) : line.length;

	*lane = 0;
	if (length > lanes->max_line)
		return fail(failure, FAILURE_REFUSED,
		    "%zu bytes long, and --max-line is %zu: split it, or allow more", length,
		    lanes->max_line);
	buffer_clear(&lanes->record);
	if (kind == POSITION_RECORD && found.raw.start != NULL) {
		/* Decoded even if there is a newline in it, which COMMAND is given as _raw. */
		if (!base64_decode(&lanes->record, found.raw))
			return fail(failure, FAILURE_REFUSED,
			    "its _raw is not base64: a filter must leave _raw as it is");
	} else if (lanes->members.key != NULL) {
		given_add(&lanes->record, line, false);
	}
	if (lanes->count > 1 && kind != POSITION_NONE)
		*lane = given_hash(found.position.shard);
	return lanes->members.key == NULL || by_member(lanes, lane, failure);
}
