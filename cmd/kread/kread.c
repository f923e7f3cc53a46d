/* kread: reads records from a stream. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kread/options.h"
#include "stream_options/confine.h"

/* How often to look for a stream that does not exist yet, ms. */
enum { LOOK_EVERY = 100, LOOK_AT_SERVICE_EVERY = 2000 };

/* How often to look for leases that have come, ms. */
enum { LOOK_EVERY_LEASE = 50 };

struct kread {
	struct tool *tool;
	struct read_options options;
	struct reader reader;
	struct shared shared; /* its reader is NULL unless the group is shared */
};

static bool begin(struct kread *kread, struct failure *failure);
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
	struct read_options *options = &kread.options;
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
	confine_before(&tool, options->stream, &options->group, 1,
	    options->group != NULL ? CONFINE_CREATE : CONFINE_NONE);
	if (open_stream(&kread, &failure) && open_group(&kread, &failure) &&
	    begin(&kread, &failure)) {
		confine_after(&tool, reader->stream, reader->groups);
		read_all(&kread, &failure);
	}
	if (kread.shared.reader != NULL)
		shared_end(&kread.shared, &failure);
	tool_failed(&tool, &failure);
	reader_statistics(reader);
	stream_close(reader->stream);
	checkpoints_close(reader->groups);
	reader_free(reader);
	tool_end(&tool, &failure);
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
	return reader->groups != NULL &&
	       (kread->options.shares || checkpoints_claim(reader->groups, group, failure)) &&
	       checkpoints_check(reader->groups, group, stream_id(reader->stream), failure);
}

static bool
begin(struct kread *kread, struct failure *failure)
{
	const struct read_options *options = &kread->options;

	if (!options->shares)
		return reader_begin(&kread->reader, options->shard, &options->start, failure);
	kread->shared.reader = &kread->reader;
	kread->shared.options = options->shared;
	return shared_begin(&kread->shared, &options->start, failure);
}

/* The stream has nothing more now, and -f is not given. *over: nothing will come. */
static bool
take_end(struct kread *kread, bool *over, struct failure *failure)
{
	*over = kread->shared.reader == NULL || shared_is_done(&kread->shared);
	return reader_rest(&kread->reader, failure) &&
	       (*over ||
	           stream_wait(kread->reader.stream, STDOUT_FILENO, LOOK_EVERY_LEASE, failure));
}

/* How long to wait for records at most, in ms; -1: there is nothing else to do. */
static int
patience(const struct kread *kread)
{
	/* Leases of an embedded stream wake nobody. */
	if (kread->shared.embedded)
		return LOOK_EVERY_LEASE;
	return kread->shared.reader != NULL || tool_ticks(kread->tool) ? 1000 : -1;
}

static bool
read_all(struct kread *kread, struct failure *failure)
{
	struct reader *reader = &kread->reader;
	bool over;

	while (!reader_is_done(reader)) {
		if (kread->shared.reader != NULL && !shared_step(&kread->shared, failure))
			return false;
		switch (reader_step(reader, failure)) {
		case STREAM_CHUNK:
			break;
		case STREAM_IDLE:
			if (!reader_rest(reader, failure) ||
			    !stream_wait(reader->stream, STDOUT_FILENO, patience(kread), failure) ||
			    !stream_still_there(reader->stream, failure))
				return false;
			break;
		case STREAM_END:
			if (!take_end(kread, &over, failure))
				return false;
			if (over)
				return true;
			break;
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
