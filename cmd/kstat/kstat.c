/* kstat: what a stream holds, and how far its groups have come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "text/json.h"
#include "system/sandbox.h"
#include "stream_options/start_option.h"
#include "kstat/watch.h"

enum { CEILING = 64 * 1024 };

static const char help[] =
    "usage: kstat [-s STREAM] [-g GROUP]… [--all-groups] [--watch[=SECONDS]]\n"
    "       kstat [-s STREAM] --groups\n"
    "Writes a line of JSON per shard: what it holds, and with -g how far GROUP has come.\n"
    "\n"
    "  -s, --stream STREAM    the stream (default $FX_STREAM, else rates)\n"
    "  -g, --group GROUP      this group's position and lag, too; may be given again\n"
    "      --all-groups       those of every group that has committed something\n"
    "      --groups           a line per group instead: {\"group\":\"table\"}\n"
    "  -w, --watch[=SECONDS]  look again every so many seconds (default 2); on a terminal\n"
    "                         a table in place\n" TOOL_HELP;

struct options {
	const char *stream;
	bool all_groups;
	bool groups;
	unsigned watch; /* seconds; 0: look once */
};

struct kstat {
	struct tool *tool;
	struct options options;
	struct stream *stream;
	struct checkpoints *groups;
	struct look_names names; /* of groups */
	bool confined;
	struct look look;
};

static void read_options(struct kstat *kstat, int argc, char **argv);
static bool open_all(struct kstat *kstat, bool *missing, struct failure *failure);
static void close_all(struct kstat *kstat);
static bool write_once(struct kstat *kstat, struct failure *failure);
static bool take(void *context, struct look *look, bool *missing, struct failure *failure);
static bool write_group(void *context, const char *group, struct failure *failure);

int
main(int argc, char **argv)
{
	static struct kstat kstat;
	struct tool tool;
	struct failure failure = {.kind = FAILURE_NONE};
	bool missing;

	tool_begin(&tool, "kstat", help, argv);
	kstat.tool = &tool;
	read_options(&kstat, argc, argv);
	tool_ready(&tool);
	if (kstat.options.watch > 0)
		watch(&(struct watch){.tool = &tool,
		          .stream = kstat.options.stream,
		          .seconds = kstat.options.watch,
		          .take = take,
		          .context = &kstat},
		    &failure);
	else if (open_all(&kstat, &missing, &failure))
		write_once(&kstat, &failure);
	tool_failed(&tool, &failure);
	close_all(&kstat);
	look_names_free(&kstat.names);
	look_free(&kstat.look);
	tool_end(&tool, &failure);
}

static void
read_options(struct kstat *kstat, int argc, char **argv)
{
	enum { GROUPS = TOOL_OWN, ALL_GROUPS };
	static const struct option known[] = {{"stream", required_argument, NULL, 's'},
	    {"group", required_argument, NULL, 'g'}, {"groups", no_argument, NULL, GROUPS},
	    {"all-groups", no_argument, NULL, ALL_GROUPS}, {"watch", optional_argument, NULL, 'w'},
	    TOOL_LONG};
	struct options *options = &kstat->options;
	struct tool *tool = kstat->tool;
	int option;

	*options = (struct options){.stream = environment_stream()};
	while ((option = getopt_long(argc, argv, TOOL_SHORT "s:g:w", known, NULL)) != -1) {
		switch (option) {
		case 's':
			options->stream = optarg;
			break;
		case 'g':
			look_names_add(&kstat->names, group_option(tool, optarg));
			break;
		case GROUPS:
			options->groups = true;
			break;
		case ALL_GROUPS:
			options->all_groups = true;
			break;
		case 'w':
			options->watch = optarg == NULL ? 2
			                                : (unsigned)tool_number(
			                                      tool, "--watch", optarg, 1, 86400);
			break;
		default:
			tool_option(tool, option);
		}
	}
	if (optind < argc)
		tool_usage(tool, "kstat takes no arguments: name the stream with -s");
	if (options->groups + options->all_groups + (kstat->names.count > 0) > 1)
		tool_usage(tool, "only one of -g, --all-groups and --groups at a time");
	if (options->groups && options->watch > 0)
		tool_usage(tool, "--groups does not go with --watch");
}

/* Nobody may have made any yet. */
static bool
open_groups(struct kstat *kstat, struct failure *failure)
{
	const struct options *options = &kstat->options;
	bool missing = false;

	if (kstat->names.count == 0 && !options->groups && !options->all_groups)
		return true;
	kstat->groups = checkpoints_open(options->stream, &missing, &tool_stop, failure);
	if (missing)
		failure->kind = FAILURE_NONE;
	for (size_t i = 0; i < kstat->names.count && kstat->groups != NULL; i++) {
		if (!checkpoints_check(
		        kstat->groups, kstat->names.names[i], stream_id(kstat->stream), failure))
			return false;
	}
	return kstat->groups != NULL || missing;
}

static void
confine(struct kstat *kstat)
{
	struct sandbox sandbox = {.writable = {stream_directory(kstat->stream)}};
	struct failure ignored;
	const char *home;

	sandbox.network = sandbox.writable[0] == NULL; /* a service's has none */
	sandbox.programs = stream_runs_programs(kstat->stream);
	/* Where groups of a service's stream will be made. */
	if (kstat->groups != NULL)
		sandbox.writable[sandbox.network ? 0 : 1] = checkpoints_directory(kstat->groups);
	else if (sandbox.network && environment_home(&home, &ignored) && access(home, X_OK) == 0)
		sandbox.writable[0] = home;
	sandbox_enter(&sandbox);
}

static bool
open_all(struct kstat *kstat, bool *missing, struct failure *failure)
{
	const struct options *options = &kstat->options;
	struct stream_settings settings = {.caller = tool_caller(kstat->tool)};

	kstat->stream = stream_open(options->stream, STREAM_READ, &settings, missing, failure);
	if (kstat->stream == NULL || !open_groups(kstat, failure))
		return false;
	if (!kstat->confined)
		confine(kstat);
	kstat->confined = true;
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

/* All that was asked for, as it is now. */
static bool
look_at_all(struct kstat *kstat, struct look *look, struct failure *failure)
{
	/* They may be others by now. */
	if (kstat->options.all_groups && !look_names_all(&kstat->names, kstat->groups, failure))
		return false;
	return look_take(look, kstat->stream, kstat->groups, &kstat->names, failure);
}

/* For --watch. An embedded stream is opened each time: it may be another by now. */
static bool
take(void *context, struct look *look, bool *missing, struct failure *failure)
{
	struct kstat *kstat = context;

	*missing = false;
	if (kstat->stream != NULL && stream_directory(kstat->stream) != NULL)
		close_all(kstat);
	if (kstat->stream == NULL && !open_all(kstat, missing, failure)) {
		close_all(kstat);
		return false;
	}
	/* A service's stays open, and its groups may come later. */
	if (kstat->groups == NULL && !open_groups(kstat, failure))
		return false;
	return look_at_all(kstat, look, failure);
}

static bool
write_once(struct kstat *kstat, struct failure *failure)
{
	if (kstat->options.groups)
		return kstat->groups == NULL ||
		       checkpoints_each(kstat->groups, write_group, kstat, failure);
	if (!look_at_all(kstat, &kstat->look, failure))
		return false;
	for (size_t i = 0; i < kstat->look.count; i++) {
		const struct look_row *row = &kstat->look.rows[i];

		if (row->group.name == NULL || row->group.found)
			continue;
		tool_note_status(kstat->tool, 1);
		tool_message(kstat->tool, "group %s has no checkpoint in shard %s yet",
		    row->group.name, row->shard);
	}
	return watch_write_lines(kstat->tool, kstat->options.stream, &kstat->look, false, failure);
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
