/* high_water: keeps the highest position read in each shard. */
#include <stdlib.h>

#include "text/json.h"
#include "base/memory.h"
#include "kack/high_water.h"

bool
high_water_find(
    struct span line, struct position *position, size_t *record, struct failure *failure)
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
		    "no _pos: keep it in filters, as in jq -c '{_pos, ticker}', and read the "
		    "records with kread -g");
	if (wanted.times > 1 || json_kind(wanted.value) != JSON_STRING ||
	    !position_parse(json_inside(wanted.value), position))
		return fail(failure, FAILURE_PERMANENT,
		    "_pos is not a position such as \"0:7\": filters must not change it");
	return true;
}

static struct high_water_shard *
find(struct high_water *high_water, struct span shard)
{
	for (size_t i = 0; i < high_water->count; i++) {
		if (span_equal(high_water->shards[i].position.shard, shard))
			return &high_water->shards[i];
	}
	return NULL;
}

static struct high_water_shard *
add(struct high_water *high_water)
{
	if (high_water->count == high_water->capacity) {
		high_water->capacity = high_water->capacity > 0 ? 2 * high_water->capacity : 4;
		high_water->shards = memory_resize(
		    high_water->shards, high_water->capacity, sizeof *high_water->shards);
		high_water->changed = memory_resize(
		    high_water->changed, high_water->capacity, sizeof *high_water->changed);
		/* The texts have moved, so that positions into them are parsed again. */
		for (size_t i = 0; i < high_water->count; i++)
			position_parse(
			    span_of(high_water->shards[i].text), &high_water->shards[i].position);
	}
	return &high_water->shards[high_water->count++];
}

void
high_water_note(struct high_water *high_water, const struct position *position)
{
	struct high_water_shard *shard = find(high_water, position->shard);

	if (shard != NULL && position_compare(position, &shard->position) <= 0)
		return;
	if (shard == NULL)
		shard = add(high_water);
	position_format(position, position->through, shard->text);
	position_parse(span_of(shard->text), &shard->position);
	shard->settled = false;
}

size_t
high_water_changed(struct high_water *high_water, const struct position **positions)
{
	size_t count = 0;

	for (size_t i = 0; i < high_water->count; i++) {
		if (!high_water->shards[i].settled)
			high_water->changed[count++] = high_water->shards[i].position;
	}
	*positions = high_water->changed;
	return count;
}

void
high_water_settle(struct high_water *high_water)
{
	for (size_t i = 0; i < high_water->count; i++)
		high_water->shards[i].settled = true;
}

void
high_water_free(struct high_water *high_water)
{
	free(high_water->shards);
	free(high_water->changed);
	*high_water = (struct high_water){.count = 0};
}
