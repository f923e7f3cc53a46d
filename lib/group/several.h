/* several: the checkpoints of groups that are kept in several places, to be read as one. */
#ifndef GROUP_SEVERAL_H
#define GROUP_SEVERAL_H

#include "group/checkpoints.h"

/* It has no groups yet, and takes the places that are added: checkpoints_close closes them. */
struct checkpoints *several_new(void);
/* place: where that group is kept; group NULL: those that are kept nowhere else. */
void several_add(struct checkpoints *several, const char *group, struct checkpoints *place);

#endif
