/* selection: reads limits, judges lines, and writes them. */
#include <inttypes.h>

#include "archive/line_time.h"
#include "base/clock.h"
#include "base/environment.h"
#include "s3get/selection.h"
#include "system/moment.h"
#include "text/timestamp.h"

static bool
read_time(const char *text, int64_t *time, struct failure *failure)
{
	const struct moment_rules rules = {.large_numbers = true};
	struct moments *moments = moments_open(environment_zones(), "");
	bool good = moment_read(moments, span_of(text), &rules, time, failure);

	moments_close(moments);
	return good;
}

bool
selection_read_limit(
    const char *text, struct position *position, int64_t *time, struct failure *failure)
{
	struct timestamp ignored;
	struct shown shown;

	*position = (struct position){.sequence = {NULL, 0}};
	if (duration_parse(span_of(text[0] == '-' ? text + 1 : text), time)) {
		*time = clock_now() - *time;
		return true;
	}
	if (timestamp_read(span_of(text), &ignored))
		return read_time(text, time, failure);
	if (position_parse(span_of(text), position))
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "\"%s\" is not a place in an archive: use a position such as 0:7, a duration before "
	    "now such as -15m or 7d, or a time: " MOMENT_FORMS,
	    show(&shown, text, strlen(text) < 60 ? strlen(text) : 60));
}

bool
selection_has(struct selection *selection, const struct shard_line *line)
{
	const struct position *from = &selection->query->from, *to = &selection->query->to;
	int64_t time;

	if (from->sequence.start != NULL && position_compare(&line->parts.position, from) < 0)
		return false;
	if (to->sequence.start != NULL && position_compare(&line->parts.position, to) >= 0)
		return false;
	if (!selection->timed)
		return true;
	if (!line_time_find(line->text, selection->member, &time)) {
		selection->timeless++;
		return false;
	}
	return time >= selection->from && time < selection->to;
}

/* Without _pos, unless a tool needs it to decode _raw. parts NULL: it has no position. */
static bool
write_text(const struct selection *selection, struct span text, const struct positioned *parts,
    struct failure *failure)
{
	struct output *output = selection->tool->output;

	if (parts == NULL || parts->raw.start != NULL || selection->positions)
		return output_add_line(output, text, failure);
	return output_add(output, parts->before.start, parts->before.length, failure) &&
	       output_add_line(output, parts->after, failure);
}

bool
selection_write(struct selection *selection, struct span text, const struct positioned *parts,
    bool *more, struct failure *failure)
{
	struct tool *tool = selection->tool;

	if (!write_text(selection, text, parts, failure))
		return false;
	tool->stats.lines++;
	tool->stats.bytes += text.length;
	tool->stats.done++;
	tool_tick(tool, false, "");
	*more = tool->stats.lines != selection->limit;
	return !tool_stop || fail_stopped(failure);
}

static void
report_damaged(void *context, const struct catalog_entry *entry, const struct failure *failure)
{
	struct selection *selection = context;
	struct shown shown;

	selection->damaged++;
	tool_message(selection->tool,
	    "the object %s is damaged: %s; lines before the damage are written",
	    show(&shown, entry->path, strlen(entry->path)), failure->text);
	tool_note_status(selection->tool, 2);
}

struct shard_merge_settings
selection_merge(struct selection *selection, struct archive_source *source)
{
	return (struct shard_merge_settings){.source = source,
	    .max_line = tool_line_ceiling(selection->tool),
	    .damaged = report_damaged,
	    .context = selection};
}

void
selection_report(const struct selection *selection)
{
	struct tool *tool = selection->tool;
	struct shown shown;

	if (selection->repeated > 0)
		tool_verbose(tool, "%" PRIu64 " lines were stored twice", selection->repeated);
	if (selection->damaged > 0)
		tool_message(tool, "%" PRIu64 " objects are damaged", selection->damaged);
	if (selection->timeless == 0)
		return;
	tool_message(tool,
	    "%" PRIu64 " lines were left out, as they have no time in %s (-T names the member)",
	    selection->timeless, show(&shown, selection->member.start, selection->member.length));
	tool_note_status(tool, 1);
}
