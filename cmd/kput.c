/* kput: puts lines into a stream. */
#include <stdlib.h>

#include "../lib/environment.h"
#include "../lib/memory.h"
#include "../lib/stream.h"
#include "../lib/timestamp.h"
#include "members.h"
#include "storing.h"

enum {
	WINDOW = 2 * 1024 * 1024,
	SENT_WINDOW = 512 * 1024, /* copied from there, and kept elsewhere */
	MOST_SHARDS = 256,
	MOST_JOBS = 256
};

static const char help[] =
    "usage: kput [-s STREAM] [-k FIELD] [-x FILE] [-q] [--hash-key FIELD] [-j N] [--unordered]\n"
    "            [--strict-order] [--big-requests] [--shards N] [--retention TIME]\n"
    "Puts each line of standard input into a stream; writes it out again once it is safe.\n"
    "\n"
    "  -s, --stream STREAM   the stream (default $FX_STREAM, else rates): NAME or a path;\n"
    "                        on AWS kinesis:NAME or an ARN\n"
    "  -k, --key FIELD       the member whose value is the partition key (default: MD5 of the "
    "line)\n"
    "  -x, --rejects FILE    set refused lines aside in FILE and go on\n"
    "  -q, --quiet           write no receipts\n"
    "      --hash-key FIELD  the member whose value, a whole number below 2^128, chooses the "
    "shard\n"
    "  -j, --jobs N          on AWS: requests in flight at the most (default 32)\n"
    "      --unordered       on AWS: records with the same key may overtake each other\n"
    "      --strict-order    on AWS: no two records with the same key in one request\n"
    "      --big-requests    on AWS: requests of up to 10 MiB instead of 5\n"
    "      --shards N        how many shards a stream gets that is made now (default 1)\n"
    "      --retention TIME  how long it keeps records: 90m, 24h, 7d (default 24h)\n" TOOL_HELP;

struct options {
	const char *stream;
	const char *key;
	const char *hash_key;
	const char *rejects;
	bool quiet;
	struct stream_settings stream_settings;
};

struct kput {
	struct tool *tool;
	struct stream *stream;
	struct members members;
	struct record records[LINES_BATCH];
	size_t count;
};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static bool open_stream(struct kput *kput, const struct options *options, struct failure *failure);
static bool take(void *context, struct span line, uint64_t ticket, struct failure *failure);
static bool commit(void *context, struct failure *failure);
static bool move(void *context, int input, int watch, int timeout, struct failure *failure);
static bool fate(void *context, uint64_t *ticket, bool *present, struct failure *refused);
static uint64_t retries(void *context);
static uint64_t throttles(void *context);
static void close_stream(void *context);

int
main(int argc, char **argv)
{
	static struct kput kput;
	struct tool tool;
	struct options options;
	struct failure failure;
	struct sandbox sandbox = {.network = false};
	struct storing storing;

	tool_begin(&tool, "kput", help, argv);
	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	kput.tool = &tool;
	members_want(&kput.members, options.key, options.hash_key);
	if (!open_stream(&kput, &options, &failure)) {
		tool_failed(&tool, &failure);
		tool_end(&tool, &failure);
	}
	storing = (struct storing){.tool = &tool,
	    .rejects_path = options.rejects,
	    .quiet = options.quiet,
	    .window = WINDOW,
	    .sandbox = &sandbox,
	    .context = &kput,
	    .take = take,
	    .commit = commit,
	    .close = close_stream};
	sandbox.writable[0] = stream_directory(kput.stream);
	if (stream_sends(kput.stream)) {
		sandbox.network = true;
		sandbox.programs = stream_runs_programs(kput.stream);
		storing.window = SENT_WINDOW;
		storing.move = move;
		storing.fate = fate;
		storing.retries = retries;
		storing.throttles = throttles;
	}
	storing_run(&storing);
}

static int64_t
retention_option(struct tool *tool, const char *text)
{
	int64_t retention;

	if (!duration_parse(span_of(text), &retention) || retention <= 0)
		tool_usage(
		    tool, "option --retention: not a length of time such as 90s, 90m, 24h or 7d");
	return retention;
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	enum { SHARDS = TOOL_OWN, RETENTION, HASH_KEY, UNORDERED, STRICT, BIG };
	static const struct option known[] = {{"stream", required_argument, NULL, 's'},
	    {"key", required_argument, NULL, 'k'}, {"rejects", required_argument, NULL, 'x'},
	    {"quiet", no_argument, NULL, 'q'}, {"jobs", required_argument, NULL, 'j'},
	    {"hash-key", required_argument, NULL, HASH_KEY},
	    {"unordered", no_argument, NULL, UNORDERED},
	    {"strict-order", no_argument, NULL, STRICT}, {"big-requests", no_argument, NULL, BIG},
	    {"shards", required_argument, NULL, SHARDS},
	    {"retention", required_argument, NULL, RETENTION}, TOOL_LONG};
	struct stream_settings *settings = &options->stream_settings;
	int option;

	*options = (struct options){.stream = environment_stream()};
	while ((option = getopt_long(argc, argv, TOOL_SHORT "s:k:x:qj:", known, NULL)) != -1) {
		switch (option) {
		case 's':
			options->stream = optarg;
			break;
		case 'k':
			options->key = optarg;
			break;
		case 'x':
			options->rejects = optarg;
			break;
		case 'q':
			options->quiet = true;
			break;
		case 'j':
			settings->flying = (unsigned)tool_number(tool, "-j", optarg, 1, MOST_JOBS);
			break;
		case HASH_KEY:
			options->hash_key = optarg;
			break;
		case UNORDERED:
			settings->unordered = true;
			break;
		case STRICT:
			settings->strict = true;
			break;
		case BIG:
			settings->big_requests = true;
			break;
		case SHARDS:
			settings->shards =
			    (unsigned)tool_number(tool, "--shards", optarg, 1, MOST_SHARDS);
			break;
		case RETENTION:
			settings->retention = retention_option(tool, optarg);
			break;
		default:
			tool_option(tool, option);
		}
	}
	if (optind < argc)
		tool_usage(tool, "kput takes no arguments: its records come on standard input");
	if (settings->unordered && settings->strict)
		tool_usage(tool, "--unordered and --strict-order exclude each other");
}

/* kput changes no stream: asking for other shards must not pass unnoticed. */
static bool
check_shards(struct kput *kput, unsigned asked, struct failure *failure)
{
	size_t there;

	if (asked == 0)
		return true;
	there = stream_open_shards(kput->stream, failure);
	if (there == 0)
		return false;
	return asked == there ||
	       fail(failure, FAILURE_PERSON,
	           "the stream has %zu shards and --shards asks for %u: kput leaves them as they "
	           "are, fxstack changes them",
	           there, asked);
}

static bool
open_stream(struct kput *kput, const struct options *options, struct failure *failure)
{
	struct stream_settings settings = options->stream_settings;

	settings.agent = "fxpipe/" FX_VERSION " kput";
	settings.note = tool_tell_detail;
	settings.warn = tool_tell;
	settings.context = kput->tool;
	settings.stop = &tool_stop;
	kput->stream = stream_open(options->stream, STREAM_WRITE, &settings, NULL, failure);
	if (kput->stream == NULL)
		return false;
	if (stream_sends(kput->stream) && (settings.shards != 0 || settings.retention != 0))
		return fail(failure, FAILURE_PERSON,
		    "kput makes embedded streams alone, with --shards and --retention: on AWS "
		    "`aws kinesis create-stream` makes them, or the console");
	return check_shards(kput, settings.shards, failure);
}

static bool
take(void *context, struct span line, uint64_t ticket, struct failure *failure)
{
	struct kput *kput = context;
	struct record record = {.data = line};

	if (!members_find(&kput->members, &record, failure) ||
	    !stream_accepts(kput->stream, &record, failure))
		return false;
	if (stream_sends(kput->stream))
		return stream_send(kput->stream, &record, ticket, failure);
	kput->records[kput->count++] = record;
	return true;
}

static bool
commit(void *context, struct failure *failure)
{
	struct kput *kput = context;
	size_t count = kput->count;

	kput->count = 0;
	return stream_put(kput->stream, kput->records, count, failure);
}

static bool
move(void *context, int input, int watch, int timeout, struct failure *failure)
{
	return stream_move(((struct kput *)context)->stream, input, watch, timeout, failure);
}

static bool
fate(void *context, uint64_t *ticket, bool *present, struct failure *refused)
{
	*present = false;
	return stream_fate(((struct kput *)context)->stream, ticket, refused);
}

static uint64_t
retries(void *context)
{
	return stream_retries(((struct kput *)context)->stream);
}

static uint64_t
throttles(void *context)
{
	return stream_throttles(((struct kput *)context)->stream);
}

static void
close_stream(void *context)
{
	stream_close(((struct kput *)context)->stream);
}
