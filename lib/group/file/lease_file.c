/* lease_file: what workers do with leases, as transactions. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/file/internal.h"
#include "group/file/lease_file.h"
#include "group/tenure.h"
#include "sqlite/lock.h"

enum { SESSION = TENURE_SESSION };

struct lease_file {
	struct lease_store store;
	struct checkpoints_file *file; /* borrowed */
	char *group;
	char *id; /* of the stream */
	char *worker; /* this one; NULL: it has not joined */
	char session[SESSION + 1]; /* what the tenures of this process begin with */
	char last[GROUP_WORKER + 1]; /* of whom was asked last whether it lives; "": of nobody */
	bool last_lives;
};

/* No group's name holds a slash. */
static char *
lock_of(const char *group, const char *worker)
{
	return memory_format("%s/%s", group, worker);
}

bool
lease_file_finds(struct checkpoints_file *file, const char *group, const char *worker,
    pid_t *process, struct failure *failure)
{
	char *name = lock_of(group, worker);
	bool found = lock_claimed(&file->database, name, F_WRLCK, process, failure);

	free(name);
	return found;
}

/* *lives false: the process of the worker has ended, or there is no worker. */
static bool
look_at(struct lease_file *own, const char *worker, bool *lives, struct failure *failure)
{
	pid_t process = 0;

	*lives = worker[0] != '\0';
	if (!*lives || strcmp(worker, own->worker) == 0)
		return true;
	if (strcmp(worker, own->last) != 0) {
		if (!lease_file_finds(own->file, own->group, worker, &process, failure))
			return false;
		snprintf(own->last, sizeof own->last, "%s", worker);
		own->last_lives = process != 0;
	}
	*lives = own->last_lives;
	return true;
}

/*
 * Leaves out the workers whose processes have ended. If one that had asked for a lease has ended,
 * and not who was asked, that is its owner again, and nobody takes it until it is given up.
 */
static bool
leave_out_dead(struct lease_file *own, struct lease *lease, struct failure *failure)
{
	bool owner, before;

	if (!look_at(own, lease->owner, &owner, failure) ||
	    !look_at(own, lease->checkpoint_owner, &before, failure))
		return false;
	if (!owner)
		memcpy(lease->owner, before ? lease->checkpoint_owner : "",
		    before ? sizeof lease->owner : 1);
	if (!owner || !before)
		lease->checkpoint_owner[0] = '\0';
	return true;
}

static bool
read_leases(struct lease_store *store, struct leases *leases, struct failure *failure)
{
	struct lease_file *own = (struct lease_file *)store;
	bool good = lease_rows_read(own->file, own->group, own->id, NULL, leases, failure);

	own->last[0] = '\0';
	for (size_t i = 0; i < leases->count && good && own->worker != NULL; i++)
		good = leave_out_dead(own, &leases->leases[i], failure);
	return good;
}

static bool
fits(const struct lease *is, const struct lease_request *request, const char *worker)
{
	const struct lease *seen = &request->lease;
	bool owned = strcmp(is->owner, worker) == 0;
	bool unchanged = is->counter == seen->counter && strcmp(is->owner, seen->owner) == 0;

	switch (request->step) {
	case LEASE_TAKE:
		return unchanged && is->owner[0] == '\0';
	case LEASE_ASK:
		return unchanged && is->owner[0] != '\0' && is->checkpoint_owner[0] == '\0';
	case LEASE_ADOPT:
		return unchanged && owned && is->checkpoint_owner[0] == '\0';
	case LEASE_YIELD:
		owned = owned || strcmp(is->checkpoint_owner, worker) == 0;
		return owned && strcmp(is->tenure, request->tenure) == 0;
	case LEASE_RELEASE:
		return owned && strcmp(is->tenure, request->tenure) == 0;
	case LEASE_RENEW:
	case LEASE_END:
		return unchanged && owned;
	case LEASE_LOOK: /* all are read, as that is as cheap */
		break;
	}
	return false;
}

static void
apply(struct lease_file *own, struct lease_request *request, const char *worker)
{
	struct lease *lease = &request->lease;

	lease_step_apply(request, worker);
	if (request->step == LEASE_TAKE || request->step == LEASE_ADOPT)
		memcpy(lease->tenure, own->session, SESSION);
	request->result = LEASE_CHANGED;
}

/* *changed: something was. */
static bool
change_one(struct lease_file *own, const char *worker, struct lease_request *request, bool *changed,
    struct failure *failure)
{
	struct leases now = {.count = 0};
	bool good =
	    lease_rows_read(own->file, own->group, own->id, request->lease.shard, &now, failure);

	good = good && (now.count == 0 || leave_out_dead(own, &now.leases[0], failure));
	request->result = LEASE_CONFLICT;
	if (good && now.count > 0 && fits(&now.leases[0], request, worker)) {
		request->lease = now.leases[0];
		apply(own, request, worker);
		good = lease_rows_put(own->file, own->group, &request->lease, failure);
		*changed = true;
	}
	leases_free(&now);
	return good;
}

static void
change_leases(struct lease_store *store, const char *worker, struct lease_request *requests,
    size_t count, struct failure *failure)
{
	struct lease_file *own = (struct lease_file *)store;
	struct database *database = &own->file->database;
	bool good = database_begin(database, failure), began = good, changed = false;

	own->last[0] = '\0';
	for (size_t i = 0; i < count && good; i++)
		good = change_one(own, worker, &requests[i], &changed, failure);
	if (good && changed)
		good = database_commit(database, failure);
	else if (began)
		database_rollback(database);
	for (size_t i = 0; i < count && !good; i++)
		requests[i].result = LEASE_FAILED;
}

static bool
add_leases(
    struct lease_store *store, const struct lease *leases, size_t count, struct failure *failure)
{
	struct lease_file *own = (struct lease_file *)store;
	struct database *database = &own->file->database;
	bool good = true;

	if (count == 0)
		return true;
	if (!database_begin(database, failure))
		return false;
	for (size_t i = 0; i < count && good; i++)
		good = lease_rows_add(own->file, own->group, own->id, &leases[i], failure);
	if (good)
		return database_commit(database, failure);
	database_rollback(database);
	return false;
}

static bool
join(struct lease_store *store, const char *worker, bool *taken, struct failure *failure)
{
	struct lease_file *own = (struct lease_file *)store;
	struct database *database = &own->file->database;
	char *name = lock_of(own->group, worker);
	bool good = lock_try(database, name, F_WRLCK, taken, failure);

	free(name);
	if (!good || !*taken)
		return good;
	free(own->worker);
	own->worker = memory_copy_text(worker);
	if (!database_begin(database, failure))
		return false;
	if (lease_rows_free(own->file, own->group, worker, failure))
		return database_commit(database, failure);
	database_rollback(database);
	return false;
}

static void
close_file(struct lease_store *store)
{
	struct lease_file *own = (struct lease_file *)store;

	free(own->group);
	free(own->id);
	free(own->worker);
	free(own);
}

/* Keeps out who reads the whole group, and creates the table of leases. */
static bool
prepare(struct checkpoints_file *file, const char *group, struct failure *failure)
{
	bool taken, exist;

	if (!lock_try(&file->database, group, F_RDLCK, &taken, failure))
		return false;
	if (!taken)
		return fail(failure, FAILURE_TEMPORARY,
		    "group %s is in use: another kread reads all of it, without --share", group);
	if (!lease_rows_exist(file, &exist, failure))
		return false;
	if (exist)
		return true;
	if (!database_begin(&file->database, failure))
		return false;
	/* Another reader may have created it meanwhile. */
	if (lease_rows_exist(file, &exist, failure) &&
	    (exist || database_run(&file->database, CHECKPOINTS_LEASE, failure)))
		return database_commit(&file->database, failure);
	database_rollback(&file->database);
	return false;
}

struct lease_store *
lease_file_open(struct checkpoints *groups, const char *group, const char *id,
    const struct caller *caller, struct failure *failure)
{
	struct checkpoints_file *file = checkpoints_file_of(groups);
	struct lease_file *own;
	uint64_t session;

	file->database.caller = *caller;
	if (!prepare(file, group, failure))
		return NULL;
	own = memory_new(1, sizeof *own);
	own->store = (struct lease_store){.sees_ends = true,
	    .join = join,
	    .read = read_leases,
	    .change = change_leases,
	    .add = add_leases,
	    .close = close_file};
	own->file = file;
	own->group = memory_copy_text(group);
	own->id = memory_copy_text(id);
	sqlite3_randomness(sizeof session, &session);
	snprintf(own->session, sizeof own->session, "%016llx", (unsigned long long)session);
	return &own->store;
}
