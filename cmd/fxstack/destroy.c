/* destroy: deletes the stack's resources, the last first, after the user's confirmation. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fxstack/obstacles.h"

static bool count_all(struct fxstack *fx, size_t *count, struct failure *failure);
static bool confirm(struct fxstack *fx, size_t count, struct failure *failure);
static bool destroy_one(
    struct fxstack *fx, const struct resource *resource, struct failure *failure);
static bool remove_resource(struct fxstack *fx, const struct resource *resource,
    const char **action, struct failure *failure);

bool
destroy_stack(struct fxstack *fx, struct failure *failure)
{
	size_t count = 0;

	if (!fx->yes &&
	    (!count_all(fx, &count, failure) || (count > 0 && !confirm(fx, count, failure))))
		return false;
	for (size_t i = stack_count(fx->stack); i > 0; i--) {
		if (!destroy_one(fx, fxstack_resource(fx, i - 1), failure))
			return false;
	}
	return true;
}

/* Only a subscription is not found without its file. */
static bool
is_skipped(const struct fxstack *fx, const struct resource *resource)
{
	return resource->type == RESOURCE_SUBSCRIPTION ? fxstack_skip(fx, resource) != NULL
	                                               : resource->kind == NULL;
}

static bool
is_deletable(const struct fxstack *fx, const struct presence *presence)
{
	return presence->exists && (presence->ours || fx->foreign);
}

/* Names the resources that would be deleted, and counts them. */
static bool
count_all(struct fxstack *fx, size_t *count, struct failure *failure)
{
	for (size_t i = stack_count(fx->stack); i > 0; i--) {
		const struct resource *resource = fxstack_resource(fx, i - 1);
		struct presence presence = {.exists = false};
		bool good = is_skipped(fx, resource);

		fxstack_begin(fx);
		good = good || (stack_owns(fx->stack, resource, failure) &&
		                   resource->kind->read(fx->stack, resource, &presence, failure));
		if (good && is_deletable(fx, &presence)) {
			*count += 1;
			tool_message(fx->tool, "to be destroyed: the %s %s%s",
			    resource_type_name(resource->type), resource->name,
			    presence.ours ? "" : ", not created by fxstack");
		}
		presence_free(&presence);
		if (!good)
			return stack_fail_at(resource, failure);
	}
	return true;
}

/* Asks at the terminal itself, since standard input is the stack. */
static bool
confirm(struct fxstack *fx, size_t count, struct failure *failure)
{
	const char *plural = count == 1 ? "" : "s";
	char answer[16] = "";
	ssize_t got;

	if (fx->terminal < 0)
		return fail(failure, FAILURE_PERMANENT,
		    "%zu resource%s to destroy, but there is no terminal to ask at: confirm with "
		    "--yes",
		    count, plural);
	if (dprintf(fx->terminal, "%zu resource%s to destroy, with all data. Type yes to confirm: ",
	        count, plural) < 0)
		got = -1;
	else
		got = read(fx->terminal, answer, sizeof answer - 1);
	if (got < 0 && errno == EINTR)
		return fail_stopped(failure);
	if (strcmp(answer, "yes\n") != 0)
		return fail(failure, FAILURE_PERMANENT, "nothing was destroyed");
	return true;
}

static bool
destroy_one(struct fxstack *fx, const struct resource *resource, struct failure *failure)
{
	const char *action = "absent";

	if (is_skipped(fx, resource))
		return fxstack_write_result(
		    fx, resource, "skipped", (struct span){NULL, 0}, failure);
	fxstack_begin(fx);
	if (!obstacles_check_users(fx, resource, failure) ||
	    !remove_resource(fx, resource, &action, failure)) {
		if (failure->kind == FAILURE_STOPPED || failure->kind == FAILURE_READER_GONE)
			return false;
		obstacles_note(fx, resource, failure->kind);
		fxstack_report_failure(fx, resource, failure);
		action = failure->kind == FAILURE_TEMPORARY ? "failed" : "kept";
		failure->kind = FAILURE_NONE;
	}
	return fxstack_write_result(fx, resource, action, (struct span){NULL, 0}, failure);
}

/* Takes steps until the resource is gone. */
static bool
remove_resource(struct fxstack *fx, const struct resource *resource, const char **action,
    struct failure *failure)
{
	const struct resource_kind *kind = resource->kind;

	for (unsigned number = 0;; number++) {
		struct presence presence;
		bool good = fxstack_read(fx, resource, &presence, failure),
		     gone = good && !presence.exists;

		if (good && presence.exists && !is_deletable(fx, &presence))
			good = fail(failure, FAILURE_REFUSED,
			    "kept, since %s: --foreign destroys it as well",
			    presence.damage.kind == FAILURE_NONE
			        ? "fxstack did not create it"
			        : "its lines were edited and do not show that fxstack created it");
		if (good && number > 0 && !gone)
			good = fxstack_wait(fx, resource, presence.state, number, failure);
		if (good && !gone) {
			*action = "deleted";
			good = kind->remove(fx->stack, resource, &presence, failure);
		}
		presence_free(&presence);
		if (gone && kind->tidy != NULL)
			return kind->tidy(fx->stack, resource, failure);
		if (!good || gone)
			return good;
	}
}
