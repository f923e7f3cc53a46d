/* kstat: shows the state of a stream and its groups. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text/json.h"
#include "stream_options/confine.h"
#include "stream_options/start_option.h"
#include "kstat/options.h"
#include "kstat/watch.h"

enum { CEILING = 64 * 1024 };

struct kstat {
	struct tool *tool;
	struct options options;
	struct stream *stream;
	struct checkpoints *groups;
	struct snapshot snapshot;
};

static bool open_all(struct kstat *kstat, bool *missing, struct failure *failure);
static void close_all(struct kstat *kstat);
static bool write_once(struct kstat *kstat, struct failure *failure);
static bool take(void *context, struct snapshot *snapshot, bool *missing, struct failure *failure);
static bool write_group(void *context, const char *group, struct failure *failure);

int
main(int argc, char **argv)
{
	static struct kstat kstat;
	struct tool tool;
	struct failure failure = {.kind = FAILURE_NONE};
	bool missing;

	kstat.tool = &tool;
	kstat_options_read(&tool, argc, argv, &kstat.options);
	tool_ready(&tool);
	if (kstat.options.watch > 0)
		watch(&(struct watch){.tool = &tool,
		          .stream = kstat.options.stream,
		          .seconds = kstat.options.watch,
		          .failover = kstat.options.failover,
		          .take = take,
		          .context = &kstat},
		    &failure);
	else if (open_all(&kstat, &missing, &failure))
		write_once(&kstat, &failure);
	tool_failed(&tool, &failure);
	close_all(&kstat);
	snapshot_names_free(&kstat.options.names);
	snapshot_free(&kstat.snapshot);
	tool_end(&tool, &failure);
}

static bool
wants_groups(const struct options *options)
{
	return options->names.count > 0 || options->groups || options->all_groups;
}

/* It is not a failure if there are no groups yet. */
static bool
open_groups(struct kstat *kstat, struct failure *failure)
{
	const struct options *options = &kstat->options;
	struct caller caller = tool_caller(kstat->tool);
	bool missing = false;

	if (!wants_groups(options))
		return true;
	kstat->groups =
	    checkpoints_open_all(options->stream, (const char *const *)options->names.names,
	        options->names.count, &missing, &caller, failure);
	if (missing)
		failure->kind = FAILURE_NONE;
	for (size_t i = 0; i < kstat->options.names.count && kstat->groups != NULL; i++) {
		if (!checkpoints_check(kstat->groups, kstat->options.names.names[i],
		        stream_id(kstat->stream), failure))
			return false;
	}
	return kstat->groups != NULL || missing;
}

static bool
open_all(struct kstat *kstat, bool *missing, struct failure *failure)
{
	const struct options *options = &kstat->options;
	struct stream_settings settings = {.caller = tool_caller(kstat->tool)};

	confine_before(kstat->tool, options->stream, (const char *const *)options->names.names,
	    options->names.count, wants_groups(options) ? CONFINE_READ : CONFINE_NONE);
	kstat->stream = stream_open(options->stream, STREAM_READ, &settings, missing, failure);
	if (kstat->stream == NULL || !open_groups(kstat, failure))
		return false;
	confine_after(kstat->tool, kstat->stream, kstat->groups);
	return true;
}

static void
close_all(struct kstat *kstat)
{
	stream_close(kstat->stream);
	checkpoints_close(kstat->groups);
	kstat->stream = NULL;
	kstat->groups = NULL;
}

static bool
take_snapshot(struct kstat *kstat, struct snapshot *snapshot, struct failure *failure)
{
	/* Groups may have been added or deleted. */
	if (kstat->options.all_groups &&
	    !snapshot_names_all(&kstat->options.names, kstat->groups, failure))
		return false;
	return snapshot_take(
	    snapshot, kstat->stream, kstat->groups, &kstat->options.names, failure);
}

/* For --watch. An embedded stream is opened each time, because it may have been replaced. */
static bool
take(void *context, struct snapshot *snapshot, bool *missing, struct failure *failure)
{
	struct kstat *kstat = context;

	*missing = false;
	if (kstat->stream != NULL && stream_directory(kstat->stream) != NULL)
		close_all(kstat);
	if (kstat->stream == NULL && !open_all(kstat, missing, failure)) {
		close_all(kstat);
		return false;
	}
	/* A stream of a service stays open; its groups may be created later. */
	if (kstat->groups == NULL && !open_groups(kstat, failure))
		return false;
	return take_snapshot(kstat, snapshot, failure);
}

/* For --readers. */
static bool
watch_readers(struct kstat *kstat, struct failure *failure)
{
	const struct options *options = &kstat->options;

	if (!options->readers || kstat->groups == NULL)
		return true;
	for (size_t i = 0; i < options->names.count; i++) {
		if (!checkpoints_watch(
		        kstat->groups, options->names.names[i], options->failover, false, failure))
			return false;
	}
	return true;
}

static bool
write_once(struct kstat *kstat, struct failure *failure)
{
	if (kstat->options.groups)
		return kstat->groups == NULL ||
		       checkpoints_each(kstat->groups, write_group, kstat, failure);
	if (!watch_readers(kstat, failure) || !take_snapshot(kstat, &kstat->snapshot, failure))
		return false;
	for (size_t i = 0; i < kstat->snapshot.count; i++) {
		const struct snapshot_row *row = &kstat->snapshot.rows[i];

		if (row->group.name == NULL || row->group.found)
			continue;
		tool_note_status(kstat->tool, 1);
		tool_message(kstat->tool, "group %s has no checkpoint in shard %s yet",
		    row->group.name, row->shard);
	}
	return watch_write_lines(&(struct watch){.tool = kstat->tool,
	                             .stream = kstat->options.stream,
	                             .failover = kstat->options.failover},
	    &kstat->snapshot, false, failure);
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
