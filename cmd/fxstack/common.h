/* common: the state of fxstack, its subcommands, and functions that they share. */
#ifndef FXSTACK_COMMON_H
#define FXSTACK_COMMON_H

#include "stack/difference.h"
#include "stack/stack.h"
#include "tool/tool.h"

/* The tools for which policies are written, other than fxstack itself. */
#define FXSTACK_TOOLS(each) \
	each("fxfetch") each("kput") each("kread") each("kack") each("kstat") each("ddbput") \
	    each("ddbget") each("smget") each("cwput") each("snspub") each("s3put") each("s3get") \
	        each("fxserve") each("fxhealth") each("fxroll") each("fxalert")

struct fxstack {
	struct tool *tool;
	struct stack *stack;
	const char *prefix; /* --prefix; NULL: none */
	bool aws; /* --aws */
	int64_t timeout; /* --timeout: ms, for each resource */
	bool yes; /* --yes: destroy does not ask */
	bool foreign; /* --foreign: destroy also deletes resources that fxstack did not create */
	int terminal; /* at which destroy asks; -1: none */
	const char *const *tools; /* the operands of policy */
	size_t tool_count;
	int64_t deadline; /* clock_steady, for the current resource */
	enum failure_kind *failed; /* of each resource, see obstacles.h; NULL: none has failed */
};

/*
 * The subcommands. False: a failure that ended the work. Failures of single resources are reported
 * and the others continue.
 */
bool deploy_diff(struct fxstack *fx, struct failure *failure);
bool deploy_stack(struct fxstack *fx, struct failure *failure);
bool destroy_stack(struct fxstack *fx, struct failure *failure);
bool documents_policies(struct fxstack *fx, struct failure *failure);
bool documents_template(struct fxstack *fx, struct failure *failure);

/* Gives up the rights that the stack does not need. create: first creates its directories. */
void confinement_enter(struct fxstack *fx, bool create);

/*
 * Why a resource is left out, a sentence: such a resource cannot be embedded, it is optional and
 * its file does not exist, or it publishes to a topic that does not exist here. NULL: it is not.
 */
const char *fxstack_skip(const struct fxstack *fx, const struct resource *resource);
/* Is it a schedule or a consumer, an entry of fxcron(1)? */
bool fxstack_is_entry(const struct resource *resource);
/* Why the stack's schedules are not started, a sentence; NULL: they are, or there are none. */
const char *fxstack_cron_fault(const struct fxstack *fx);
/*
 * The resource at a place, from 0, in the order of the work: first those that hold data, then
 * those that name them, then schedules and consumers, which use all.
 */
const struct resource *fxstack_resource(const struct fxstack *fx, size_t place);
/* Starts the time limit of the next resource. */
void fxstack_begin(struct fxstack *fx);
/* Reads a resource's state once it is not busy. Free presence even after failure. */
bool fxstack_read(struct fxstack *fx, const struct resource *resource, struct presence *presence,
    struct failure *failure);
/*
 * Waits before the step of that number towards the same goal, longer each time, and shows state as
 * progress. FAILURE_TEMPORARY after the deadline.
 */
bool fxstack_wait(struct fxstack *fx, const struct resource *resource, const char *state,
    unsigned number, struct failure *failure);

/* Writes the result for a resource to standard output. changes: a JSON array; length 0: none. */
bool fxstack_write_result(struct fxstack *fx, const struct resource *resource, const char *action,
    struct span changes, struct failure *failure);
/* Prints "line 3: the stream dev-rates: FAILURE" and notes its exit status. */
void fxstack_report_failure(
    struct fxstack *fx, const struct resource *resource, const struct failure *failure);
/* Prints "line 3: the stream dev-rates: REMARK". */
void fxstack_report_remark(struct fxstack *fx, const struct resource *resource, const char *remark);

#endif
