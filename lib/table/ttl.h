/*
 * ttl: the attribute with the time at which an item ends. DynamoDB deletes an item some time after
 * that time, if it is a Number of seconds since 1970; it silently ignores anything else. Source:
 * DynamoDB Developer Guide, "Time to Live (TTL)".
 */
#ifndef TABLE_TTL_H
#define TABLE_TTL_H

#include <stdbool.h>
#include "base/failure.h"
#include "base/span.h"

/*
 * Checks the attribute. False, FAILURE_REFUSED: it exists, but is not whole seconds from 1000000000
 * (2001) to 99999999999 (5138), but a time as text, milliseconds, a duration. An item that is not a
 * JSON object passes.
 */
bool ttl_check(const char *attribute, struct span item, bool typed, struct failure *failure);

#endif
