/* ddbput: puts lines into a table as items. */
#include <string.h>

#include "base/environment.h"
#include "table/table.h"
#include "storing/storing.h"

enum { WINDOW = 2 * 1024 * 1024, SENT_WINDOW = 512 * 1024, MOST_JOBS = 256 };

struct options {
	const char *table;
	const char *rejects;
	struct table_key key;
	bool has_key;
	bool if_absent;
	const char *ttl;
	unsigned jobs;
	bool typed;
	bool quiet;
};

static void read_key(struct tool *tool, const char *option, const char *text, void *target);

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_TABLE(AT(table)),
    {'k', "key", "PK[:T][,SK[:T]]", OPTION_CALL, 0, 0, .read = read_key,
        .help = "key of the table when it is created: the attributes of partition key and sort "
                "key, each with its type S (default), N or B (default without -t: "
                "ticker:S,last_refreshed:S)"},
    {0, "if-absent", NULL, OPTION_FLAG, AT(if_absent),
        .help = "do not replace an item that exists"},
    {0, "ttl", "FIELD", OPTION_TEXT, AT(ttl),
        .help = "refuse a line whose FIELD is not a valid TTL (a number, seconds since 1970)"},
    {0, "typed", NULL, OPTION_FLAG, AT(typed),
        .help = "read DynamoDB JSON: {\"ticker\":{\"S\":\"BTC/USD\"},...}"},
    {'j', "jobs", "N", OPTION_NUMBER, AT(jobs), .least = 1, .most = MOST_JOBS,
        .help = "on AWS: keep up to N requests in flight (default 128)"},
    OPTION_REJECTS(AT(rejects)), OPTION_QUIET(AT(quiet)), OPTION_END};

static const struct option_table option_table = {.name = "ddbput",
    .about = "write lines to a table (DynamoDB or embedded)",
    .details = "Writes each line of standard input, a JSON object, to a table as an item, and to "
               "standard output once it is safe. An item with the same key is replaced.",
    .rows = rows,
    .input = "ddbput reads its items from standard input"};

struct ddbput {
	struct tool *tool;
	struct options options;
	struct table *table;
	struct prepared *items[LINES_BATCH];
	size_t count;
};

static struct table *open_table(
    struct tool *tool, const struct options *options, struct failure *failure);
static bool take(void *context, struct span record, uint64_t ticket, struct failure *failure);
static bool commit(void *context, struct failure *failure);
static bool move(void *context, int input, int watch, int timeout, struct failure *failure);
static bool fate(void *context, uint64_t *ticket, bool *present, struct failure *refused);
static uint64_t retries(void *context);
static uint64_t throttles(void *context);
static void close_table(void *context);

int
main(int argc, char **argv)
{
	static struct ddbput ddbput;
	struct tool tool;
	struct failure failure;
	struct sandbox sandbox = {.network = false};
	struct storing storing;

	ddbput.options.table = environment_table();
	tool_start(&tool, &option_table, argc, argv, &ddbput.options);
	tool_ready(&tool);
	ddbput.tool = &tool;
	ddbput.table = open_table(&tool, &ddbput.options, &failure);
	if (ddbput.table == NULL) {
		tool_failed(&tool, &failure);
		tool_end(&tool, &failure);
	}
	sandbox.writable[0] = table_directory(ddbput.table);
	storing = (struct storing){.tool = &tool,
	    .rejects_path = ddbput.options.rejects,
	    .quiet = ddbput.options.quiet,
	    .objects = true,
	    .window = WINDOW,
	    .sandbox = &sandbox,
	    .context = &ddbput,
	    .take = take,
	    .commit = commit,
	    .close = close_table};
	if (table_sends(ddbput.table)) {
		sandbox.network = true;
		sandbox.programs = table_runs_programs(ddbput.table);
		storing.window = SENT_WINDOW;
		storing.move = move;
		storing.fate = fate;
		storing.retries = retries;
		storing.throttles = throttles;
	}
	storing_run(&storing);
}

/* target: the struct options. */
static void
read_key(struct tool *tool, const char *option, const char *text, void *target)
{
	struct options *options = target;
	struct failure failure;

	if (!table_key_parse(text, &options->key, &failure))
		tool_usage(tool, "option %s: %s", option, failure.text);
	options->has_key = true;
}

static struct table *
open_table(struct tool *tool, const struct options *options, struct failure *failure)
{
	struct table_settings settings = {.if_absent = options->if_absent,
	    .ttl = options->ttl,
	    .caller = tool_caller(tool),
	    .in_flight = options->jobs};

	settings.key = options->has_key ? &options->key : NULL;
	settings.is_default = strcmp(options->table, environment_table()) == 0;
	return table_open(options->table, TABLE_WRITE, &settings, failure);
}

static bool
take(void *context, struct span record, uint64_t ticket, struct failure *failure)
{
	struct ddbput *ddbput = context;
	struct prepared *prepared;

	if (!table_prepare(ddbput->table, record, ddbput->options.typed, &prepared, failure))
		return false;
	if (table_sends(ddbput->table))
		return table_send(ddbput->table, prepared, ticket, failure);
	ddbput->items[ddbput->count++] = prepared;
	return true;
}

static bool
commit(void *context, struct failure *failure)
{
	struct ddbput *ddbput = context;
	size_t present;
	bool put = table_put(ddbput->table, ddbput->items, ddbput->count, ddbput->options.if_absent,
	    &present, failure);

	if (put)
		ddbput->tool->stats.present += present;
	table_prepare_reset(ddbput->table);
	ddbput->count = 0;
	return put;
}

static bool
move(void *context, int input, int watch, int timeout, struct failure *failure)
{
	return table_move(((struct ddbput *)context)->table, input, watch, timeout, failure);
}

static bool
fate(void *context, uint64_t *ticket, bool *present, struct failure *refused)
{
	return table_fate(((struct ddbput *)context)->table, ticket, present, refused);
}

static uint64_t
retries(void *context)
{
	return table_retries(((struct ddbput *)context)->table);
}

static uint64_t
throttles(void *context)
{
	return table_throttles(((struct ddbput *)context)->table);
}

static void
close_table(void *context)
{
	table_close(((struct ddbput *)context)->table);
}
