/* instances: several loops of one command, each in a process of its own. */
#ifndef FXCRON_INSTANCES_H
#define FXCRON_INSTANCES_H

#include "fxcron/options.h"

/*
 * Calls loop in as many processes as the entry has instances, and waits until all have ended. One
 * that needs attention ends alone; the others continue. Notes the worst exit status in the tool.
 */
void instances_run(struct fxcron *fx, const char *shell,
    void (*loop)(struct fxcron *fx, const char *shell, struct failure *failure),
    struct failure *failure);

#endif
