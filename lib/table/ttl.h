/*
 * ttl: an attribute that says when an item ends. DynamoDB deletes an item some
 * time after the second since 1970 that a Number says; it ignores anything else
 * without a word. Source: DynamoDB Developer Guide, "Time to Live (TTL)".
 */
#ifndef TABLE_TTL_H
#define TABLE_TTL_H

#include <stdbool.h>
#include "base/failure.h"
#include "base/span.h"

/*
 * May DynamoDB act on the attribute? FAILURE_REFUSED and why, where it is there
 * and is not whole seconds from 1000000000 (2001) to 99999999999 (5138): a
 * time as text, milliseconds, a duration. Text that is no JSON object is good.
 */
bool ttl_check(const char *attribute, struct span item, bool typed, struct failure *failure);

#endif
