/* kstat: what a stream holds, and how far its groups have come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/buffer.h"
#include "../lib/environment.h"
#include "../lib/groups.h"
#include "../lib/json.h"
#include "../lib/sandbox.h"
#include "../lib/stream.h"
#include "../lib/timestamp.h"
#include "from.h"

enum { CEILING = 64 * 1024 };

static const char help[] =
    "usage: kstat [-s STREAM] [-g GROUP]\n"
    "       kstat [-s STREAM] --groups\n"
    "Writes a line of JSON per shard: what it holds, and with -g how far GROUP has come.\n"
    "\n"
    "  -s, --stream STREAM   the stream (default $FX_STREAM, else rates)\n"
    "  -g, --group GROUP     this group's position and lag, too\n"
    "      --groups          a line per group instead: {\"group\":\"table\"}\n" TOOL_HELP;

struct options {
	const char *stream;
	const char *group;
	bool groups;
};

struct kstat {
	struct tool *tool;
	struct options options;
	struct stream *stream;
	struct groups *groups;
};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static bool run(struct kstat *kstat, struct failure *failure);
static bool write_shard(struct kstat *kstat, const char *shard, struct failure *failure);
static void add_counts(
    struct buffer *line, const char *shard, const struct shard_state *state);
static void add_service(struct buffer *line, const struct shard_state *state);
static bool add_group(
    struct kstat *kstat, const char *shard, struct buffer *line, struct failure *failure);
static void add_time(struct buffer *line, const char *name, int64_t time);
static bool write_group(void *context, const char *group, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct kstat kstat = {.tool = &tool};
	struct failure failure = {.kind = FAILURE_NONE};

	tool_begin(&tool, "kstat", help, argv);
	read_options(&tool, argc, argv, &kstat.options);
	tool_ready(&tool);
	run(&kstat, &failure);
	tool_failed(&tool, &failure);
	stream_close(kstat.stream);
	groups_close(kstat.groups);
	tool_end(&tool, &failure);
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	enum { GROUPS = TOOL_OWN };
	static const struct option known[] = {{"stream", required_argument, NULL, 's'},
	    {"group", required_argument, NULL, 'g'}, {"groups", no_argument, NULL, GROUPS},
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
		case GROUPS:
			options->groups = true;
			break;
		default:
			tool_option(tool, option);
		}
	}
	if (optind < argc)
		tool_usage(tool, "kstat takes no arguments: name the stream with -s");
	if (options->groups && options->group != NULL)
		tool_usage(tool, "only one of -g and --groups at a time");
}

static bool
run(struct kstat *kstat, struct failure *failure)
{
	struct stream_settings settings = {.agent = "fxpipe/" FX_VERSION " kstat",
	    .note = tool_tell_detail,
	    .context = kstat->tool,
	    .stop = &tool_stop};
	struct sandbox sandbox = {.network = false};
	const char *const *shards;
	size_t count;
	bool missing;

	kstat->stream = stream_open(kstat->options.stream, STREAM_READ, &settings, NULL, failure);
	if (kstat->stream == NULL)
		return false;
	if (kstat->options.group != NULL || kstat->options.groups) {
		kstat->groups = groups_open(kstat->options.stream, &missing, &tool_stop, failure);
		if (kstat->groups == NULL && !missing)
			return false;
		failure->kind = FAILURE_NONE;
	}
	sandbox.writable[0] = stream_directory(kstat->stream);
	sandbox.network = sandbox.writable[0] == NULL; /* a service's has none */
	sandbox.programs = stream_runs_programs(kstat->stream);
	if (kstat->groups != NULL)
		sandbox.writable[1] = groups_directory(kstat->groups);
	sandbox_enter(&sandbox);
	if (kstat->options.groups)
		return kstat->groups == NULL ||
		       groups_each(kstat->groups, write_group, kstat, failure);
	if (kstat->groups != NULL &&
	    !groups_check(kstat->groups, kstat->options.group, stream_id(kstat->stream), failure))
		return false;
	count = stream_shards(kstat->stream, &shards, failure);
	for (size_t i = 0; i < count; i++) {
		if (!write_shard(kstat, shards[i], failure))
			return false;
	}
	return count > 0;
}

static bool
write_shard(struct kstat *kstat, const char *shard, struct failure *failure)
{
	struct shard_state state;
	struct buffer line;
	bool written;

	if (!stream_state(kstat->stream, shard, &state, failure))
		return false;
	buffer_init(&line, CEILING);
	buffer_add_text(&line, "{\"stream\":");
	json_add_string(&line, kstat->options.stream, strlen(kstat->options.stream));
	buffer_add_format(&line, ",\"shard\":\"%s\"", shard);
	if (state.counted)
		add_counts(&line, shard, &state);
	add_service(&line, &state);
	written = kstat->options.group == NULL || add_group(kstat, shard, &line, failure);
	buffer_add_text(&line, "}");
	written = written && output_add_line(kstat->tool->output, buffer_span(&line), failure);
	buffer_free(&line);
	kstat->tool->stats.lines += written;
	kstat->tool->stats.done += written;
	return written;
}

static void
add_counts(struct buffer *line, const char *shard, const struct shard_state *state)
{
	buffer_add_format(line, ",\"records\":%llu,\"bytes\":%llu",
	    (unsigned long long)state->records, (unsigned long long)state->bytes);
	add_time(line, "oldest", state->oldest);
	add_time(line, "newest", state->newest);
	buffer_add_format(
	    line, ",\"next\":\"%s:%llu\"", shard, (unsigned long long)state->next);
}

/* Of a shard whose records nobody counts. */
static void
add_service(struct buffer *line, const struct shard_state *state)
{
	buffer_add_format(line, ",\"open\":%s", state->open ? "true" : "false");
	if (state->parents[0] != NULL)
		buffer_add_format(line, ",\"parent\":\"%s\"", state->parents[0]);
	if (state->parents[1] != NULL)
		buffer_add_format(line, ",\"adjacent_parent\":\"%s\"", state->parents[1]);
}

/* The group's part of a shard's line. */
static bool
add_group(struct kstat *kstat, const char *shard, struct buffer *line, struct failure *failure)
{
	struct checkpoint checkpoint;
	struct lag lag;
	bool found = false;

	if (kstat->groups != NULL &&
	    !groups_get(kstat->groups, kstat->options.group, shard, &checkpoint, &found, failure))
		return false;
	buffer_add_format(line, ",\"group\":\"%s\"", kstat->options.group);
	if (!stream_behind(kstat->stream, shard, found ? checkpoint.text : NULL, &lag, failure))
		return false;
	if (found) {
		buffer_add_format(line, ",\"position\":\"%s\"", checkpoint.text);
		add_time(line, "committed", checkpoint.updated);
	} else {
		tool_note_status(kstat->tool, 1);
		tool_say(kstat->tool, "group %s has no checkpoint in shard %s yet",
		    kstat->options.group, shard);
	}
	if (lag.lost > 0)
		buffer_add_format(line, ",\"lost\":%llu", (unsigned long long)lag.lost);
	if (lag.counted)
		buffer_add_format(line, ",\"lag\":%llu", (unsigned long long)lag.records);
	else
		buffer_add_format(line, ",\"lag_ms\":%lld", (long long)lag.milliseconds);
	return true;
}

static void
add_time(struct buffer *line, const char *name, int64_t time)
{
	char text[TIMESTAMP_SIZE];

	if (time > 0)
		buffer_add_format(line, ",\"%s\":\"%s\"", name, timestamp_format(time, true, text));
}

static bool
write_group(void *context, const char *group, struct failure *failure)
{
	struct kstat *kstat = context;
	struct buffer line;
	bool written;

	buffer_init(&line, CEILING);
	buffer_add_text(&line, "{\"group\":");
	json_add_string(&line, group, strlen(group));
	buffer_add_text(&line, "}");
	written = output_add_line(kstat->tool->output, buffer_span(&line), failure);
	buffer_free(&line);
	return written;
}
