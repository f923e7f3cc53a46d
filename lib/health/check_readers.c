/* check_readers: checks that a group has a living reader of each shard. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "health/checks.h"
#include "stream/snapshot.h"

/* Does the shard need no reader now? A lease is made once all parents are done. */
static bool
is_at_rest(const struct snapshot_row *row)
{
	const struct snapshot_group *group = &row->group;
	bool done = group->lag.counted && group->lag.records == 0 && !row->state.open;
	bool child = !group->reader.leased && row->state.parents[0] != NULL;

	return done || group->reader.ended || group->reader.waits || child;
}

static void
check_reader(
    struct findings *findings, const char *of, const struct snapshot_row *row, int64_t failover)
{
	const struct group_reader *reader = &row->group.reader;
	char age[FINDINGS_AGE];
	struct shown shown;

	switch (group_reader_life(reader, failover)) {
	case READER_LIVES:
		findings_add(
		    findings, FINDINGS_WELL, "reader", of, "shard %s is being read", row->shard);
		break;
	case READER_NONE:
		findings_add(
		    findings, FINDINGS_LOOK, "reader", of, "nobody reads shard %s", row->shard);
		break;
	case READER_DEAD:
		findings_add(findings, FINDINGS_LOOK, "reader", of,
		    "nobody reads shard %s: %s has not renewed its lease for %s", row->shard,
		    show(&shown, reader->worker, strlen(reader->worker)),
		    findings_age(reader->unchanged / 1000, age));
		break;
	case READER_UNKNOWN:
		findings_add(findings, FINDINGS_UNKNOWN, "reader", of,
		    "whether %s lives, which has shard %s, is not known yet",
		    show(&shown, reader->worker, strlen(reader->worker)), row->shard);
		break;
	}
}

void
check_readers(
    struct findings *findings, struct checked_stream *checked, const char *group, int64_t failover)
{
	struct snapshot_names names = {.count = 0};
	struct snapshot snapshot = {.count = 0};
	struct failure failure = {.kind = FAILURE_NONE};
	char *of;

	/* check_group has said why. */
	if (checked->stream == NULL || checked->groups_failure.kind != FAILURE_NONE)
		return;
	of = memory_format("%s %s", checked->name, group);
	snapshot_names_add(&names, group);
	if ((checked->groups != NULL &&
	        !checkpoints_watch(checked->groups, group, failover, true, &failure)) ||
	    !snapshot_take(&snapshot, checked->stream, checked->groups, &names, &failure)) {
		findings_failure(findings, "reader", of, &failure);
	} else {
		for (size_t i = 0; i < snapshot.count; i++) {
			if (!is_at_rest(&snapshot.rows[i]))
				check_reader(findings, of, &snapshot.rows[i], failover);
		}
	}
	snapshot_free(&snapshot);
	snapshot_names_free(&names);
	free(of);
}
