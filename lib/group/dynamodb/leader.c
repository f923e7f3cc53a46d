/* leader: looks at the reports of KCL workers. */

/*
 * The times in the reports are of other clocks, so they are only compared with themselves: workers
 * live if a report changes between two looks. Until there was a second look, reports count as those
 * of workers that live.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/dynamodb/internal.h"
#include "group/dynamodb/leader.h"
#include "text/json.h"

enum {
	REPLY = 4 * 1024 * 1024,
	LOOK_EVERY = 90000 /* ms: workers report every 30 s */
};

/* The items of the reply; "": there are none. NULL: there is no such table, or no right to it. */
static char *
read_reports(struct lease_table *table)
{
	struct aws_call call = {.action = "Scan", .ceiling = REPLY};
	struct json_wanted wanted = {.name = {"Items", 5}};
	char *name = memory_format("%s-WorkerMetricStats", table->name);
	struct json_error error;
	struct failure ignored;
	struct aws_reply reply;
	bool read;

	buffer_clear(&table->body);
	buffer_add_text(&table->body, "{\"TableName\":");
	json_add_string(&table->body, name, strlen(name));
	buffer_add_text(&table->body, ",\"ProjectionExpression\":\"wid,lut\"}");
	call.body = buffer_span(&table->body);
	free(name);
	read = aws_call_and_wait(table->aws, &call, &reply, &ignored) &&
	       json_find(reply.body, JSON_DEPTH, &wanted, 1, NULL, &error) &&
	       wanted.value.start != NULL && json_kind(wanted.value) == JSON_ARRAY;
	if (!read)
		return NULL;
	wanted.value = json_inside(wanted.value);
	return memory_copy(wanted.value.start, wanted.value.length);
}

bool
leader_is_absent(struct lease_store *store, int64_t now)
{
	struct lease_table *table = (struct lease_table *)store;
	struct leader *leader = &table->leader;
	char *rows;

	if (now < leader->look_at)
		return !leader->lives;
	leader->look_at = now + LOOK_EVERY;
	rows = read_reports(table);
	leader->lives = rows != NULL && rows[0] != '\0' &&
	                (leader->rows == NULL || strcmp(rows, leader->rows) != 0);
	free(leader->rows);
	leader->rows = rows;
	return !leader->lives;
}
