/* get_options: reads and checks the command line of s3get. */
#include "archive/line_time.h"
#include "archive/partition.h"
#include "s3get/get_options.h"

#define AT(member) OPTION_AT(struct get_options, member)

enum { WHERES = 16 * 1024 /* bytes of all, encoded */ };

static void read_where(struct tool *tool, const char *option, const char *text, void *target);

static const struct option_row rows[] = {
    {0, "from", "WHERE", OPTION_TEXT, AT(from),
        .help = "start at this time (2025-10-01, 2025-10-01T12:00:00Z, or -7d for a week ago) or "
                "position (0:7)"},
    {0, "to", "WHERE", OPTION_TEXT, AT(to), .help = "end before this time or position"},
    {'T', "time", "MEMBER", OPTION_TEXT, AT(member),
        .help = "the member with a line's time, for --from, --to and --order time (default "
                "last_refreshed)"},
    {0, "partition", "LIST", OPTION_TEXT, AT(partitions),
        .help = "the partitions that the archive was stored with, so that --from and --to skip "
                "objects of other times (default " PARTITION_DEFAULT ")"},
    {0, "where", "MEMBER=VALUE", OPTION_CALL, 0, sizeof(struct get_options), .read = read_where,
        .help = "read only objects of this partition; several --where must all be true"},
    {0, "shard", "ID", OPTION_TEXT, AT(query.shard.start), .help = "read only this shard"},
    {0, "order", "ORDER", OPTION_CHOICE, AT(order), .values = "position time",
        .help = "write shard after shard in order of position (default), or the lines of all "
                "shards by time"},
    {'n', "records", "N", OPTION_NUMBER, AT(selection.limit), .least = 1, .most = UINT64_C(1) << 62,
        .help = "end after N lines"},
    {0, "positions", NULL, OPTION_FLAG, AT(selection.positions),
        .help = "keep _pos in the lines, as kread -g writes them"},
    {0, "list", NULL, OPTION_FLAG, AT(list),
        .help = "write the objects instead of their lines, a JSON object for each"},
    OPTION_END};

static const struct option_table table = {.name = "s3get",
    .about = "read the lines of an archive (S3 or a directory)",
    .details = "Writes the lines that s3put has stored in ARCHIVE, a directory or "
               "s3://BUCKET/PREFIX, each once.",
    .rows = rows,
    .aws = true,
    .arguments = "ARCHIVE",
    .values = "<file>",
    .most = 1};

/* Adds MEMBER=VALUE, encoded as in the names of objects. */
static void
read_where(struct tool *tool, const char *option, const char *text, void *target)
{
	struct get_options *options = target;
	struct catalog_query *query = &options->query;
	const char *equals = strchr(text, '=');
	size_t length = equals != NULL ? (size_t)(equals - text) : 0;
	struct shown shown;

	if (query->where_count == CATALOG_WHERES)
		tool_usage(tool, "more than %d options %s are too many", CATALOG_WHERES, option);
	if (length == 0 || !object_name_add_partition(
	                       &options->wheres, (struct span){text, length}, span_of(equals + 1)))
		tool_usage(tool,
		    "option %s: \"%s\" is not MEMBER=VALUE, or too long to be a partition", option,
		    show(&shown, text, strlen(text) < 60 ? strlen(text) : 60));
	query->where_count++;
}

/* The buffer no longer grows: the query can borrow from it. */
static void
find_wheres(struct get_options *options)
{
	struct span rest = buffer_span(&options->wheres);
	struct catalog_query *query = &options->query;

	for (size_t i = 0; i < query->where_count; i++)
		object_name_next_partition(
		    &rest, &query->wheres[i].member, &query->wheres[i].value);
}

/* --from or --to: a position for the query, or a time for the selection. */
static void
read_limit(struct tool *tool, const char *option, const char *text, struct position *position,
    struct get_options *options, int64_t *time)
{
	struct failure failure;
	struct span *shard = &options->query.shard;

	if (text == NULL)
		return;
	if (!selection_read_limit(text, position, time, &failure))
		tool_usage(tool, "option %s: %s", option, failure.text);
	if (position->sequence.start == NULL) {
		options->selection.timed = true;
		return;
	}
	if (shard->start != NULL && !span_equal(*shard, position->shard))
		tool_usage(tool, "option %s: the position is of another shard than %.*s", option,
		    (int)shard->length, shard->start);
	*shard = position->shard;
}

void
get_options_read(struct tool *tool, int argc, char **argv, struct get_options *options)
{
	struct selection *selection = &options->selection;
	struct catalog_query *query = &options->query;

	struct failure failure;

	*options =
	    (struct get_options){.member = LINE_TIME_MEMBER, .partitions = PARTITION_DEFAULT};
	selection->from = INT64_MIN;
	selection->to = INT64_MAX;
	buffer_init(&options->wheres, WHERES);
	tool_start(tool, &table, argc, argv, options);
	if (tool->operand_count == 0)
		tool_usage(tool, "the archive is required: a directory or s3://BUCKET/PREFIX");
	find_wheres(options);
	if (query->shard.start != NULL)
		query->shard.length = strlen(query->shard.start);
	read_limit(tool, "--from", options->from, &query->from, options, &selection->from);
	read_limit(tool, "--to", options->to, &query->to, options, &selection->to);
	if (!time_partitions_read(options->partitions, &options->times, &failure))
		tool_usage(tool, "option --partition: %s", failure.text);
	if (selection->timed)
		query->times = &options->times;
	query->begin = selection->from;
	query->end = selection->to;
	selection->query = query;
	selection->member = span_of(options->member);
}
