/* deploy: diff and deploy: compares each resource with its line, and changes it step by step. */
#include <string.h>

#include "fxstack/obstacles.h"

enum { CHANGES_MOST = 4 * RESOURCE_LINE_MOST };

/* The work on one resource. */
struct work {
	const struct resource *resource;
	struct presence presence; /* as last read */
	struct differences differences; /* of presence from the line */
	struct buffer changes; /* the first differences, as JSON */
	const char *action;
	const char *setting; /* that the last step changed; creating; NULL: there was no step */
	unsigned steps; /* in a row for that setting */
	struct failure refused; /* why the last step has to be tried again; text "": not known */
	bool made;
};

static const char creating[] = "";

static bool compare(struct fxstack *fx, struct work *work, struct failure *failure);
static bool step(struct fxstack *fx, struct work *work, bool *done, struct failure *failure);
static bool skip(struct fxstack *fx, const struct resource *resource, bool *skipped, bool quiet,
    struct failure *failure);
static void report_remarks(struct fxstack *fx, const struct work *work);
static bool settle_failure(
    struct fxstack *fx, const struct work *work, bool quiet, struct failure *failure);

static struct work
begin(struct fxstack *fx, const struct resource *resource)
{
	struct work work = {.resource = resource, .action = "unchanged"};

	fxstack_begin(fx);
	buffer_init(&work.changes, CHANGES_MOST);
	return work;
}

static void
end(struct work *work)
{
	presence_free(&work->presence);
	buffer_free(&work->changes);
}

/* The action that diff shows; reports why a change would be refused. */
static const char *
choose_action(struct fxstack *fx, const struct work *work)
{
	struct failure failure;

	if (work->presence.exists && work->differences.fixed != NULL) {
		obstacles_refuse(fx, work->resource, work->differences.fixed, FAILURE_REFUSED);
		return "refused";
	}
	if (!obstacles_check(fx, work->resource, &work->presence, &failure)) {
		failure.kind = FAILURE_REFUSED;
		fxstack_report_failure(fx, work->resource, &failure);
		return "refused";
	}
	return work->presence.exists ? "change" : "make";
}

static bool
diff_one(struct fxstack *fx, const struct resource *resource, struct failure *failure)
{
	struct work work = begin(fx, resource);
	bool skipped, good = skip(fx, resource, &skipped, true, failure);

	if (good && !skipped) {
		good = compare(fx, &work, failure);
		report_remarks(fx, &work);
		if (!good) {
			good = settle_failure(fx, &work, true, failure);
		} else if (!work.presence.exists || work.differences.count > 0) {
			work.action = choose_action(fx, &work);
			tool_note_status(fx->tool, 1);
			good = fxstack_write_result(
			    fx, resource, work.action, buffer_span(&work.changes), failure);
		}
	}
	end(&work);
	return good;
}

static bool
deploy_one(struct fxstack *fx, const struct resource *resource, struct failure *failure)
{
	struct work work = begin(fx, resource);
	bool skipped, done = false, good = skip(fx, resource, &skipped, false, failure);

	if (good && !skipped) {
		while (good && !done)
			good = compare(fx, &work, failure) && step(fx, &work, &done, failure);
		report_remarks(fx, &work);
		if (!good) {
			good = settle_failure(fx, &work, false, failure);
		} else {
			if (work.differences.fixed != NULL) {
				work.action = "refused";
				obstacles_refuse(
				    fx, resource, work.differences.fixed, FAILURE_PERMANENT);
			}
			good = fxstack_write_result(
			    fx, resource, work.action, buffer_span(&work.changes), failure);
		}
	}
	end(&work);
	return good;
}

static bool
for_each(struct fxstack *fx,
    bool (*one)(struct fxstack *fx, const struct resource *resource, struct failure *failure),
    struct failure *failure)
{
	for (size_t i = 0; i < stack_count(fx->stack); i++) {
		if (!one(fx, fxstack_resource(fx, i), failure))
			return false;
	}
	return true;
}

bool
deploy_diff(struct fxstack *fx, struct failure *failure)
{
	return for_each(fx, diff_one, failure);
}

bool
deploy_stack(struct fxstack *fx, struct failure *failure)
{
	bool good = for_each(fx, deploy_one, failure);
	const char *fault = good ? fxstack_cron_fault(fx) : NULL;

	if (fault != NULL)
		tool_message(fx->tool, "%s", fault);
	return good;
}

static bool
skip(struct fxstack *fx, const struct resource *resource, bool *skipped, bool quiet,
    struct failure *failure)
{
	const char *why = fxstack_skip(fx, resource);

	*skipped = why != NULL;
	if (!*skipped || quiet)
		return true;
	tool_verbose(fx->tool, "the %s %s: skipped, since %s", resource_type_name(resource->type),
	    resource->name, why);
	return fxstack_write_result(fx, resource, "skipped", (struct span){NULL, 0}, failure);
}

/* Reads the resource and compares it with its line; the first time, notes the changes. */
static bool
compare(struct fxstack *fx, struct work *work, struct failure *failure)
{
	presence_free(&work->presence);
	if (!fxstack_read(fx, work->resource, &work->presence, failure))
		return false;
	if (work->presence.damage.kind != FAILURE_NONE) {
		*failure = work->presence.damage;
		return false;
	}
	differences_find(work->resource, &work->presence, &work->differences);
	if (work->changes.length == 0 && (!work->presence.exists || work->differences.count > 0))
		return differences_write(&work->differences, &work->changes) ||
		       fail(failure, FAILURE_PERMANENT, "the list of changes is too long");
	return true;
}

/* Reports settings that have no effect, and resources of others. */
static void
report_remarks(struct fxstack *fx, const struct work *work)
{
	const struct resource_kind *kind = work->resource->kind;
	const char *remark = kind->remark != NULL ? kind->remark(work->resource) : NULL;

	if (remark != NULL)
		fxstack_report_remark(fx, work->resource, remark);
	if (work->presence.exists && work->presence.note != NULL)
		fxstack_report_remark(fx, work->resource, work->presence.note);
	if (work->presence.exists && !work->presence.ours && !work->made)
		tool_verbose(fx->tool, "the %s %s was not created by fxstack: %sdestroy keeps it",
		    resource_type_name(work->resource->type), work->resource->name,
		    fxstack_is_entry(work->resource) ? ""
		                                     : "deploy changes it as its line says, and ");
}

/* Steps towards the same goal wait, each longer than the one before. */
static bool
wait_between_steps(
    struct fxstack *fx, struct work *work, const char *setting, struct failure *failure)
{
	const char *state = work->presence.state;
	const char *why = state[0] != '\0' ? state : work->refused.text;

	work->steps = work->setting == setting ? work->steps + 1 : 0;
	work->setting = setting;
	return work->steps == 0 || fxstack_wait(fx, work->resource, why, work->steps, failure);
}

/* setting: creating, or the one to change. */
static bool
take_step(struct fxstack *fx, struct work *work, const char *setting, struct failure *failure)
{
	const struct resource_kind *kind = work->resource->kind;
	bool good;

	failure->text[0] = '\0';
	good = wait_between_steps(fx, work, setting, failure) &&
	       (setting == creating ? kind->make(fx->stack, work->resource, failure)
	                            : kind->change(fx->stack, work->resource, &work->presence,
	                                  setting, failure));
	work->refused = *failure;
	return good;
}

static bool
step(struct fxstack *fx, struct work *work, bool *done, struct failure *failure)
{
	const struct difference *next = work->differences.next;

	*done = work->presence.exists && next == NULL;
	if (*done)
		return true;
	if (!obstacles_check(fx, work->resource, &work->presence, failure))
		return false;
	work->made = work->made || !work->presence.exists;
	work->action = work->made ? "made" : "changed";
	return take_step(fx, work, work->presence.exists ? next->setting : creating, failure);
}

/* Reports the failure of one resource; the work continues with the next, unless it was ended. */
static bool
settle_failure(struct fxstack *fx, const struct work *work, bool quiet, struct failure *failure)
{
	if (failure->kind == FAILURE_STOPPED || failure->kind == FAILURE_READER_GONE)
		return false;
	bool temporary = failure->kind == FAILURE_TEMPORARY;
	failure->kind = temporary && !quiet ? FAILURE_TEMPORARY : FAILURE_PERMANENT;
	obstacles_note(fx, work->resource, failure->kind);
	fxstack_report_failure(fx, work->resource, failure);
	failure->kind = FAILURE_NONE;
	return quiet || fxstack_write_result(fx, work->resource, temporary ? "failed" : "refused",
	                    buffer_span(&work->changes), failure);
}
