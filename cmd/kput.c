/* kput: puts lines into a stream. */
#include <stdlib.h>

#include "../lib/environment.h"
#include "../lib/json.h"
#include "../lib/memory.h"
#include "../lib/name.h"
#include "../lib/stream.h"
#include "../lib/timestamp.h"
#include "storing.h"

enum { WINDOW = 2 * 1024 * 1024, MOST_SHARDS = 256 };

static const char help[] =
    "usage: kput [-s STREAM] [-k FIELD] [-x FILE] [-q] [--shards N] [--retention TIME]\n"
    "Puts each line of standard input into a stream; writes it out again once it is safe.\n"
    "\n"
    "  -s, --stream STREAM   the stream (default $FX_STREAM, else rates)\n"
    "  -k, --key FIELD       the member whose value is the partition key (default: MD5 of the "
    "line)\n"
    "  -x, --rejects FILE    set refused lines aside in FILE and go on\n"
    "  -q, --quiet           write no receipts\n"
    "      --shards N        how many shards a stream gets that is made now (default 1)\n"
    "      --retention TIME  how long it keeps records: 90m, 24h, 7d (default 24h)\n" TOOL_HELP;

struct options {
	const char *stream;
	const char *key;
	const char *rejects;
	bool quiet;
	unsigned shards;
	int64_t retention;
};

struct kput {
	struct stream *stream;
	struct json_wanted key; /* name.start NULL without -k */
	struct record records[LINES_BATCH];
	size_t count;
};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static bool check_shards(struct kput *kput, unsigned asked, struct failure *failure);
static bool take(
    void *context, struct span line, uint64_t ticket, struct failure *failure);
static bool find_key(
    struct kput *kput, struct span line, struct span *key, struct failure *failure);
static bool commit(void *context, struct failure *failure);
static void close_stream(void *context);

int
main(int argc, char **argv)
{
	static struct kput kput;
	struct tool tool;
	struct options options;
	struct stream_settings settings = {.stop = &tool_stop};
	struct failure failure;
	struct sandbox sandbox = {.network = false};

	tool_begin(&tool, "kput", help, argv);
	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	settings.shards = options.shards;
	settings.retention = options.retention;
	if (options.key != NULL)
		kput.key.name = span_of(options.key);
	kput.stream = stream_open(options.stream, STREAM_WRITE, &settings, NULL, &failure);
	if (kput.stream == NULL || !check_shards(&kput, options.shards, &failure)) {
		tool_failed(&tool, &failure);
		tool_end(&tool, &failure);
	}
	sandbox.writable[0] = stream_directory(kput.stream);
	storing_run(&(struct storing){.tool = &tool,
	    .rejects_path = options.rejects,
	    .quiet = options.quiet,
	    .window = WINDOW,
	    .sandbox = &sandbox,
	    .context = &kput,
	    .take = take,
	    .commit = commit,
	    .close = close_stream});
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	enum { SHARDS = TOOL_OWN, RETENTION };
	static const struct option known[] = {{"stream", required_argument, NULL, 's'},
	    {"key", required_argument, NULL, 'k'}, {"rejects", required_argument, NULL, 'x'},
	    {"quiet", no_argument, NULL, 'q'}, {"shards", required_argument, NULL, SHARDS},
	    {"retention", required_argument, NULL, RETENTION}, TOOL_LONG};
	int option;

	*options = (struct options){.stream = environment_stream()};
	while ((option = getopt_long(argc, argv, TOOL_SHORT "s:k:x:q", known, NULL)) != -1) {
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
		case SHARDS:
			options->shards =
			    (unsigned)tool_number(tool, "--shards", optarg, 1, MOST_SHARDS);
			break;
		case RETENTION:
			if (!duration_parse(span_of(optarg), &options->retention) ||
			    options->retention <= 0)
				tool_usage(tool, "option --retention: not a length of time such as "
				                 "90s, 90m, 24h or 7d");
			break;
		default:
			tool_option(tool, option);
		}
	}
	if (optind < argc)
		tool_usage(tool, "kput takes no arguments: its records come on standard input");
}

/* A stream keeps the shards it was made with: asking for others must not pass unnoticed. */
static bool
check_shards(struct kput *kput, unsigned asked, struct failure *failure)
{
	const char *const *names;
	size_t there = stream_shards(kput->stream, &names, failure);

	if (asked == 0 || asked == there)
		return true;
	return fail(failure, FAILURE_PERSON,
	    "the stream has %zu shards and --shards asks for %u: it keeps those it was made with",
	    there, asked);
}

static bool
take(void *context, struct span line, uint64_t ticket, struct failure *failure)
{
	struct kput *kput = context;
	struct record record = {.data = line};

	(void)ticket;
	if (kput->key.name.start != NULL && !find_key(kput, line, &record.key, failure))
		return false;
	if (!stream_accepts(kput->stream, &record, failure))
		return false;
	kput->records[kput->count++] = record;
	return true;
}

/* The value of -k's member, as text. */
static bool
find_key(struct kput *kput, struct span line, struct span *key, struct failure *failure)
{
	struct json_wanted *wanted = &kput->key;
	struct json_error error;
	struct shown shown;
	const char *name = show(&shown, wanted->name.start, wanted->name.length);

	if (!json_find(line, JSON_DEPTH, wanted, 1, NULL, &error))
		return fail(
		    failure, FAILURE_REFUSED, "%s, at byte %zu", error.reason, error.offset + 1);
	if (wanted->times == 0)
		return fail(
		    failure, FAILURE_REFUSED, "no member \"%s\" for the partition key", name);
	if (wanted->times > 1)
		return fail(failure, FAILURE_REFUSED, "member \"%s\" is there twice", name);
	*key = wanted->value;
	switch (json_kind(wanted->value)) {
	case JSON_STRING:
		*key = json_inside(wanted->value);
		return true;
	case JSON_NUMBER:
	case JSON_TRUE:
	case JSON_FALSE:
		return true;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_NULL:
		break;
	}
	return fail(failure, FAILURE_REFUSED,
	    "member \"%s\" is no partition key: it is null, an object or an array", name);
}

static bool
commit(void *context, struct failure *failure)
{
	struct kput *kput = context;
	size_t count = kput->count;

	kput->count = 0;
	return stream_put(kput->stream, kput->records, count, failure);
}

static void
close_stream(void *context)
{
	stream_close(((struct kput *)context)->stream);
}
