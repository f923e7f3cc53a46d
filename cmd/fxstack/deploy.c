/* deploy: fxstack's diff and deploy: what differs, and step by step no more. */
#include <string.h>

#include "fxstack/common.h"

enum { CHANGES_MOST = 4 * RESOURCE_LINE_MOST };

/* One resource on its way to what is wanted. */
struct way {
	const struct resource *resource;
	struct presence presence; /* as just looked at */
	struct differences differences; /* of it */
	struct buffer changes; /* JSON: all that differed at first */
	const char *action;
	const char *setting; /* changed by the step before; NULL: none, or it was made */
	unsigned steps; /* that were for the same end */
	bool made;
};

static bool look_on(struct fxstack *fx, struct way *way, struct failure *failure);
static bool step(struct fxstack *fx, struct way *way, bool *done, struct failure *failure);
static bool skip(struct fxstack *fx, const struct resource *resource, bool *skipped, bool quiet,
    struct failure *failure);
static void tell(struct fxstack *fx, const struct way *way);
static bool settle_failure(
    struct fxstack *fx, const struct way *way, bool quiet, struct failure *failure);

static struct way
begin(struct fxstack *fx, const struct resource *resource)
{
	struct way way = {.resource = resource, .action = "unchanged"};

	begin_resource(fx);
	buffer_init(&way.changes, CHANGES_MOST);
	return way;
}

static void
end(struct way *way)
{
	presence_free(&way->presence);
	buffer_free(&way->changes);
}

static void
refuse(struct fxstack *fx, const struct way *way, enum failure_kind kind)
{
	const struct difference *fixed = way->differences.fixed;
	struct failure failure;

	fail(&failure, kind,
	    "%s is %s, not %s, and cannot be changed in place: destroy it and deploy again (what "
	    "it holds goes), or give the new one another name",
	    fixed->setting, fixed->from != NULL ? fixed->from : "not there", fixed->to);
	say_about(fx, way->resource, &failure);
}

static bool
diff_one(struct fxstack *fx, const struct resource *resource, struct failure *failure)
{
	struct way way = begin(fx, resource);
	bool skipped, good = skip(fx, resource, &skipped, true, failure);

	if (good && !skipped) {
		good = look_on(fx, &way, failure);
		tell(fx, &way);
		if (!good) {
			good = settle_failure(fx, &way, true, failure);
		} else if (!way.presence.exists || way.differences.count > 0) {
			way.action = !way.presence.exists            ? "make"
			             : way.differences.fixed != NULL ? "refused"
			                                             : "change";
			if (way.presence.exists && way.differences.fixed != NULL)
				refuse(fx, &way, FAILURE_REFUSED);
			tool_note_status(fx->tool, 1);
			good = report(fx, resource, way.action, buffer_span(&way.changes), failure);
		}
	}
	end(&way);
	return good;
}

static bool
deploy_one(struct fxstack *fx, const struct resource *resource, struct failure *failure)
{
	struct way way = begin(fx, resource);
	bool skipped, done = false, good = skip(fx, resource, &skipped, false, failure);

	if (good && !skipped) {
		while (good && !done)
			good = look_on(fx, &way, failure) && step(fx, &way, &done, failure);
		tell(fx, &way);
		if (!good) {
			good = settle_failure(fx, &way, false, failure);
		} else {
			if (way.differences.fixed != NULL) {
				way.action = "refused";
				refuse(fx, &way, FAILURE_PERMANENT);
			}
			good = report(fx, resource, way.action, buffer_span(&way.changes), failure);
		}
	}
	end(&way);
	return good;
}

bool
diff_stack(struct fxstack *fx, struct failure *failure)
{
	for (size_t i = 0; i < stack_count(fx->stack); i++) {
		if (!diff_one(fx, resource_in_order(fx, i), failure))
			return false;
	}
	return true;
}

bool
deploy_stack(struct fxstack *fx, struct failure *failure)
{
	for (size_t i = 0; i < stack_count(fx->stack); i++) {
		if (!deploy_one(fx, resource_in_order(fx, i), failure))
			return false;
	}
	return true;
}

/* Is it made here at all, and is there something to make it of? */
static bool
skip(struct fxstack *fx, const struct resource *resource, bool *skipped, bool quiet,
    struct failure *failure)
{
	const cJSON *optional = cJSON_GetObjectItemCaseSensitive(resource->members, "optional");
	bool valueless = resource->type == RESOURCE_SECRET && cJSON_IsTrue(optional) &&
	                 settings_get(&resource->wanted, "value") == NULL;

	*skipped = resource->kind == NULL || valueless;
	if (!*skipped || quiet)
		return true;
	if (valueless)
		tool_verbose(fx->tool, "the secret %s: nothing is where its value comes from",
		    resource->name);
	return report(fx, resource, "skipped", (struct span){NULL, 0}, failure);
}

/* As it is now, and in what it differs; the first time also as JSON. */
static bool
look_on(struct fxstack *fx, struct way *way, struct failure *failure)
{
	presence_free(&way->presence);
	if (!look(fx, way->resource, &way->presence, failure))
		return false;
	differences_find(way->resource, &way->presence, &way->differences);
	if (way->changes.length == 0 && (!way->presence.exists || way->differences.count > 0))
		return differences_write(&way->differences, &way->changes) ||
		       fail(failure, FAILURE_PERMANENT, "too much to tell");
	return true;
}

/* Once, what a person should know of it. */
static void
tell(struct fxstack *fx, const struct way *way)
{
	const struct resource_kind *kind = way->resource->kind;
	const char *remark = kind->remark != NULL ? kind->remark(way->resource) : NULL;

	if (remark != NULL)
		tell_about(fx, way->resource, remark);
	if (way->presence.exists && !way->presence.ours && !way->made)
		tool_verbose(fx->tool,
		    "the %s %s was not made by fxstack: it is brought to what the line says, and "
		    "destroy will keep it",
		    resource_type_name(way->resource->type), way->resource->name);
}

/* Steps for the same end wait, each longer than the one before. */
static bool
wait_for_turn(struct fxstack *fx, struct way *way, const char *setting, struct failure *failure)
{
	way->steps = way->setting == setting ? way->steps + 1 : 0;
	way->setting = setting;
	return way->steps == 0 ||
	       pause_before(fx, way->resource, way->presence.state, way->steps, failure);
}

static bool
step(struct fxstack *fx, struct way *way, bool *done, struct failure *failure)
{
	static const char making[] = "";
	const struct resource_kind *kind = way->resource->kind;
	const struct difference *next = way->differences.next;

	if (!way->presence.exists) {
		if (!wait_for_turn(fx, way, making, failure))
			return false;
		way->action = "made";
		way->made = true;
		return kind->make(fx->stack, way->resource, failure);
	}
	*done = next == NULL;
	if (*done)
		return true;
	if (!wait_for_turn(fx, way, next->setting, failure))
		return false;
	way->action = way->made ? "made" : "changed";
	return kind->change(fx->stack, way->resource, &way->presence, next->setting, failure);
}

/* What failed for one resource is told; the others go on, unless all of it ends. */
static bool
settle_failure(struct fxstack *fx, const struct way *way, bool quiet, struct failure *failure)
{
	if (failure->kind == FAILURE_STOPPED || failure->kind == FAILURE_READER_GONE)
		return false;
	bool temporary = failure->kind == FAILURE_TEMPORARY;
	failure->kind = temporary && !quiet ? FAILURE_TEMPORARY : FAILURE_PERMANENT;
	say_about(fx, way->resource, failure);
	failure->kind = FAILURE_NONE;
	return quiet || report(fx, way->resource, temporary ? "failed" : "refused",
	                    buffer_span(&way->changes), failure);
}
