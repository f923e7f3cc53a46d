/* furthest: of the positions that went by, the furthest in each shard. */
#include <stdio.h>
#include <stdlib.h>

#include "text/json.h"
#include "base/memory.h"
#include "kack/high_water.h"

bool
furthest_find(struct span line, struct position *position, size_t *record, struct failure *failure)
{
	struct json_wanted wanted = {.name = {"_pos", 4}};
	struct positioned found;
	struct json_error error;

	if (position_of_line(line, &found) != POSITION_NONE &&
	    json_check(line, JSON_DEPTH, &error)) {
		*position = found.position;
		*record = position_record_length(&found);
		return true;
	}
	*record = line.length;
	if (!json_find(line, JSON_DEPTH, &wanted, 1, NULL, &error))
		return fail(
		    failure, FAILURE_PERMANENT, "%s, at byte %zu", error.reason, error.offset + 1);
	if (wanted.times == 0)
		return fail(failure, FAILURE_PERMANENT,
		    "no _pos: did a filter drop it? Keep it, as in jq -c '{_pos, ticker}'; and "
		    "only what "
		    "began at `kread -g` has one");
	if (wanted.times > 1 || json_kind(wanted.value) != JSON_STRING ||
	    !position_parse(json_inside(wanted.value), position))
		return fail(failure, FAILURE_PERMANENT,
		    "its _pos is not a position such as \"0:7\": a filter must leave _pos as it "
		    "is");
	return true;
}

static struct furthest_shard *
find(struct furthest *furthest, struct span shard)
{
	for (size_t i = 0; i < furthest->count; i++) {
		if (span_equal(furthest->shards[i].position.shard, shard))
			return &furthest->shards[i];
	}
	return NULL;
}

static struct furthest_shard *
add(struct furthest *furthest)
{
	if (furthest->count == furthest->capacity) {
		furthest->capacity = furthest->capacity > 0 ? 2 * furthest->capacity : 4;
		furthest->shards =
		    memory_resize(furthest->shards, furthest->capacity, sizeof *furthest->shards);
		furthest->news =
		    memory_resize(furthest->news, furthest->capacity, sizeof *furthest->news);
		/* What was parsed from a text that has moved is parsed again. */
		for (size_t i = 0; i < furthest->count; i++)
			position_parse(
			    span_of(furthest->shards[i].text), &furthest->shards[i].position);
	}
	return &furthest->shards[furthest->count++];
}

void
furthest_note(struct furthest *furthest, const struct position *position)
{
	struct furthest_shard *shard = find(furthest, position->shard);
	/* A position's parts stand in the text that it was parsed from. */
	size_t length =
	    (size_t)(position->sequence.start + position->sequence.length - position->shard.start);

	if (shard != NULL && position_compare(position, &shard->position) <= 0)
		return;
	if (shard == NULL)
		shard = add(furthest);
	memcpy(shard->text, position->shard.start, length);
	if (position->sub >= 0)
		length += (size_t)sprintf(shard->text + length, ".%lld", (long long)position->sub);
	strcpy(shard->text + length, position->through ? "+" : "");
	position_parse(span_of(shard->text), &shard->position);
	shard->settled = false;
}

size_t
furthest_news(struct furthest *furthest, const struct position **positions)
{
	size_t count = 0;

	for (size_t i = 0; i < furthest->count; i++) {
		if (!furthest->shards[i].settled)
			furthest->news[count++] = furthest->shards[i].position;
	}
	*positions = furthest->news;
	return count;
}

void
furthest_settle(struct furthest *furthest)
{
	for (size_t i = 0; i < furthest->count; i++)
		furthest->shards[i].settled = true;
}

void
furthest_free(struct furthest *furthest)
{
	free(furthest->shards);
	free(furthest->news);
	*furthest = (struct furthest){.count = 0};
}
