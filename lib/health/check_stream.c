/* check_stream: checks a stream and its groups. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "health/checks.h"
#include "stream/snapshot.h"

/* A service does not report when its newest record arrived: look for a recent one. */
static void
check_reading(struct findings *findings, struct checked_stream *checked)
{
	struct stream_start start = {
	    .from = FROM_TIME, .time = stream_now(checked->reader) - findings->max_age};
	struct failure failure = {.kind = FAILURE_NONE};
	struct chunk chunk;
	enum stream_news news = STREAM_FAILED;
	bool good = stream_begin(checked->reader, &start, &failure);

	while (good && (news = stream_next(checked->reader, &chunk, &failure)) != STREAM_END) {
		if (news == STREAM_CHUNK && chunk.count > 0) {
			findings_add(findings, FINDINGS_WELL, "stream", checked->name,
			    "a record is younger than %s", findings->max_age_text);
			return;
		}
		if (news == STREAM_IDLE)
			good = stream_wait(checked->reader, -1, -1, &failure);
		else
			good = news == STREAM_CHUNK;
	}
	if (!good)
		findings_failure(findings, "stream", checked->name, &failure);
	else
		findings_add(findings, FINDINGS_LOOK, "stream", checked->name,
		    "no record of the last %s", findings->max_age_text);
}

/* The later of two times. One in the future is from a wrong clock: the other is preferred. */
static int64_t
later(int64_t a, int64_t b, int64_t now)
{
	bool a_ahead = a > now + FINDINGS_AHEAD, b_ahead = b > now + FINDINGS_AHEAD;

	if (a == 0 || b == 0 || a_ahead == b_ahead)
		return a > b ? a : b;
	return a_ahead ? b : a;
}

void
check_stream(struct findings *findings, struct checked_stream *checked)
{
	struct snapshot snapshot = {.count = 0};
	int64_t newest = 0;
	bool counted = false;

	if (checked->stream == NULL ||
	    !snapshot_take(&snapshot, checked->stream, NULL, &(struct snapshot_names){.count = 0},
	        &checked->failure)) {
		findings_failure(findings, "stream", checked->name, &checked->failure);
		snapshot_free(&snapshot);
		return;
	}
	for (size_t i = 0; i < snapshot.count; i++) {
		const struct shard_state *state = &snapshot.rows[i].state;

		counted = counted || state->counted;
		if (state->counted)
			newest = later(newest, state->newest, findings->now);
	}
	snapshot_free(&snapshot);
	if (newest > 0)
		findings_time(findings, "stream", checked->name, "the newest record", newest);
	else if (!counted && checked->reader != NULL)
		check_reading(findings, checked);
	else
		findings_add(
		    findings, FINDINGS_LOOK, "stream", checked->name, "it holds no records");
}

static void
check_shard(struct findings *findings, const char *of, const struct snapshot_row *row,
    const struct allowed_lag *allowed)
{
	const struct lag *lag = &row->group.lag;
	int64_t seconds = lag->milliseconds / 1000;
	char age[FINDINGS_AGE], behind[FINDINGS_AGE + 64];
	bool late;

	if (lag->gone_back) {
		findings_add(findings, FINDINGS_LOOK, "group", of,
		    "it has committed %s, which shard %s has not reached: the stream was replaced "
		    "by an earlier copy of itself",
		    row->group.checkpoint.text, row->shard);
		return;
	}
	if (lag->lost > 0)
		findings_add(findings, FINDINGS_LOOK, "group", of,
		    "%" PRIu64 " records of shard %s were lost before the group read them",
		    lag->lost, row->shard);
	if (allowed->in_records && lag->counted) {
		late = lag->records > allowed->records;
		snprintf(behind, sizeof behind, "%" PRIu64 " records", lag->records);
	} else {
		late = seconds > allowed->seconds;
		findings_age(seconds, age);
		if (lag->counted)
			snprintf(
			    behind, sizeof behind, "%s (%" PRIu64 " records)", age, lag->records);
		else
			snprintf(behind, sizeof behind, "%s", age);
	}
	if (late)
		findings_add(findings, FINDINGS_LOOK, "group", of,
		    "%s behind in shard %s, and %s is allowed", behind, row->shard, allowed->text);
	else
		findings_add(findings, FINDINGS_WELL, "group", of, "%s behind in shard %s", behind,
		    row->shard);
}

void
check_group(struct findings *findings, struct checked_stream *checked, const char *group,
    const struct allowed_lag *allowed)
{
	char *of = memory_format("%s %s", checked->name, group);
	struct snapshot_names names = {.count = 0};
	struct snapshot snapshot = {.count = 0};
	struct failure failure = checked->groups_failure;

	snapshot_names_add(&names, group);
	if (checked->stream == NULL) {
		findings_failure(findings, "group", of, &checked->failure);
	} else if (failure.kind != FAILURE_NONE ||
	           (checked->groups != NULL && !checkpoints_check(checked->groups, group,
	                                           stream_id(checked->stream), &failure)) ||
	           !snapshot_take(&snapshot, checked->stream, checked->groups, &names, &failure)) {
		findings_failure(findings, "group", of, &failure);
	} else {
		for (size_t i = 0; i < snapshot.count; i++)
			check_shard(findings, of, &snapshot.rows[i], allowed);
	}
	snapshot_free(&snapshot);
	snapshot_names_free(&names);
	free(of);
}
