/* served: the variables that tell a schedule's or consumer's command what it works on. */
#ifndef STACK_SERVED_H
#define STACK_SERVED_H

#include "stack/stack.h"

/*
 * Adds FX_STREAM, FX_GROUP, FX_FANOUT, FX_TABLE, FX_TOPIC and FX_ARCHIVE to the wanted environment
 * of resource, unless its line sets them: the names of the stream, the group and the fanout if the
 * line names them, the table, the topic, and the delivery or bucket.
 */
bool served_want(const struct stack *stack, struct resource *resource, struct failure *failure);
/*
 * The file with the URL of the webhook that takes the place of a topic which the line names and
 * which is not on AWS, to free; NULL: there is no such topic.
 */
char *served_webhook(const struct stack *stack, const struct resource *resource);

#endif
