/* internal: what the parts of alert share; private to them. */
#ifndef ALERT_INTERNAL_H
#define ALERT_INTERNAL_H

#include "alert/watches.h"

/* The watch of a key; NULL: there is none. */
struct watch *watches_find(const struct watches *watches, struct span key);
/* Adds an empty one. */
struct watch *watches_new(struct watches *watches, struct span key);

#endif
