/* obstacles: why a resource that can be created, changed or deleted must stay as it is. */
#ifndef FXSTACK_OBSTACLES_H
#define FXSTACK_OBSTACLES_H

#include "fxstack/common.h"

/* Notes that a resource was refused, or failed for now. */
void obstacles_note(struct fxstack *fx, const struct resource *resource, enum failure_kind kind);
/* Reports a setting that cannot be changed in place. */
void obstacles_refuse(struct fxstack *fx, const struct resource *resource,
    const struct difference *fixed, enum failure_kind kind);
/*
 * May the resource be created or changed? Not an entry that fxstack did not create, nor a resource
 * that uses another one, such as a schedule its stream, which was refused or failed.
 */
bool obstacles_check(const struct fxstack *fx, const struct resource *resource,
    const struct presence *presence, struct failure *failure);
/* May the resource be deleted? Not if a delivery that is kept uses it: a bucket, role or stream. */
bool obstacles_check_users(
    const struct fxstack *fx, const struct resource *resource, struct failure *failure);

#endif
