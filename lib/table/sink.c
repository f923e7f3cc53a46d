/* table_sink: turns a storing tool's records into items and puts them into a table. */
#include <stdlib.h>

#include "base/memory.h"
#include "system/lines.h"
#include "table/kind.h"
#include "table/sink.h"

struct table_sink {
	struct sink sink;
	struct table *table;
	bool typed;
	bool if_absent;
	size_t count;
	struct prepared *items[]; /* of a batch, LINES_BATCH; none if the table sends */
};

static bool
take_into_batch(struct sink *sink, struct span record, uint64_t ticket, struct failure *failure)
{
	struct table_sink *to = (struct table_sink *)sink;

	(void)ticket;
	if (!table_prepare(to->table, record, to->typed, &to->items[to->count], failure))
		return false;
	to->count++;
	return true;
}

static bool
commit(struct sink *sink, uint64_t *present, struct failure *failure)
{
	struct table_sink *to = (struct table_sink *)sink;
	size_t known = 0;
	bool put = table_put(to->table, to->items, to->count, to->if_absent, &known, failure);

	*present = known;
	table_prepare_reset(to->table);
	to->count = 0;
	return put;
}

static bool
take(struct sink *sink, struct span record, uint64_t ticket, struct failure *failure)
{
	struct table_sink *to = (struct table_sink *)sink;
	struct prepared *prepared;

	return table_prepare(to->table, record, to->typed, &prepared, failure) &&
	       to->table->kind->send(to->table, prepared, ticket, failure);
}

static bool
poll_table(struct sink *sink, int input, int watch, int timeout, struct failure *failure)
{
	struct table *table = ((struct table_sink *)sink)->table;

	return table->kind->poll(table, input, watch, timeout, failure);
}

static bool
next_result(struct sink *sink, struct sink_result *result)
{
	struct table *table = ((struct table_sink *)sink)->table;

	return table->kind->next_result(table, result);
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	const struct table *table = ((const struct table_sink *)sink)->table;

	table->kind->count(table, counters);
}

static void
close_table(struct sink *sink)
{
	table_close(((struct table_sink *)sink)->table);
	free(sink);
}

static const struct sink_kind batching = {.objects = true,
    .read_ahead = 2 * 1024 * 1024,
    .take = take_into_batch,
    .commit = commit,
    .close = close_table};

/* What is read ahead is copied to the lines in flight. */
static const struct sink_kind sending = {.objects = true,
    .read_ahead = 512 * 1024,
    .take = take,
    .poll = poll_table,
    .next_result = next_result,
    .count = count,
    .close = close_table};

struct sink *
table_sink_open(struct table *table, bool typed, bool if_absent)
{
	bool sends = table->kind->send != NULL;
	struct table_sink *to =
	    memory_new(1, sizeof *to + (sends ? 0 : LINES_BATCH * sizeof(struct prepared *)));

	to->sink = (struct sink){.reads_json = true,
	    .kind = sends ? &sending : &batching,
	    .directory = table_directory(table),
	    .network = sends,
	    .runs_programs = sends && table_runs_programs(table)};
	to->table = table;
	to->typed = typed;
	to->if_absent = if_absent;
	return &to->sink;
}
