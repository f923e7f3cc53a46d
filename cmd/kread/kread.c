/* kread: reads records from a stream. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "system/sandbox.h"
#include "kread/reader.h"

/* For a stream that is not there yet, ms. */
enum { LOOK_EVERY = 100, LOOK_AT_SERVICE_EVERY = 2000 };

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
    "      --raw             records as they are, even such as hold a newline\n" TOOL_HELP;

struct options {
	const char *stream;
	const char *group;
	bool follow;
	uint64_t limit; /* 0: none */
	const char *from; /* NULL: not given */
	const char *shard;
	enum record_form form;
};

struct kread {
	struct tool *tool;
	struct options options;
	struct reader reader;
};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static bool open_stream(struct kread *kread, struct failure *failure);
static bool open_group(struct kread *kread, struct failure *failure);
static bool read_all(struct kread *kread, struct failure *failure);
static void show_progress(struct kread *kread);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct kread kread = {.tool = &tool};
	struct reader *reader = &kread.reader;
	struct options *options = &kread.options;
	struct failure failure = {.kind = FAILURE_NONE};
	struct from from = {.from = FROM_TRIM_HORIZON};
	struct sandbox sandbox = {.network = false};

	tool_begin(&tool, "kread", help, argv);
	read_options(&tool, argc, argv, options);
	if (options->from != NULL)
		from_option(&tool, "--from", options->from, &from);
	tool_ready(&tool);
	*reader = (struct reader){.tool = &tool,
	    .group = options->group,
	    .asked = options->from,
	    .form = options->form,
	    .follow = options->follow,
	    .limit = options->limit};
	if (open_stream(&kread, &failure) && open_group(&kread, &failure) &&
	    reader_begin(reader, options->shard, &from, &failure)) {
		sandbox.writable[0] = stream_directory(reader->stream);
		sandbox.network = sandbox.writable[0] == NULL; /* a service's has none */
		sandbox.programs = stream_runs_programs(reader->stream);
		if (reader->groups != NULL)
			sandbox.writable[sandbox.network ? 0 : 1] =
			    checkpoints_directory(reader->groups);
		sandbox_enter(&sandbox);
		read_all(&kread, &failure);
	}
	tool_failed(&tool, &failure);
	reader_figures(reader);
	stream_close(reader->stream);
	checkpoints_close(reader->groups);
	reader_free(reader);
	tool_end(&tool, &failure);
}

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
		tool_usage(
		    tool, "--raw goes with neither -g nor --envelope: a record may hold a newline");
	options->form = envelope                 ? RECORD_ENVELOPE
	                : options->group != NULL ? RECORD_POSITIONED
	                : raw                    ? RECORD_RAW
	                                         : RECORD_PLAIN;
}

/* Opens the stream, or waits for it with -f. */
static bool
open_stream(struct kread *kread, struct failure *failure)
{
	struct stream_settings settings = {.want_keys = kread->options.form == RECORD_ENVELOPE,
	    .caller = tool_caller(kread->tool)};
	struct pollfd output = {.fd = STDOUT_FILENO};
	const char *name = kread->options.stream;
	bool service = strncmp(name, "kinesis:", 8) == 0 || strncmp(name, "arn:", 4) == 0;
	bool missing;

	for (;;) {
		kread->reader.stream =
		    stream_open(kread->options.stream, STREAM_READ, &settings, &missing, failure);
		if (kread->reader.stream != NULL)
			return true;
		if (!missing)
			return false;
		if (!kread->options.follow && service)
			return false;
		if (!kread->options.follow)
			return fail(failure, FAILURE_PERMANENT,
			    "there is no stream %s: kput makes it with its first record (-f waits "
			    "for it)",
			    kread->options.stream);
		if (tool_stop)
			return fail_stopped(failure);
		if (poll(&output, 1, service ? LOOK_AT_SERVICE_EVERY : LOOK_EVERY) > 0 &&
		    output.revents & (POLLERR | POLLHUP))
			return fail_reader_gone(failure);
	}
}

static bool
open_group(struct kread *kread, struct failure *failure)
{
	const char *group = kread->options.group;
	struct reader *reader = &kread->reader;

	if (group == NULL)
		return true;
	reader->groups = checkpoints_open(kread->options.stream, NULL, &tool_stop, failure);
	return reader->groups != NULL && checkpoints_claim(reader->groups, group, failure) &&
	       checkpoints_check(reader->groups, group, stream_id(reader->stream), failure);
}

static bool
read_all(struct kread *kread, struct failure *failure)
{
	struct reader *reader = &kread->reader;

	while (!reader_is_done(reader)) {
		switch (reader_step(reader, failure)) {
		case STREAM_CHUNK:
			break;
		case STREAM_IDLE:
			if (!reader_rest(reader, failure) ||
			    !stream_wait(reader->stream, STDOUT_FILENO, -1, failure) ||
			    !stream_still_there(reader->stream, failure))
				return false;
			break;
		case STREAM_END:
			return reader_rest(reader, failure);
		case STREAM_FAILED:
			return false;
		}
		show_progress(kread);
	}
	return reader_rest(reader, failure);
}

static void
show_progress(struct kread *kread)
{
	char text[64] = "";
	struct failure ignored;
	struct lag lag;

	if (tool_progress_due(kread->tool) && stream_lag(kread->reader.stream, &lag, &ignored)) {
		if (lag.counted)
			snprintf(
			    text, sizeof text, "%llu to come", (unsigned long long)lag.records);
		else
			snprintf(text, sizeof text, "%lld.%03lld s behind",
			    (long long)lag.milliseconds / 1000, (long long)lag.milliseconds % 1000);
	}
	reader_figures(&kread->reader);
	tool_tick(kread->tool, kread->options.follow, text);
}
