/* losses: messages, the number of records lost, and the exit status. */
#include "kread/losses.h"

/* Records that were there when the group committed what is behind them. */
static void
report_missing(struct tool *tool, const char *group, const struct chunk *chunk)
{
	tool_note_status(tool, 1);
	tool->stats.lost += chunk->missing;
	tool_message(tool,
	    "group %s: %llu record%s of shard %s, from %llu on, are missing: the stream was "
	    "replaced by an earlier copy of itself",
	    group, (unsigned long long)chunk->missing, chunk->missing == 1 ? "" : "s", chunk->shard,
	    (unsigned long long)(chunk->first - chunk->missing));
}

void
losses_report(struct tool *tool, const char *group, const struct chunk *chunk)
{
	const char *who = group != NULL ? "group " : "the reader";

	if (chunk->missing > 0 && group != NULL)
		report_missing(tool, group, chunk);
	if (chunk->lost == 0 && !chunk->lost_some)
		return;
	tool_note_status(tool, 1);
	group = group != NULL ? group : "";
	if (chunk->lost_some) {
		tool_message(tool,
		    "%s%s may have lost records before the oldest one of shard %s: they are older "
		    "than the retention of the stream",
		    who, group, chunk->shard);
		return;
	}
	tool->stats.lost += chunk->lost;
	tool_message(tool,
	    "%s%s lost %llu record%s of shard %s, from %llu on: they are older than the "
	    "retention of the stream",
	    who, group, (unsigned long long)chunk->lost, chunk->lost == 1 ? "" : "s", chunk->shard,
	    (unsigned long long)(chunk->first - chunk->lost));
}
