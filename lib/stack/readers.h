/*
 * readers: the readers of a consumer: the group that they read for, and how many they are. A group
 * in DynamoDB is a resource of its own, whether a line describes it or the consumer only names it.
 */
#ifndef STACK_READERS_H
#define STACK_READERS_H

#include "stack/stack.h"

/* Adds the groups and fanouts that consumers name and no line describes; after the last line. */
bool readers_add(struct stack *stack, struct failure *failure);
/* Checks that the stream of a fanout is on AWS; it is in the same region. */
bool readers_check_fanout(
    const struct stack *stack, struct resource *fanout, struct failure *failure);
/* Checks that the readers of a consumer can read its stream for its group, as many as they are. */
bool readers_check(
    const struct stack *stack, const struct resource *consumer, struct failure *failure);
/*
 * The group of a consumer, as the tools take it, borrowed: "dynamodb:dev-table", or the group kept
 * beside the stream, whose name has no prefix, since that of the stream contains it already.
 */
const char *readers_group(const struct stack *stack, const struct resource *consumer);
/* The consumer of enhanced fan-out as which it reads, borrowed; NULL: none. */
const char *readers_fanout(const struct stack *stack, const struct resource *consumer);

#endif
