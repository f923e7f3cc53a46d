/* options: the options of kput. */
#include "base/environment.h"
#include "kput/options.h"

enum { MOST_SHARDS = 256, MOST_JOBS = 256 };

#define AT(member) OPTION_AT(struct put_options, member)

static const struct option_row rows[] = {OPTION_STREAM(AT(stream)),
    {'k', "key", "FIELD", OPTION_TEXT, AT(sink_settings.key),
        .help = "use the value of member FIELD as partition key (default: the line's MD5)"},
    OPTION_REJECTS(AT(rejects)), OPTION_QUIET(AT(quiet)),
    {0, "hash-key", "FIELD", OPTION_TEXT, AT(sink_settings.hash_key),
        .help = "use member FIELD, a decimal number below 2^128, as hash key, which chooses the "
                "shard"},
    {'j', "jobs", "N", OPTION_NUMBER, AT(stream_settings.in_flight), .least = 1, .most = MOST_JOBS,
        .help = "on AWS: keep up to N requests in flight (default 32)"},
    {0, "unordered", NULL, OPTION_FLAG, AT(stream_settings.unordered),
        .help = "on AWS: do not keep the order of records with the same key"},
    {0, "strict-order", NULL, OPTION_FLAG, AT(stream_settings.strict),
        .help = "on AWS: never send two records with the same key in one request"},
    {0, "big-requests", NULL, OPTION_FLAG, AT(stream_settings.big_requests),
        .help = "on AWS: send requests of up to 10 MiB instead of 5"},
    {0, "aggregate", NULL, OPTION_FLAG, AT(stream_settings.aggregate),
        .help = "on AWS: pack records that wait into aggregates, as the Kinesis Producer Library "
                "does"},
    {0, "gzip", NULL, OPTION_FLAG, AT(sink_settings.gzip),
        .help = "compress each record with gzip"},
    {0, "shards", "N", OPTION_NUMBER, AT(stream_settings.shards), .least = 1, .most = MOST_SHARDS,
        .help = "number of shards when the stream is created (default 1)"},
    {0, "retention", "TIME", OPTION_DURATION, AT(stream_settings.retention),
        .help = "how long a stream that is created keeps records: 90m, 24h, 7d (default 24h)"},
    OPTION_END};

static const struct option_table table = {.name = "kput",
    .about = "write lines to a stream (Kinesis or embedded)",
    .details = "Writes each line of standard input to a stream, and to standard output once it is "
               "safe.",
    .rows = rows,
    .aws = true,
    .input = "kput reads its records from standard input"};

void
put_options_read(struct tool *tool, int argc, char **argv, struct put_options *options)
{
	*options = (struct put_options){.stream = environment_stream()};
	tool_start(tool, &table, argc, argv, options);
	if (options->stream_settings.unordered && options->stream_settings.strict)
		tool_usage(tool, "--unordered and --strict-order exclude each other");
}
