/* s3put: stores lines in an archive. */
#include "archive/archive.h"
#include "archive/partition.h"
#include "storing/storing.h"

enum {
	TIMEOUT = 30,
	LONGEST_TIMEOUT = 600,
	MOST_JOBS = 16,
	MEGABYTE = 1024 * 1024,
	SIZE = 64 * MEGABYTE,
	AGE = 5 * 60 * 1000
};
#define LARGEST ((uint64_t)16 * 1024 * MEGABYTE)
#define SPOOL_SIZE ((uint64_t)1024 * MEGABYTE)
#define LARGEST_SPOOL ((uint64_t)1024 * 1024 * MEGABYTE)

struct options {
	const char *partitions, *time;
	enum pack_format compression;
	uint64_t size, count;
	int64_t age; /* ms */
	const char *spool;
	uint64_t spool_size;
	const char *encryption, *storage_class;
	const char *rejects;
	unsigned jobs;
	unsigned timeout; /* s */
	bool quiet;
};

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {
    {0, "partition", "LIST", OPTION_TEXT, AT(partitions),
        .help = "the partitions, separated by commas: MEMBER, or NAME=FORMAT for the time in UTC "
                "(default " PARTITION_DEFAULT "; \"\": none)"},
    {'T', "time", "MEMBER", OPTION_TEXT, AT(time),
        .help = "the member that holds a line's time (default last_refreshed)"},
    {0, "compress", "FORMAT", OPTION_CHOICE, AT(compression), .values = OBJECT_COMPRESSIONS,
        .help = "compress objects as gzip (default) or zstd, or not: none"},
    {0, "size", "SIZE", OPTION_SIZE, AT(size), .least = 1024, .most = LARGEST,
        .help = "close an object at SIZE bytes of lines (default 64M)"},
    {0, "count", "N", OPTION_NUMBER, AT(count), .least = 1, .most = UINT32_MAX,
        .help = "close an object at N lines (default: at any number)"},
    {0, "age", "DURATION", OPTION_DURATION, AT(age),
        .help = "close an object when its first line has waited for DURATION (default 5m)"},
    {0, "spool", "DIR", OPTION_TEXT, AT(spool), .values = "<file>",
        .help = "the directory in which lines wait (default $FX_HOME/spool)"},
    {0, "spool-size", "SIZE", OPTION_SIZE, AT(spool_size), .least = 16 * MEGABYTE,
        .most = LARGEST_SPOOL,
        .help = "let SIZE bytes wait there at most; then the oldest objects are closed (default "
                "1G)"},
    {0, "sse", "KIND", OPTION_TEXT, AT(encryption),
        .help = "S3: encrypt objects on the server with AES256, aws:kms or aws:kms:KEY (default: "
                "as the bucket says)"},
    {0, "storage-class", "CLASS", OPTION_TEXT, AT(storage_class),
        .help = "S3: store objects in this class, such as STANDARD_IA"},
    {'j', "jobs", "N", OPTION_NUMBER, AT(jobs), .least = 1, .most = MOST_JOBS,
        .help = "keep up to N requests in flight (default: 2 to S3, 4 to Firehose)"},
    {0, "timeout", "SECONDS", OPTION_NUMBER, AT(timeout), .least = 1, .most = LONGEST_TIMEOUT,
        .help = "end a request without a reply after SECONDS (1 to 600, default 30)"},
    OPTION_REJECTS(AT(rejects)), OPTION_QUIET(AT(quiet)), OPTION_END};

static const struct option_table table = {.name = "s3put",
    .about = "store lines in an archive (S3, a directory or Firehose)",
    .details = "Collects the lines of standard input, which are JSON objects, in objects of the "
               "archive, and writes them to standard output once they are there. ARCHIVE is a "
               "directory, s3://BUCKET/PREFIX or firehose:NAME.",
    .rows = rows,
    .aws = true,
    .arguments = "ARCHIVE",
    .values = "<file>",
    .most = 1,
    .input = "s3put reads its lines from standard input"};

static struct archive_settings
settings_of(struct tool *tool, const struct options *options)
{
	return (struct archive_settings){.name = tool->operands[0],
	    .partitions = options->partitions,
	    .time = options->time,
	    .compression = options->compression,
	    .size = options->size,
	    .count = options->count,
	    .age = options->age,
	    .spool = options->spool,
	    .spool_size = options->spool_size,
	    .quiet = options->quiet,
	    .encryption = options->encryption,
	    .storage_class = options->storage_class,
	    .in_flight = options->jobs,
	    .timeout = 1000 * (int64_t)options->timeout,
	    .caller = tool_caller(tool)};
}

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options = {.partitions = PARTITION_DEFAULT,
	    .time = "last_refreshed",
	    .compression = PACK_GZIP,
	    .size = SIZE,
	    .age = AGE,
	    .spool_size = SPOOL_SIZE,
	    .timeout = TIMEOUT};
	struct archive_settings settings;
	struct failure failure;
	struct storing storing = {.tool = &tool};
	struct sandbox sandbox = {.network = false};

	tool_start(&tool, &table, argc, argv, &options);
	if (tool.operand_count == 0)
		tool_usage(&tool,
		    "the archive is required: a directory, s3://BUCKET/PREFIX or firehose:NAME");
	tool_ready(&tool);
	settings = settings_of(&tool, &options);
	storing.rejects_path = options.rejects;
	storing.quiet = options.quiet;
	if (!archive_sandbox(&settings, &sandbox, &failure))
		tool_fail(&tool, &failure);
	storing_confine(&storing, &sandbox);
	storing.sink = archive_open(&settings, &failure);
	if (storing.sink == NULL)
		tool_fail(&tool, &failure);
	storing_run(&storing);
}
