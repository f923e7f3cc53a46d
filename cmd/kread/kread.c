/* kread: reads records from a stream. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/environment.h"
#include "kread/reader.h"
#include "stream_options/confine.h"

/* How often to look for a stream that does not exist yet, ms. */
enum { LOOK_EVERY = 100, LOOK_AT_SERVICE_EVERY = 2000 };

struct options {
	const char *stream;
	const char *group;
	bool follow;
	uint64_t limit; /* of records; 0: none */
	struct start start;
	const char *shard;
	bool envelope;
	bool raw;
	bool gunzip;
	const char *consumer;
	bool registers;
	enum record_form form;
};

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_STREAM(AT(stream)),
    {'g', "group", "GROUP", OPTION_CALL, AT(group), .read = group_option, .values = "<group>",
        .help = "the group of readers: start after the records that kack has committed for it, and "
                "put _pos into each line"},
    {'f', "follow", NULL, OPTION_FLAG, AT(follow),
        .help = "wait for more records, and for a stream that does not exist yet"},
    {'n', "records", "N", OPTION_NUMBER, AT(limit), .least = 1, .most = UINT64_C(1) << 62,
        .help = "end after N records"},
    {0, "from", "WHERE", OPTION_CALL, AT(start), .read = start_option, .values = START_VALUES,
        .help = "start at trim-horizon (default), latest, a time (2025-01-07T01:00:00Z, or -15m "
                "for 15 minutes ago) or a position (0:7); with -g only if the group has no "
                "checkpoint"},
    {0, "shard", "ID", OPTION_TEXT, AT(shard), .help = "read only this shard"},
    {0, "envelope", NULL, OPTION_FLAG, AT(envelope),
        .help = "write each record as {\"_pos\",\"key\",\"arrived\",\"data\"}"},
    {0, "raw", NULL, OPTION_FLAG, AT(raw),
        .help = "write records unchanged, even those that hold a newline"},
    {0, "gunzip", NULL, OPTION_FLAG, AT(gunzip),
        .help = "write what records hold that are compressed with gzip or zstd"},
    {0, "enhanced", "CONSUMER", OPTION_TEXT, AT(consumer),
        .help =
            "read by enhanced fan-out, as this consumer of the stream (a name or an ARN): Kinesis "
            "sends records as they arrive"},
    {0, "register", NULL, OPTION_FLAG, AT(registers),
        .help = "register the consumer of --enhanced if the stream has none of that name"},
    OPTION_END};

static const struct option_table table = {.name = "kread",
    .about = "read records from a stream (Kinesis, DynamoDB Streams or embedded)",
    .details = "Writes the records of a stream to standard output, one a line, and ends after the "
               "last.",
    .rows = rows,
    .aws = true,
    .input = "name the stream with -s"};

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

	read_options(&tool, argc, argv, options);
	tool_ready(&tool);
	*reader = (struct reader){.tool = &tool,
	    .group = options->group,
	    .asked = options->start.text,
	    .form = options->form,
	    .follow = options->follow,
	    .limit = options->limit};
	if (options->gunzip)
		reader->unpacker = unpacker_open(tool.max_line);
	confine_before(
	    &tool, options->stream, options->group != NULL ? CONFINE_CREATE : CONFINE_NONE);
	if (open_stream(&kread, &failure) && open_group(&kread, &failure) &&
	    reader_begin(reader, options->shard, &options->start, &failure)) {
		confine_after(&tool, reader->stream, reader->groups);
		read_all(&kread, &failure);
	}
	tool_failed(&tool, &failure);
	reader_statistics(reader);
	stream_close(reader->stream);
	checkpoints_close(reader->groups);
	reader_free(reader);
	tool_end(&tool, &failure);
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	*options =
	    (struct options){.stream = environment_stream(), .start = {.from = FROM_TRIM_HORIZON}};
	tool_start(tool, &table, argc, argv, options);
	if (options->raw && (options->envelope || options->group != NULL))
		tool_usage(
		    tool, "--raw excludes -g and --envelope, because a record may hold a newline");
	if (options->registers && options->consumer == NULL)
		tool_usage(tool, "--register requires --enhanced");
	options->form = options->envelope        ? RECORD_ENVELOPE
	                : options->group != NULL ? RECORD_POSITIONED
	                : options->raw           ? RECORD_RAW
	                                         : RECORD_PLAIN;
}

/* Opens the stream, or waits for it with -f. */
static bool
open_stream(struct kread *kread, struct failure *failure)
{
	struct stream_settings settings = {.want_keys = kread->options.form == RECORD_ENVELOPE,
	    .patient = kread->options.follow,
	    .consumer = kread->options.consumer,
	    .registers = kread->options.registers,
	    .caller = tool_caller(kread->tool)};
	struct pollfd output = {.fd = STDOUT_FILENO};
	bool service = stream_is_service(kread->options.stream), reported = false, missing;

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
			    "there is no stream %s: kput creates it with its first record, and -f "
			    "waits for it",
			    kread->options.stream);
		if (tool_stop)
			return fail_stopped(failure);
		if (!reported)
			tool_message(kread->tool, "there is no stream %s yet: waiting for it",
			    kread->options.stream);
		reported = true;
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
	struct caller caller = tool_caller(kread->tool);

	if (group == NULL)
		return true;
	reader->groups = checkpoints_open(
	    kread->options.stream, group, CHECKPOINTS_CREATE, NULL, &caller, failure);
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
			snprintf(text, sizeof text, "%llu left", (unsigned long long)lag.records);
		else
			snprintf(text, sizeof text, "%lld.%03lld s behind",
			    (long long)lag.milliseconds / 1000, (long long)lag.milliseconds % 1000);
	}
	reader_statistics(&kread->reader);
	tool_tick(kread->tool, kread->options.follow, text);
}
