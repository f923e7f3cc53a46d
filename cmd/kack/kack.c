/* kack: commits a group's position in a stream. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "kack/high_water.h"
#include "kack/options.h"
#include "kack/reset.h"
#include "kack/transfer.h"
#include "stream_options/confine.h"

enum { WINDOW = 2 * 1024 * 1024 };

struct kack {
	struct tool *tool;
	struct ack_options options;
	struct stream *stream;
	struct checkpoints *groups;
	struct high_water high_water;
	struct span lines[LINES_BATCH + 1]; /* of the batch, for --receipts */
	size_t owed;
};

static bool open_all(struct kack *kack, bool *missing, struct failure *failure);
static void transfer(struct kack *kack, struct failure *failure);
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
	ack_options_read(&tool, argc, argv, &kack.options);
	tool_ready(&tool);
	if (kack.options.to.text != NULL) {
		if (open_all(&kack, NULL, &failure))
			reset_move(kack.stream, kack.groups, kack.options.group, &kack.options.to,
			    &failure);
	} else if (kack.options.import_of != NULL || kack.options.export_to != NULL) {
		transfer(&kack, &failure);
	} else if (kack.options.delete_group) {
		/* A file needs no network. */
		if (checkpoints_is_shared(kack.options.group))
			confine_before(
			    &tool, kack.options.stream, &kack.options.group, 1, CONFINE_READ);
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

/* Moves a group between the file beside the stream and a lease table. */
static void
transfer(struct kack *kack, struct failure *failure)
{
	const struct ack_options *options = &kack->options;
	bool out = options->export_to != NULL, missing = false;
	const char *names[] = {options->group, out ? options->export_to : options->import_of};
	struct caller caller = tool_caller(kack->tool);
	struct transfer_end shared = {.group = names[0]}, file = {.group = names[1]};

	confine_before(kack->tool, options->stream, names, 2, CONFINE_CREATE);
	if (!open_all(kack, NULL, failure))
		return;
	shared.groups = kack->groups;
	file.groups = checkpoints_open(options->stream, file.group,
	    out ? CHECKPOINTS_CREATE : CHECKPOINTS_WRITE, &missing, &caller, failure);
	if (missing)
		fail(failure, FAILURE_REFUSED, "there is no group %s", file.group);
	if (file.groups != NULL)
		transfer_group(kack->stream, out ? &shared : &file, out ? &file : &shared, failure);
	checkpoints_close(file.groups);
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
