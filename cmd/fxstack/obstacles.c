/* obstacles: finds entries that others made, and resources that use one that was refused. */
#include "base/memory.h"
#include "fxstack/obstacles.h"

static size_t
place_of(const struct fxstack *fx, const struct resource *resource)
{
	size_t place = 0;

	while (stack_resource(fx->stack, place) != resource)
		place++;
	return place;
}

void
obstacles_note(struct fxstack *fx, const struct resource *resource, enum failure_kind kind)
{
	if (fx->failed == NULL)
		fx->failed = memory_new(stack_count(fx->stack), sizeof *fx->failed);
	fx->failed[place_of(fx, resource)] = kind;
}

void
obstacles_refuse(struct fxstack *fx, const struct resource *resource,
    const struct difference *fixed, enum failure_kind kind)
{
	struct failure failure;

	fail(&failure, kind,
	    "%s is %s, not %s, and cannot be changed in place: destroy the resource and deploy "
	    "again (its data are lost), or use another name",
	    fixed->setting, fixed->from != NULL ? fixed->from : "not set", fixed->to);
	fxstack_report_failure(fx, resource, &failure);
	obstacles_note(fx, resource, FAILURE_PERMANENT);
}

static bool
check_served(const struct fxstack *fx, const struct resource *resource, enum resource_type type,
    bool exists, struct failure *failure)
{
	const struct resource *on = stack_serves(fx->stack, resource, type);
	enum failure_kind failed = FAILURE_NONE;

	if (on != NULL && fx->failed != NULL)
		failed = fx->failed[place_of(fx, on)];
	return failed == FAILURE_NONE ||
	       fail(failure, failed, "%s, because the %s %s %s",
	           exists                       ? "left as it is"
	           : fxstack_is_entry(resource) ? "not installed"
	                                        : "not created",
	           resource_type_name(type), on->name,
	           failed == FAILURE_TEMPORARY ? "has failed" : "was refused");
}

/* Which types use resources of which others; only if their lines name them? */
static const struct {
	enum resource_type type, on;
	bool named;
} uses[] = {{RESOURCE_SCHEDULE, RESOURCE_STREAM, false}, {RESOURCE_SCHEDULE, RESOURCE_TABLE, false},
    {RESOURCE_SCHEDULE, RESOURCE_TOPIC, true}, {RESOURCE_SCHEDULE, RESOURCE_BUCKET, true},
    {RESOURCE_SCHEDULE, RESOURCE_DELIVERY, true}, {RESOURCE_CONSUMER, RESOURCE_STREAM, false},
    {RESOURCE_CONSUMER, RESOURCE_TABLE, false}, {RESOURCE_CONSUMER, RESOURCE_GROUP, true},
    {RESOURCE_CONSUMER, RESOURCE_TOPIC, true}, {RESOURCE_CONSUMER, RESOURCE_BUCKET, true},
    {RESOURCE_CONSUMER, RESOURCE_DELIVERY, true}, {RESOURCE_CONSUMER, RESOURCE_FANOUT, true},
    {RESOURCE_FANOUT, RESOURCE_STREAM, false}, {RESOURCE_SUBSCRIPTION, RESOURCE_TOPIC, false},
    {RESOURCE_DELIVERY, RESOURCE_BUCKET, false}, {RESOURCE_DELIVERY, RESOURCE_ROLE, false}};

bool
obstacles_check(const struct fxstack *fx, const struct resource *resource,
    const struct presence *presence, struct failure *failure)
{
	if (fxstack_is_entry(resource) && presence->exists && !presence->ours)
		return fail(failure, FAILURE_PERMANENT,
		    "the entry %s exists, and fxstack did not create it: remove it with fxcron "
		    "remove %s, or use another name or --prefix",
		    presence->entry, presence->entry);
	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
		const char *member = resource_type_name(uses[i].on);

		if (uses[i].type == resource->type &&
		    (!uses[i].named || resource_member(resource, member) != NULL) &&
		    !check_served(fx, resource, uses[i].on, presence->exists, failure))
			return false;
	}
	return true;
}

static bool
is_used_by(const struct fxstack *fx, const struct resource *resource, const struct resource *user)
{
	bool named = resource->type == RESOURCE_STREAM;

	return user->type == RESOURCE_DELIVERY &&
	       (resource->type == RESOURCE_BUCKET || resource->type == RESOURCE_ROLE ||
	           (named && resource_member(user, "stream") != NULL)) &&
	       stack_serves(fx->stack, user, resource->type) == resource;
}

bool
obstacles_check_users(
    const struct fxstack *fx, const struct resource *resource, struct failure *failure)
{
	for (size_t i = 0; fx->failed != NULL && i < stack_count(fx->stack); i++) {
		const struct resource *user = stack_resource(fx->stack, i);

		if (fx->failed[i] != FAILURE_NONE && is_used_by(fx, resource, user))
			return fail(failure, fx->failed[i],
			    "kept, because the %s %s, which uses it, %s",
			    resource_type_name(user->type), user->name,
			    fx->failed[i] == FAILURE_TEMPORARY ? "could not be deleted yet"
			                                       : "was kept");
	}
	return true;
}
