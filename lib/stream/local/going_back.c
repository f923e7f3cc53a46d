/* going_back: notices that the stream has become an earlier copy of itself. */

/*
 * That happens if it was restored from a backup, or its log was lost. Its sequence numbers would be
 * used again, and groups that have committed them would pass over new records.
 */
#include <stdlib.h>

#include "group/file/checkpoints_file.h"
#include "stream/local/local.h"

/* Positions beyond this are damaged: no stream gets so far. */
static const uint64_t furthest = UINT64_C(1) << (LOCAL_SHARD_SHIFT - 1);

bool
local_is_same(struct local *local, struct failure *failure)
{
	int version = local->version;
	int64_t schema;

	if (!local_read_schema(local, &schema, failure))
		return false;
	if (schema == local->schema)
		return true;
	if (!local_load(local, failure))
		return false;
	if (version == local->version)
		return local_fail_replaced(local, failure);
	/* Its format was changed, for more shards. */
	local->schema = schema;
	return true;
}

/* The highest position that a group has committed in a shard that takes records. */
struct committed {
	struct local *local;
	struct committed_shard {
		uint64_t next; /* the sequence number after it; 0: there is none */
		char *group;
	} * shards; /* by number, of the open ones */
};

static void
note(void *context, const char *group, const struct position *position)
{
	struct committed *committed = context;
	struct local *local = committed->local;
	struct failure ignored;
	struct committed_shard *shard;
	uint64_t next = local_sequence(position);
	size_t number;

	if (next >= furthest || !local_find(local, position->shard, &number, &ignored) ||
	    local->shards[number].closed)
		return;
	shard = &committed->shards[number - local->open_first];
	if (next <= shard->next)
		return;
	shard->next = next;
	free(shard->group);
	shard->group = memory_copy_text(group);
}

static bool
raise_shard(struct local *local, size_t number, const struct committed_shard *shard,
    struct failure *failure)
{
	sqlite3_stmt *statement;
	uint64_t next;

	if (shard->next == 0 || !local_next_of(local, number, &next, failure))
		return shard->next == 0;
	if (next >= shard->next)
		return true;
	statement = local_statement(local, LOCAL_RAISE, failure);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)number);
	sqlite3_bind_int64(statement, 2, (int64_t)shard->next);
	if (sqlite3_step(statement) != SQLITE_DONE)
		return database_failed(&local->database, failure, "write to");
	sqlite3_reset(statement);
	caller_warn(&local->database.caller,
	    "the stream was replaced by an earlier copy of itself: the next record of shard %zu "
	    "would be %llu, but group %s has committed all before %llu; new records begin there",
	    number, (unsigned long long)next, shard->group, (unsigned long long)shard->next);
	return true;
}

/* Looks at what groups have committed, and raises the numbers of shards that are not ahead of it. */
static bool
raise_all(struct local *local, struct checkpoints *groups, struct failure *failure)
{
	size_t count = local->open_count;
	struct committed committed = {
	    .local = local, .shards = memory_new(count, sizeof *committed.shards)};
	bool raised = checkpoints_file_positions(groups, local->id, note, &committed, failure);

	for (size_t i = 0; i < count; i++) {
		raised = raised &&
		         raise_shard(local, local->open_first + i, &committed.shards[i], failure);
		free(committed.shards[i].group);
	}
	free(committed.shards);
	return raised;
}

/* A glance does not create the log of a file that few programs write to. */
static bool
compare(struct local *local, bool glance, struct failure *failure)
{
	struct caller *caller = &local->database.caller;
	bool missing, raised = true;
	struct checkpoints *groups =
	    glance
	        ? checkpoints_file_glance(local->name, &missing, caller, failure)
	        : checkpoints_file_open(local->name, CHECKPOINTS_READ, &missing, caller, failure);

	if (groups != NULL) {
		raised = raise_all(local, groups, failure);
		checkpoints_close(groups);
	} else if (failure->kind == FAILURE_TEMPORARY || failure->kind == FAILURE_STOPPED) {
		raised = false;
	} else if (!missing) {
		caller_warn(caller, "could not check whether a group is ahead of the stream: %s",
		    failure->text);
	}
	return raised;
}

bool
local_keep_ahead(struct local *local, struct failure *failure)
{
	int64_t schema;

	if (!local_read_schema(local, &schema, failure))
		return false;
	if (schema == local->checked_schema && local->count == local->checked_count)
		return true;
	if (!compare(local, true, failure) &&
	    (failure->kind != FAILURE_TEMPORARY || !compare(local, false, failure)))
		return false;
	failure->kind = FAILURE_NONE;
	local->checked_schema = schema;
	local->checked_count = local->count;
	return true;
}
