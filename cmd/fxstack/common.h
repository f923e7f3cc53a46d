/* infrastructure: fxstack's verbs, and what they share. */
#ifndef FXSTACK_COMMON_H
#define FXSTACK_COMMON_H

#include "stack/difference.h"
#include "stack/stack.h"
#include "tool/tool.h"

struct fxstack {
	struct tool *tool;
	struct stack *stack;
	const char *prefix; /* --prefix; NULL: none */
	bool aws;
	int64_t patience; /* ms that one resource may take */
	bool yes; /* destroy does not ask */
	int terminal; /* that destroy asks at; -1: none */
	bool foreign; /* destroy: also what fxstack did not make */
	const char *const *tools; /* policy: for which */
	size_t tool_count;
	int64_t deadline; /* clock_steady, of the resource that is being dealt with */
};

/* Verbs. False: failure, which nothing after it was done for. */
bool diff_stack(struct fxstack *fx, struct failure *failure);
bool deploy_stack(struct fxstack *fx, struct failure *failure);
bool destroy_stack(struct fxstack *fx, struct failure *failure);
bool write_policies(struct fxstack *fx, struct failure *failure);
bool write_template(struct fxstack *fx, struct failure *failure);

/* Gives up what the stack does not need; makes: directories for what will be made, first. */
void confine(struct fxstack *fx, bool makes);

/* Before a resource is dealt with. */
void begin_resource(struct fxstack *fx);
/* Looks until nothing goes on inside the service. presence is freed by the caller either way. */
bool look(struct fxstack *fx, const struct resource *resource, struct presence *presence,
    struct failure *failure);
/* Waits before the step of that number for the same end, longer each time; state is told. */
bool pause_before(struct fxstack *fx, const struct resource *resource, const char *state,
    unsigned number, struct failure *failure);
/* The line about a resource. changes: a JSON array; length 0: none. */
bool report(struct fxstack *fx, const struct resource *resource, const char *action,
    struct span changes, struct failure *failure);
/* "line 3: the stream dev-rates: …", and the exit status that failure asks for. */
void say_about(struct fxstack *fx, const struct resource *resource, const struct failure *failure);
/* One that is to be told: no failure. */
void tell_about(struct fxstack *fx, const struct resource *resource, const char *sentence);

/*
 * In the order of the work: what holds data first, schedules and consumers behind it. place
 * counts from 0.
 */
const struct resource *resource_in_order(const struct fxstack *fx, size_t place);

#endif
