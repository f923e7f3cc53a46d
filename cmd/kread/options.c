/* options: reads the options of kread. */
#include <string.h>

#include "base/environment.h"
#include "group/checkpoints.h"
#include "group/share/worker.h"
#include "kread/options.h"
#include "stream/stream.h"

/* Of a shared group, ms; as in the KCL. */
enum { NONE = -1, FAILOVER = READER_FAILOVER, FAILOVER_LEAST = 1000, HANDOVER = 30000 };

#define AT(member) OPTION_AT(struct read_options, member)

static void read_worker(struct tool *tool, const char *option, const char *text, void *target);

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
    {0, "share", NULL, OPTION_FLAG, AT(share),
        .help = "share the shards of an embedded stream with other readers of the group on this "
                "machine; -g dynamodb:… always does so, on any machine"},
    {0, "worker", "NAME", OPTION_CALL, AT(shared.worker), .read = read_worker,
        .help = "--share, -g dynamodb:…: the name of this reader among those of the group "
                "(default: the machine's, and a number)"},
    {0, "max-leases", "N", OPTION_NUMBER, AT(shared.max_leases), .least = 1, .most = 100000,
        .help = "--share, -g dynamodb:…: read at most N shards"},
    {0, "failover", "TIME", OPTION_DURATION, AT(shared.failover),
        .help = "-g dynamodb:…: take the shards of readers that have not renewed their leases "
                "for this long (default 10s)"},
    {0, "handover", "TIME", OPTION_DURATION, AT(shared.handover),
        .help = "--share, -g dynamodb:…: how long a reader has to commit what it has read of a "
                "shard that another asks for (default 30s)"},
    OPTION_END};

static const struct option_table table = {.name = "kread",
    .about = "read records from a stream (Kinesis, DynamoDB Streams or embedded)",
    .details = "Writes the records of a stream to standard output, one a line, and ends after the "
               "last.",
    .rows = rows,
    .aws = true,
    .input = "name the stream with -s"};

static void
read_worker(struct tool *tool, const char *option, const char *text, void *target)
{
	struct shown shown;

	if (!worker_is_name(text))
		tool_usage(tool,
		    "option %s: \"%s\" is not a worker's name: use up to 128 letters, digits, "
		    "\"_\", \".\", \":\", \"@\" and \"-\"",
		    option, show(&shown, text, strlen(text)));
	*(const char **)target = text;
}

/* Of a group of an embedded stream. */
static void
check_share(struct tool *tool, const struct read_options *options)
{
	if (options->group == NULL)
		tool_usage(tool, "--share requires -g");
	if (stream_is_service(options->stream))
		tool_usage(tool,
		    "--share is for an embedded stream; readers of a stream of Kinesis "
		    "share a group in DynamoDB: -g dynamodb:TABLE");
	if (options->shared.failover != NONE)
		tool_usage(tool, "--failover excludes --share: the shards of a reader are free as "
		                 "soon as it ends");
}

static void
check_shared(struct tool *tool, struct read_options *options)
{
	struct shared_options *shared = &options->shared;
	bool given = shared->worker != NULL || shared->max_leases > 0 || shared->failover != NONE ||
	             shared->handover != NONE;
	bool in_table = options->group != NULL && checkpoints_is_shared(options->group);

	options->shares = options->share || in_table;
	if (!options->shares && given)
		tool_usage(tool, "--worker, --max-leases, --failover and --handover need readers "
		                 "that share a group: --share, or -g dynamodb:TABLE");
	if (options->share && !in_table)
		check_share(tool, options);
	if (options->shares && options->shard != NULL)
		tool_usage(tool, "--shard excludes a group whose readers share the shards");
	if (shared->failover == NONE)
		shared->failover = FAILOVER;
	if (shared->handover == NONE)
		shared->handover = HANDOVER;
	if (shared->failover < FAILOVER_LEAST)
		tool_usage(tool, "option --failover: at least 1s");
}

void
read_options(struct tool *tool, int argc, char **argv, struct read_options *options)
{
	*options = (struct read_options){.stream = environment_stream(),
	    .start = {.from = FROM_TRIM_HORIZON},
	    .shared = {.failover = NONE, .handover = NONE}};
	tool_start(tool, &table, argc, argv, options);
	if (options->raw && (options->envelope || options->group != NULL))
		tool_usage(
		    tool, "--raw excludes -g and --envelope, because a record may hold a newline");
	if (options->registers && options->consumer == NULL)
		tool_usage(tool, "--register requires --enhanced");
	check_shared(tool, options);
	options->form = options->envelope        ? RECORD_ENVELOPE
	                : options->group != NULL ? RECORD_POSITIONED
	                : options->raw           ? RECORD_RAW
	                                         : RECORD_PLAIN;
}
