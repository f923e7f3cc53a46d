/* schedule: a schedule or a consumer of a stack, as an entry of the crontab. */
#ifndef STACK_LOCAL_SCHEDULE_H
#define STACK_LOCAL_SCHEDULE_H

#include "stack/stack.h"

/*
 * The entry of a resource is the one of its name that works on its FX_HOME. If another home has
 * taken the name, the entry is called NAME.1a2b3c4d (schedule/home.h).
 */

/* In the order in which they are compared; NULL ends them. */
extern const char *const schedule_settings[];

/* The steps of struct resource_kind. */
bool schedule_read(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure);
bool schedule_make(struct stack *stack, const struct resource *resource, struct failure *failure);
bool schedule_change(struct stack *stack, const struct resource *resource,
    const struct presence *presence, const char *setting, struct failure *failure);
/* Replaces the entry with one of ours that does nothing. */
bool schedule_idle(struct stack *stack, const struct resource *resource,
    const struct presence *presence, struct failure *failure);
bool schedule_remove(struct stack *stack, const struct resource *resource,
    const struct presence *presence, struct failure *failure);

#endif
