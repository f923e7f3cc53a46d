/* checkpoints_table: reads the checkpoints of a lease table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client/aws.h"
#include "base/clock.h"
#include "base/memory.h"
#include "group/dynamodb/change.h"
#include "group/dynamodb/checkpoints_table.h"
#include "group/dynamodb/commit.h"
#include "group/dynamodb/watch.h"
#include "record/stream_identity.h"
#include "system/directory.h"

/* µs for which leases that were read count as those of now: a command asks for each shard. */
enum { FRESH = 1000000 };

static bool
refresh(struct checkpoints_table *own, struct failure *failure)
{
	int64_t now = clock_steady();

	if (own->read_at != 0 && now - own->read_at < FRESH)
		return true;
	return change_read(own, failure);
}

static void
close_table(struct checkpoints *groups)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;

	lease_table_close(own->table);
	leases_free(&own->leases);
	leases_free(&own->described);
	known_free(&own->known);
	commit_free(own);
	free(own->group);
	free(own);
}

static const char *
directory(const struct checkpoints *groups)
{
	(void)groups;
	return NULL;
}

static bool
get(struct checkpoints *groups, const char *group, const char *shard, struct checkpoint *checkpoint,
    bool *found, struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;
	const struct lease *lease;

	(void)group;
	*found = false;
	if (!refresh(own, failure))
		return false;
	lease = leases_find(&own->leases, shard);
	*found = lease != NULL && lease_checkpoint(lease, checkpoint);
	return true;
}

static bool
have(struct checkpoints *groups, const char *group, bool *found, struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;

	(void)group;
	*found = refresh(own, failure) && own->leases.count > 0;
	return own->read_at != 0;
}

static bool
check(struct checkpoints *groups, const char *group, const char *id, struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;

	if (!refresh(own, failure))
		return false;
	for (size_t i = 0; i < own->leases.count; i++) {
		const char *stream = own->leases.leases[i].stream;

		if (stream[0] != '\0' && !stream_identity_same(stream, id))
			return fail(failure, FAILURE_PERMANENT,
			    "the leases in %s are of another stream of this name, one that was "
			    "deleted or is elsewhere: `kack -g %s --delete` deletes them, `kack -g "
			    "%s --to …` replaces them, another table keeps them",
			    group, group, group);
	}
	return true;
}

static bool
stream_id(struct checkpoints *groups, const char *group, char **id, struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;

	(void)group;
	*id = NULL;
	if (!refresh(own, failure))
		return false;
	for (size_t i = 0; i < own->leases.count && *id == NULL; i++) {
		if (own->leases.leases[i].stream[0] != '\0')
			*id = memory_copy_text(own->leases.leases[i].stream);
	}
	if (*id == NULL && own->leases.count > 0)
		*id = memory_copy_text(STREAM_ID_UNKNOWN);
	return true;
}

static bool
each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure)
{
	return visit(context, ((struct checkpoints_table *)groups)->group, failure);
}

static bool
find_reader(struct checkpoints *groups, const char *group, const char *shard,
    struct group_reader *reader, struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;
	const struct known_lease *known;

	(void)group;
	*reader = (struct group_reader){.process = 0};
	if (!refresh(own, failure))
		return false;
	known = known_find(&own->known, shard);
	if (known != NULL)
		watch_reader(own, known, reader);
	return true;
}

static const struct checkpoints_kind kind = {.close = close_table,
    .directory = directory,
    .get = get,
    .have = have,
    .check = check,
    .commit = commit_positions,
    .describe = change_describe,
    .place = change_place,
    .delete_group = change_delete,
    .stream_id = stream_id,
    .each = each,
    .claim = change_claim,
    .reader = find_reader,
    .watch = watch_leases,
    .notes = commit_notes};

void
checkpoints_table_sandbox(
    const char *group, bool create, const struct caller *caller, struct sandbox *sandbox)
{
	struct failure ignored;
	char *notes = tenure_directory(group, NULL, &ignored), *inside;

	aws_sandbox(caller, sandbox);
	if (notes == NULL)
		return;
	inside = memory_format("%s/-", notes);
	if (create)
		(void)directory_make(inside, &ignored);
	sandbox_write(sandbox, notes);
	free(inside);
	free(notes);
}

struct checkpoints *
checkpoints_table_open(const char *group, enum checkpoints_use use, bool *missing,
    const struct caller *caller, struct failure *failure)
{
	bool absent = false;
	struct lease_table *table =
	    lease_table_open(group, use == CHECKPOINTS_CREATE ? NULL : &absent, caller, failure);
	struct checkpoints_table *own;

	if (missing != NULL)
		*missing = absent;
	if (table == NULL)
		return NULL;
	own = memory_new(1, sizeof *own);
	own->base.kind = &kind;
	own->table = table;
	own->group = memory_copy_text(group);
	own->caller = *caller;
	return &own->base;
}
