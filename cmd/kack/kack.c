/* kack: commits a group's position in a stream. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/environment.h"
#include "kack/high_water.h"
#include "kack/reset.h"
#include "stream_options/confine.h"

enum { WINDOW = 2 * 1024 * 1024 };

struct options {
	const char *stream;
	const char *group;
	struct start to;
	bool delete_group;
	bool receipts;
};

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_STREAM(AT(stream)),
    {'g', "group", "GROUP", OPTION_CALL, AT(group), .read = group_option, .values = "<group>",
        .required = true, .help = "the group of readers"},
    {0, "receipts", NULL, OPTION_FLAG, AT(receipts),
        .help = "write each line to standard output once its position is committed"},
    {0, "to", "WHERE", OPTION_CALL, AT(to), .read = start_option, .values = START_VALUES,
        .help = "move the group to trim-horizon, latest, a time (2025-01-07T01:00:00Z, or -15m "
                "for 15 minutes ago) or a position (0:7)"},
    {0, "delete", NULL, OPTION_FLAG, AT(delete_group), .help = "delete the group"}, OPTION_END};

static const char *const usage[] = {"[-s STREAM] -g GROUP [--receipts]",
    "[-s STREAM] -g GROUP --to WHERE", "[-s STREAM] -g GROUP --delete", NULL};

static const struct option_table table = {.name = "kack",
    .about = "commit a group's position in a stream",
    .details = "Reads the lines of a pipeline that begins with kread -g GROUP, and commits their "
               "positions.",
    .usage = usage,
    .rows = rows,
    .aws = true,
    .statuses = "Exit status: 0 all done; 1 --delete: there is no such group; 2 needs attention, "
                "retrying will not help; 75 temporary failure, retry later.",
    .input = "kack reads lines from standard input"};

struct kack {
	struct tool *tool;
	struct options options;
	struct stream *stream;
	struct checkpoints *groups;
	struct high_water high_water;
	struct span lines[LINES_BATCH + 1]; /* of the batch, for --receipts */
	size_t owed;
};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static bool open_all(struct kack *kack, bool *missing, struct failure *failure);
static void commit_lines(struct kack *kack, struct failure *failure);
static bool batch(struct kack *kack, struct lines *lines, struct failure *failure);
static bool take_line(struct kack *kack, const struct line *line, struct failure *failure);
static bool commit(struct kack *kack, struct failure *failure);
static bool check_positions(
    struct kack *kack, const struct position *positions, size_t count, struct failure *failure);

int
main(int argc, char **argv)
{
	static struct kack kack;
	struct tool tool;
	struct caller caller = tool_caller(&tool);
	struct failure failure = {.kind = FAILURE_NONE};
	bool missing;

	kack.tool = &tool;
	read_options(&tool, argc, argv, &kack.options);
	tool_ready(&tool);
	if (kack.options.to.text != NULL) {
		if (open_all(&kack, NULL, &failure))
			reset_move(kack.stream, kack.groups, kack.options.group, &kack.options.to,
			    &failure);
	} else if (kack.options.delete_group) {
		confine_before(&tool, kack.options.stream, &kack.options.group, 1, CONFINE_READ);
		kack.groups = checkpoints_open(kack.options.stream, kack.options.group,
		    CHECKPOINTS_WRITE, &missing, &caller, &failure);
		if (missing)
			fail(&failure, FAILURE_REFUSED, "there is no group %s", kack.options.group);
		if (kack.groups != NULL)
			tool_confine_to(&tool, checkpoints_directory(kack.groups), NULL);
		if (kack.groups != NULL)
			reset_delete(kack.groups, kack.options.group, &failure);
	} else {
		/* Ctrl-C ends the head of the pipeline; the lines that it still sends are
		 * committed. */
		signal(SIGINT, SIG_IGN);
		commit_lines(&kack, &failure);
	}
	tool_failed(&tool, &failure);
	stream_close(kack.stream);
	checkpoints_close(kack.groups);
	high_water_free(&kack.high_water);
	tool_end(&tool, &failure);
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	*options = (struct options){.stream = environment_stream()};
	tool_start(tool, &table, argc, argv, options);
	if ((options->to.text != NULL) + options->delete_group + options->receipts > 1)
		tool_usage(tool, "--to, --delete and --receipts exclude each other");
}

/* missing: NULL, or set if the stream does not exist. */
static bool
open_all(struct kack *kack, bool *missing, struct failure *failure)
{
	struct stream_settings settings = {.caller = tool_caller(kack->tool)};

	confine_before(kack->tool, kack->options.stream, &kack->options.group, 1, CONFINE_CREATE);
	if (kack->stream == NULL)
		kack->stream =
		    stream_open(kack->options.stream, STREAM_READ, &settings, missing, failure);
	if (kack->stream != NULL && kack->groups == NULL)
		kack->groups = checkpoints_open(kack->options.stream, kack->options.group,
		    CHECKPOINTS_CREATE, NULL, &settings.caller, failure);
	if (kack->stream == NULL || kack->groups == NULL)
		return false;
	confine_after(kack->tool, kack->stream, kack->groups);
	return true;
}

static void
commit_lines(struct kack *kack, struct failure *failure)
{
	struct lines *lines =
	    lines_open(STDIN_FILENO, tool_line_ceiling(kack->tool), WINDOW, &tool_stop);
	int watch = kack->options.receipts ? STDOUT_FILENO : -1;
	bool missing = false;

	tool_announce_terminal(kack->tool);
	/* Opened now, so that it is the stream that kread opens. If there is none, kread -f may
	 * still wait for it. */
	if (!open_all(kack, &missing, failure) && !missing)
		goto out;
	while (lines_wait(lines, watch, -1, failure) == LINES_READY) {
		if (!batch(kack, lines, failure))
			break;
	}
out:
	lines_close(lines);
}

static bool
batch(struct kack *kack, struct lines *lines, struct failure *failure)
{
	struct failure refused = {.kind = FAILURE_NONE};
	struct line line;

	kack->owed = 0;
	while (refused.kind == FAILURE_NONE && lines_next(lines, &line)) {
		if (lines_ignore(&line)) {
			kack->tool->stats.blank++;
			continue;
		}
		if (take_line(kack, &line, &refused))
			continue;
		kack->tool->stats.refused++;
		tool_message_line(kack->tool, line.number, &refused);
		tool_note_status(kack->tool, 2);
	}
	if (!commit(kack, failure))
		return false;
	for (size_t i = 0; i < kack->owed; i++) {
		if (!output_add_line(kack->tool->output, kack->lines[i], failure))
			return false;
	}
	tool_tick(kack->tool, true, "");
	return output_flush(kack->tool->output, failure) && refused.kind == FAILURE_NONE;
}

static bool
take_line(struct kack *kack, const struct line *line, struct failure *failure)
{
	struct stats *stats = &kack->tool->stats;
	const char *format = lines_known_format(line);
	struct position position;
	size_t length = 0;

	if (format != NULL)
		return fail(failure, FAILURE_PERMANENT, "%s", format);
	if (line->state == LINE_CUT)
		return fail(failure, FAILURE_PERMANENT,
		    "the input ends inside it; all lines before it are committed");
	if (line->state == LINE_WHOLE && !high_water_find(line->text, &position, &length, failure))
		return false;
	if (line->state == LINE_LONG || length > kack->tool->max_line)
		return fail(failure, FAILURE_PERMANENT, "%llu bytes long, and --max-line is %zu",
		    line->state == LINE_LONG ? (unsigned long long)line->bytes
		                             : (unsigned long long)length,
		    kack->tool->max_line);
	high_water_note(&kack->high_water, &position);
	if (position.through) {
		stats->marks++;
	} else {
		stats->lines++;
		stats->bytes += line->bytes;
		stats->done++;
	}
	if (kack->options.receipts)
		kack->lines[kack->owed++] = line->text;
	return true;
}

static bool
commit(struct kack *kack, struct failure *failure)
{
	int64_t start = clock_steady();
	const struct position *positions;
	size_t count = high_water_changed(&kack->high_water, &positions);

	if (count == 0)
		return true;
	/* Positions of a deleted stream must not be committed in a new one of the same name. */
	if (!open_all(kack, NULL, failure) || !stream_still_there(kack->stream, failure) ||
	    !check_positions(kack, positions, count, failure) ||
	    !checkpoints_commit(kack->groups, kack->options.group, stream_id(kack->stream),
	        positions, count, failure))
		return false;
	stats_commit(&kack->tool->stats, clock_steady() - start);
	high_water_settle(&kack->high_water);
	return true;
}

/* A position that the stream cannot have belongs to another stream; it would skip records. */
static bool
check_positions(
    struct kack *kack, const struct position *positions, size_t count, struct failure *failure)
{
	for (size_t i = 0; i < count; i++) {
		if (!stream_has(kack->stream, &positions[i], failure))
			return false;
	}
	return true;
}
