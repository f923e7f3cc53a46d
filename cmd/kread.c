/* kread: reads records from a stream. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/clock.h"
#include "../lib/environment.h"
#include "../lib/groups.h"
#include "../lib/memory.h"
#include "../lib/sandbox.h"
#include "../lib/stream.h"
#include "from.h"
#include "record_line.h"
#include "tool.h"

enum { MARK_EVERY = 10000, LOOK_EVERY = 100 /* ms, for a stream that is not there yet */ };

static const char help[] =
    "usage: kread [-s STREAM] [-g GROUP] [-f] [-n N] [--from WHERE] [--shard ID]\n"
    "             [--envelope] [--raw]\n"
    "Writes the records of a stream to standard output, one a line, up to the last there is.\n"
    "\n"
    "  -s, --stream STREAM   the stream (default $FX_STREAM, else rates)\n"
    "  -g, --group GROUP     go on where kack has committed for GROUP; put _pos into each line\n"
    "  -f, --follow          go on waiting for more, also for a stream that is not there yet\n"
    "  -n, --records N       end after N records\n"
    "      --from WHERE      trim-horizon, latest, a time (2025-01-07T01:00:00Z), so long ago\n"
    "                        (-15m), or a position (0:7); where the group has no checkpoint\n"
    "      --shard ID        this shard alone\n"
    "      --envelope        {\"_pos\",\"key\",\"arrived\",\"data\"} around each record\n"
    "      --raw             records as they are, even such as hold a newline\n"
    "      --max-line SIZE   accepted for uniformity; kread reads no lines\n"
    "      --stats FILE      append a line of figures at the end (each minute with -f)\n"
    "      --[no-]progress   a live line on standard error\n"
    "  -v, --verbose         say more\n"
    "  -h, --help            this\n"
    "  -V, --version         the version\n";

struct options {
	const char *stream;
	const char *group;
	bool follow;
	uint64_t limit; /* 0: none */
	const char *from; /* NULL: not given */
	const char *shard;
	enum record_form form;
};

/* Where we are in one shard. */
struct cursor {
	const char *shard;
	uint64_t next; /* sequence number */
	uint64_t until; /* without -f: the tip when we began */
	uint64_t marked; /* next when the last mark was written */
	bool has_mark; /* one was written in this run */
};

struct kread {
	struct tool *tool;
	struct options options;
	struct stream *stream;
	struct groups *groups;
	struct cursor *cursors;
	size_t count;
	uint64_t given;
};

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	enum { FROM = TOOL_OWN, SHARD, ENVELOPE, RAW };
	static const struct option known[] = {{"stream", required_argument, NULL, 's'},
	    {"group", required_argument, NULL, 'g'}, {"follow", no_argument, NULL, 'f'},
	    {"records", required_argument, NULL, 'n'}, {"from", required_argument, NULL, FROM},
	    {"shard", required_argument, NULL, SHARD}, {"envelope", no_argument, NULL, ENVELOPE},
	    {"raw", no_argument, NULL, RAW}, TOOL_LONG};
	bool envelope = false, raw = false;
	int option;

	*options = (struct options){.stream = environment_stream()};
	while ((option = getopt_long(argc, argv, TOOL_SHORT "s:g:fn:", known, NULL)) != -1) {
		switch (option) {
		case 's':
			options->stream = optarg;
			break;
		case 'g':
			options->group = group_option(tool, optarg);
			break;
		case 'f':
			options->follow = true;
			break;
		case 'n':
			options->limit = tool_number(tool, "-n", optarg, 1, UINT64_C(1) << 62);
			break;
		case FROM:
			options->from = optarg;
			break;
		case SHARD:
			options->shard = optarg;
			break;
		case ENVELOPE:
			envelope = true;
			break;
		case RAW:
			raw = true;
			break;
		default:
			tool_option(tool, option);
		}
	}
	if (optind < argc)
		tool_usage(tool, "kread takes no arguments: name the stream with -s");
	if (raw && (envelope || options->group != NULL))
		tool_usage(tool, "--raw goes with neither -g nor --envelope: a record may hold a newline");
	options->form = envelope ? RECORD_ENVELOPE :
	    options->group != NULL ? RECORD_POSITIONED : raw ? RECORD_RAW : RECORD_PLAIN;
}

/* Opens the stream, or waits for it with -f. */
static bool
open_stream(struct kread *kread, struct failure *failure)
{
	struct stream_settings settings = {
	    .want_keys = kread->options.form == RECORD_ENVELOPE, .stop = &tool_stop};
	struct pollfd output = {.fd = STDOUT_FILENO};
	bool missing;

	for (;;) {
		kread->stream = stream_open(kread->options.stream, STREAM_READ, &settings, &missing,
		    failure);
		if (kread->stream != NULL)
			return true;
		if (!missing)
			return false;
		if (!kread->options.follow)
			return fail(failure, FAILURE_PERSON,
			    "there is no stream %s: kput makes it with its first record (-f waits for it)",
			    kread->options.stream);
		if (tool_stop)
			return fail(failure, FAILURE_STOPPED, "stopped by a signal");
		if (poll(&output, 1, LOOK_EVERY) > 0 && output.revents & (POLLERR | POLLHUP))
			return fail(failure, FAILURE_READER_GONE, "the reader of the output has gone");
	}
}

/* A cursor for each shard to be read. */
static bool
make_cursors(struct kread *kread, const struct from *from, struct failure *failure)
{
	const char *const *shards;
	size_t count = stream_shards(kread->stream, &shards);
	struct span only = {NULL, 0};

	if (kread->options.shard != NULL)
		only = span_of(kread->options.shard);
	else if (from->from == FROM_POSITION)
		only = from->position.shard;
	kread->cursors = memory_new(count, sizeof *kread->cursors);
	for (size_t i = 0; i < count; i++) {
		if (only.start == NULL || span_equal(span_of(shards[i]), only))
			kread->cursors[kread->count++] = (struct cursor){.shard = shards[i]};
	}
	if (kread->count == 0)
		return fail(failure, FAILURE_PERSON, "the stream has no shard %.*s, only 0 to %zu",
		    (int)only.length, only.start, count - 1);
	return true;
}

/* Where the group stands in one shard; *found false where kack has committed nothing. */
static bool
seek_checkpoint(struct kread *kread, struct cursor *cursor, bool *found, struct failure *failure)
{
	struct checkpoint checkpoint;
	struct position position;

	if (!groups_get(kread->groups, kread->options.group, cursor->shard, &checkpoint, found,
		failure))
		return false;
	if (!*found)
		return true;
	if (!position_parse(span_of(checkpoint.position), &position))
		return fail(failure, FAILURE_PERSON, "the checkpoint of group %s in shard %s is damaged",
		    kread->options.group, cursor->shard);
	return stream_seek(kread->stream, cursor->shard, FROM_POSITION, 0, &position, &cursor->next,
	    failure);
}

static bool
open_group(struct kread *kread, struct failure *failure)
{
	kread->groups = groups_open(kread->options.stream, &tool_stop, failure);
	return kread->groups != NULL &&
	    groups_claim(kread->groups, kread->options.group, failure) &&
	    groups_check(kread->groups, kread->options.group, stream_id(kread->stream), failure);
}

/* Sets each cursor to the group's checkpoint, or to --from. */
static bool
seek_all(struct kread *kread, struct from *from, struct failure *failure)
{
	for (size_t i = 0; i < kread->count; i++) {
		struct cursor *cursor = &kread->cursors[i];
		bool found = false;

		if (!stream_tip(kread->stream, cursor->shard, &cursor->until, failure))
			return false;
		if (kread->groups != NULL && !seek_checkpoint(kread, cursor, &found, failure))
			return false;
		if (found && kread->options.from != NULL)
			return fail(failure, FAILURE_PERSON,
			    "group %s has a checkpoint, so --from does not apply: `kack -g %s --to %s` "
			    "moves the group",
			    kread->options.group, kread->options.group, kread->options.from);
		if (!found &&
		    !stream_seek(kread->stream, cursor->shard, from->from, from->time,
			&from->position, &cursor->next, failure))
			return false;
	}
	return true;
}

static bool
write_mark(struct kread *kread, struct cursor *cursor, struct failure *failure)
{
	char text[POSITION_SIZE + 16];
	int length;

	if (kread->groups == NULL || (cursor->has_mark && cursor->marked == cursor->next))
		return true;
	length = snprintf(text, sizeof text, "{\"_pos\":\"%s:%llu+\"}\n", cursor->shard,
	    (unsigned long long)(cursor->next - 1));
	cursor->has_mark = true;
	cursor->marked = cursor->next;
	kread->tool->stats.marks++;
	return output_add(kread->tool->output, text, (size_t)length, failure);
}

static void
tell_lost(struct kread *kread, const struct cursor *cursor, uint64_t lost)
{
	if (lost == 0)
		return;
	kread->tool->stats.lost += lost;
	tool_note_status(kread->tool, 1);
	tool_say(kread->tool,
	    "%s%s lost %llu records of shard %s, from %llu on: they were older than the stream keeps",
	    kread->groups != NULL ? "group " : "this reader",
	    kread->groups != NULL ? kread->options.group : "", (unsigned long long)lost,
	    cursor->shard, (unsigned long long)cursor->next);
}

/* Writes out a chunk, up to -n. */
static bool
give(struct kread *kread, struct cursor *cursor, const struct chunk *chunk,
    struct failure *failure)
{
	struct stats *stats = &kread->tool->stats;

	for (size_t i = 0; i < chunk->count; i++) {
		if (kread->options.limit > 0 && kread->given == kread->options.limit)
			break;
		if (!record_line_write(kread->tool->output, kread->options.form, cursor->shard,
			chunk->first + i, &chunk->records[i], failure))
			return false;
		kread->given++;
		stats->lines++;
		stats->done++;
		stats->bytes += chunk->records[i].data.length;
		cursor->next = chunk->first + i + 1;
		if (cursor->next - cursor->marked >= MARK_EVERY &&
		    !write_mark(kread, cursor, failure))
			return false;
	}
	return true;
}

/* Everything between next and the tip has been trimmed: it is told and passed over. */
static bool
pass_lost(struct kread *kread, struct cursor *cursor, bool *passed, struct failure *failure)
{
	uint64_t tip = cursor->until;
	struct chunk chunk;

	*passed = false;
	if (kread->options.follow && !stream_tip(kread->stream, cursor->shard, &tip, failure))
		return false;
	/* What came between the two looks is not lost. */
	if (tip <= cursor->next)
		return true;
	if (!stream_read(kread->stream, cursor->shard, cursor->next, tip, &chunk, failure))
		return false;
	if (chunk.count == 0) {
		tell_lost(kread, cursor, tip - cursor->next);
		cursor->next = tip;
	}
	*passed = true;
	return true;
}

/* Reads a little of one shard. *more: there may be more right away. */
static bool
read_shard(struct kread *kread, struct cursor *cursor, bool *more, struct failure *failure)
{
	uint64_t until = kread->options.follow ? UINT64_MAX : cursor->until;
	struct chunk chunk;
	bool passed;

	if (cursor->next >= until)
		return true;
	if (!stream_read(kread->stream, cursor->shard, cursor->next, until, &chunk, failure))
		return false;
	if (chunk.count == 0) {
		if (!pass_lost(kread, cursor, &passed, failure))
			return false;
		*more = *more || passed;
		return true;
	}
	tell_lost(kread, cursor, chunk.lost);
	kread->tool->stats.batches++;
	*more = true;
	return give(kread, cursor, &chunk, failure);
}

static bool
write_marks(struct kread *kread, struct failure *failure)
{
	for (size_t i = 0; i < kread->count; i++) {
		if (!write_mark(kread, &kread->cursors[i], failure))
			return false;
	}
	return output_flush(kread->tool->output, failure);
}

static bool
run(struct kread *kread, struct failure *failure)
{
	for (;;) {
		bool more = false;

		for (size_t i = 0; i < kread->count; i++) {
			if (tool_stop)
				return fail(failure, FAILURE_STOPPED, "stopped by a signal");
			if (!read_shard(kread, &kread->cursors[i], &more, failure))
				return false;
		}
		tool_tick(kread->tool, kread->options.follow, "");
		if (kread->options.limit > 0 && kread->given == kread->options.limit)
			return write_marks(kread, failure);
		if (more)
			continue;
		if (!write_marks(kread, failure) || !kread->options.follow)
			return failure->kind == FAILURE_NONE;
		if (!stream_wait(kread->stream, STDOUT_FILENO, -1, failure) ||
		    !stream_still_there(kread->stream, failure))
			return false;
	}
}

int
main(int argc, char **argv)
{
	struct tool tool;
	struct kread kread = {.tool = &tool};
	struct failure failure = {.kind = FAILURE_NONE};
	struct from from = {.from = FROM_TRIM_HORIZON};
	struct sandbox sandbox = {.network = false};

	tool_begin(&tool, "kread", help, argv);
	read_options(&tool, argc, argv, &kread.options);
	if (kread.options.from != NULL)
		from_option(&tool, "--from", kread.options.from, &from);
	tool_ready(&tool);
	if (open_stream(&kread, &failure) &&
	    (kread.options.group == NULL || open_group(&kread, &failure)) &&
	    make_cursors(&kread, &from, &failure) && seek_all(&kread, &from, &failure)) {
		sandbox.writable[0] = stream_directory(kread.stream);
		sandbox_enter(&sandbox);
		run(&kread, &failure);
	}
	tool_failed(&tool, &failure);
	stream_close(kread.stream);
	groups_close(kread.groups);
	free(kread.cursors);
	tool_end(&tool, &failure);
}
