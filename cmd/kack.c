/* kack: commits how far a group of readers has come. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/clock.h"
#include "../lib/environment.h"
#include "../lib/groups.h"
#include "../lib/json.h"
#include "../lib/memory.h"
#include "../lib/stream.h"
#include "from.h"

enum { WINDOW = 2 * 1024 * 1024 };

static const char help[] =
    "usage: kack [-s STREAM] -g GROUP [--receipts]\n"
    "       kack [-s STREAM] -g GROUP --to WHERE\n"
    "       kack [-s STREAM] -g GROUP --delete\n"
    "Ends a chain that `kread -g GROUP` began: commits the positions of the lines it reads.\n"
    "\n"
    "  -s, --stream STREAM   the stream (default $FX_STREAM, else rates)\n"
    "  -g, --group GROUP     the group\n"
    "      --receipts        write each line out again once its position is committed\n"
    "      --to WHERE        move the group: trim-horizon, latest, a time\n"
    "                        (2025-01-07T01:00:00Z), so long ago (-15m), or a position (0:7)\n"
    "      --delete          forget the group\n"
    "      --max-line SIZE   longer lines are refused (default 10M)\n"
    "      --stats FILE      append a line of figures at the end\n"
    "      --[no-]progress   a live line on standard error\n"
    "  -v, --verbose         say more\n"
    "  -h, --help            this\n"
    "  -V, --version         the version\n";

struct options {
	const char *stream;
	const char *group;
	const char *to;
	bool delete_group;
	bool receipts;
};

/* The furthest position seen in a shard. */
struct progress {
	char text[POSITION_SIZE];
	struct position position; /* of text */
	bool committed;
};

struct kack {
	struct tool *tool;
	struct options options;
	struct stream *stream;
	struct groups *groups;
	struct progress *shards;
	size_t count;
	size_t capacity;
	struct span lines[LINES_BATCH + 1]; /* of the batch, for --receipts */
	size_t owed;
};

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	enum { TO = TOOL_OWN, DELETE, RECEIPTS };
	static const struct option known[] = {{"stream", required_argument, NULL, 's'},
	    {"group", required_argument, NULL, 'g'}, {"to", required_argument, NULL, TO},
	    {"delete", no_argument, NULL, DELETE}, {"receipts", no_argument, NULL, RECEIPTS},
	    TOOL_LONG};
	int option;

	*options = (struct options){.stream = environment_stream()};
	while ((option = getopt_long(argc, argv, TOOL_SHORT "s:g:", known, NULL)) != -1) {
		switch (option) {
		case 's':
			options->stream = optarg;
			break;
		case 'g':
			options->group = group_option(tool, optarg);
			break;
		case TO:
			options->to = optarg;
			break;
		case DELETE:
			options->delete_group = true;
			break;
		case RECEIPTS:
			options->receipts = true;
			break;
		default:
			tool_option(tool, option);
		}
	}
	if (optind < argc)
		tool_usage(tool, "kack takes no arguments: its lines come on standard input");
	if (options->group == NULL)
		tool_usage(tool, "which group? -g GROUP is needed");
	if ((options->to != NULL) + options->delete_group + options->receipts > 1)
		tool_usage(tool, "only one of --to, --delete and --receipts at a time");
}

static bool
open_all(struct kack *kack, struct failure *failure)
{
	struct stream_settings settings = {.stop = &tool_stop};

	if (kack->stream == NULL)
		kack->stream =
		    stream_open(kack->options.stream, STREAM_READ, &settings, NULL, failure);
	if (kack->stream != NULL && kack->groups == NULL)
		kack->groups = groups_open(kack->options.stream, &tool_stop, failure);
	return kack->stream != NULL && kack->groups != NULL;
}

/* The position of a line, wherever a filter has put it. */
static bool
find_position(struct span line, struct position *position, struct failure *failure)
{
	struct json_wanted wanted = {.name = {"_pos", 4}};
	struct positioned found;
	struct json_error error;

	if (position_of_line(line, &found) != POSITION_NONE) {
		*position = found.position;
		return true;
	}
	if (!json_find(line, JSON_DEPTH, &wanted, 1, NULL, &error))
		return fail(failure, FAILURE_PERSON, "%s, at byte %zu", error.reason, error.offset + 1);
	if (wanted.times == 0)
		return fail(failure, FAILURE_PERSON,
		    "no _pos: did a filter drop it? Keep it, as in jq -c '{_pos, ticker}'; and only what "
		    "began at `kread -g` has one");
	if (wanted.times > 1 || json_kind(wanted.value) != JSON_STRING ||
	    !position_parse(json_inside(wanted.value), position))
		return fail(failure, FAILURE_PERSON,
		    "its _pos is not a position such as \"0:7\": a filter must leave _pos as it is");
	return true;
}

/* Positions of one shard only move forward. */
static void
note(struct kack *kack, const struct position *position)
{
	struct progress *progress = NULL;
	size_t length = (size_t)(position->sequence.start + position->sequence.length -
	    position->shard.start);

	for (size_t i = 0; i < kack->count && progress == NULL; i++) {
		if (span_equal(kack->shards[i].position.shard, position->shard))
			progress = &kack->shards[i];
	}
	if (progress != NULL && position_compare(position, &progress->position) <= 0)
		return;
	if (progress == NULL) {
		if (kack->count == kack->capacity) {
			kack->capacity = kack->capacity > 0 ? 2 * kack->capacity : 4;
			kack->shards = memory_resize(kack->shards, kack->capacity, sizeof *kack->shards);
			/* What was parsed from a text that has moved is parsed again. */
			for (size_t i = 0; i < kack->count; i++)
				position_parse(span_of(kack->shards[i].text), &kack->shards[i].position);
		}
		progress = &kack->shards[kack->count++];
	}
	memcpy(progress->text, position->shard.start, length);
	if (position->sub >= 0)
		length += (size_t)sprintf(progress->text + length, ".%lld", (long long)position->sub);
	strcpy(progress->text + length, position->through ? "+" : "");
	position_parse(span_of(progress->text), &progress->position);
	progress->committed = false;
}

static bool
commit(struct kack *kack, struct failure *failure)
{
	struct position *positions = memory_new(kack->count, sizeof *positions);
	int64_t start = clock_steady();
	size_t count = 0;
	bool committed = true;

	for (size_t i = 0; i < kack->count; i++) {
		if (!kack->shards[i].committed)
			positions[count++] = kack->shards[i].position;
	}
	if (count > 0) {
		committed = open_all(kack, failure) &&
		    groups_commit(kack->groups, kack->options.group, stream_id(kack->stream),
			positions, count, false, failure);
		stats_commit(&kack->tool->stats, clock_steady() - start);
	}
	for (size_t i = 0; i < kack->count && committed; i++)
		kack->shards[i].committed = true;
	free(positions);
	return committed;
}

static bool
take_line(struct kack *kack, const struct line *line, struct failure *failure)
{
	struct stats *stats = &kack->tool->stats;
	struct position position;

	if (line->state == LINE_CUT)
		return fail(failure, FAILURE_PERSON,
		    "the input ends inside it: whoever writes it was cut off; all before it is committed");
	if (line->state == LINE_LONG)
		return fail(failure, FAILURE_PERSON, "%llu bytes long, and --max-line is %zu",
		    (unsigned long long)line->bytes, kack->tool->max_line);
	if (!find_position(line->text, &position, failure))
		return false;
	note(kack, &position);
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
batch(struct kack *kack, struct lines *lines, struct failure *failure)
{
	struct failure refused = {.kind = FAILURE_NONE};
	struct line line;

	kack->owed = 0;
	while (refused.kind == FAILURE_NONE && lines_next(lines, &line)) {
		if (take_line(kack, &line, &refused))
			continue;
		kack->tool->stats.refused++;
		tool_say_line(kack->tool, line.number, &refused);
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

static void
commit_lines(struct kack *kack, struct failure *failure)
{
	struct lines *lines = lines_open(STDIN_FILENO, kack->tool->max_line, WINDOW, &tool_stop);
	int watch = kack->options.receipts ? STDOUT_FILENO : -1;

	while (lines_wait(lines, watch, -1, failure) == LINES_READY) {
		if (!batch(kack, lines, failure))
			break;
	}
	lines_close(lines);
}

/* Moves the group to a place in the stream; a position moves its own shard alone. */
static bool
move(struct kack *kack, struct from *from, struct failure *failure)
{
	const char *const *shards;
	struct position *positions;
	char (*texts)[POSITION_SIZE];
	size_t all, count = 0;
	bool moved = open_all(kack, failure) &&
	    groups_claim(kack->groups, kack->options.group, failure);

	if (!moved)
		return false;
	all = stream_shards(kack->stream, &shards);
	positions = memory_new(all, sizeof *positions);
	texts = memory_new(all, sizeof *texts);
	for (size_t i = 0; i < all && moved; i++) {
		uint64_t sequence;

		if (from->from == FROM_POSITION &&
		    !span_equal(from->position.shard, span_of(shards[i])))
			continue;
		moved = stream_seek(kack->stream, shards[i], from->from, from->time, &from->position,
		    &sequence, failure);
		snprintf(texts[count], POSITION_SIZE, "%s:%llu", shards[i],
		    (unsigned long long)(moved ? sequence : 0));
		position_parse(span_of(texts[count]), &positions[count]);
		count++;
	}
	if (moved && count == 0)
		moved = fail(failure, FAILURE_PERSON, "the stream has no shard %.*s, only 0 to %zu",
		    (int)from->position.shard.length, from->position.shard.start, all - 1);
	moved = moved &&
	    groups_commit(kack->groups, kack->options.group, stream_id(kack->stream), positions,
		count, true, failure);
	free(texts);
	free(positions);
	return moved;
}

static bool
forget(struct kack *kack, struct failure *failure)
{
	bool found;

	kack->groups = groups_open(kack->options.stream, &tool_stop, failure);
	if (kack->groups == NULL || !groups_claim(kack->groups, kack->options.group, failure) ||
	    !groups_delete(kack->groups, kack->options.group, &found, failure))
		return false;
	if (!found)
		return fail(failure, FAILURE_REFUSED, "there is no group %s", kack->options.group);
	return true;
}

int
main(int argc, char **argv)
{
	static struct kack kack;
	struct tool tool;
	struct from from = {.from = FROM_TRIM_HORIZON};
	struct failure failure = {.kind = FAILURE_NONE};

	tool_begin(&tool, "kack", help, argv);
	kack.tool = &tool;
	read_options(&tool, argc, argv, &kack.options);
	if (kack.options.to != NULL)
		from_option(&tool, "--to", kack.options.to, &from);
	tool_ready(&tool);
	if (kack.options.to != NULL) {
		move(&kack, &from, &failure);
	} else if (kack.options.delete_group) {
		forget(&kack, &failure);
	} else {
		/* Ctrl-C ends the head of the chain; what it still sends on is committed. */
		signal(SIGINT, SIG_IGN);
		commit_lines(&kack, &failure);
	}
	tool_failed(&tool, &failure);
	stream_close(kack.stream);
	groups_close(kack.groups);
	free(kack.shards);
	tool_end(&tool, &failure);
}
