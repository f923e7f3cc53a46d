/* lease: what a lease says as a checkpoint, and the reverse. */
#include <stdio.h>
#include <string.h>

#include "group/lease.h"

void
lease_describe(struct lease *lease, const char *shard, const struct checkpoints_shard *about)
{
	size_t parents = 0;

	*lease = (struct lease){
	    .at = LEASE_AT_TRIM_HORIZON, .since = -1, .generation = about->generation};
	snprintf(lease->shard, sizeof lease->shard, "%s", shard);
	for (size_t i = 0; i < LEASE_PARENTS; i++) {
		if (about->parents[i] != NULL)
			snprintf(lease->parents[parents++], sizeof *lease->parents, "%s",
			    about->parents[i]);
	}
	for (size_t i = 0; i < 2 && about->hash_keys[0] != NULL && about->hash_keys[1] != NULL; i++)
		snprintf(lease->hash_keys[i], sizeof *lease->hash_keys, "%s", about->hash_keys[i]);
}

bool
lease_checkpoint(const struct lease *lease, struct checkpoint *checkpoint)
{
	*checkpoint = (struct checkpoint){.updated = lease->committed};
	switch (lease->at) {
	case LEASE_AT_POSITION:
		memcpy(checkpoint->text, lease->place, sizeof checkpoint->text);
		return position_parse(span_of(checkpoint->text), &checkpoint->position);
	case LEASE_AT_TRIM_HORIZON:
		snprintf(checkpoint->text, sizeof checkpoint->text, "%s:0", lease->shard);
		return position_parse(span_of(checkpoint->text), &checkpoint->position);
	case LEASE_AT_LATEST:
		if (lease->since < 0)
			return false;
		checkpoint->is_time = true;
		snprintf(checkpoint->text, sizeof checkpoint->text, "%s:@%lld", lease->shard,
		    (long long)lease->since);
		return true;
	case LEASE_AT_TIMESTAMP:
		return false;
	case LEASE_AT_SHARD_END:
		checkpoint->ended = true;
		snprintf(checkpoint->text, sizeof checkpoint->text, "%s:SHARD_END", lease->shard);
		return true;
	}
	return false;
}

bool
lease_is_ahead(const struct lease *lease, const struct position *position)
{
	struct position other = *position;
	struct checkpoint checkpoint;

	if (!lease_checkpoint(lease, &checkpoint) || checkpoint.is_time)
		return true;
	if (other.through && other.sub < 0)
		other.sub = 0;
	return !checkpoint.ended && position_compare(&other, &checkpoint.position) > 0;
}

bool
lease_put_at(struct lease *lease, const char *place)
{
	struct position position;
	struct span shard;
	int64_t time;

	lease->since = -1;
	if (position_is_time(span_of(place), &shard, &time)) {
		lease->at = LEASE_AT_LATEST;
		lease->since = time;
		return true;
	}
	if (!position_parse(span_of(place), &position))
		return false;
	lease->at = LEASE_AT_POSITION;
	/* "SHARD:0+" is the mark of a shard of which nothing was written yet. */
	if (span_is(position.sequence, "0") && position.sub < 0)
		lease->at = LEASE_AT_TRIM_HORIZON;
	snprintf(lease->place, sizeof lease->place, "%s", place);
	return true;
}
