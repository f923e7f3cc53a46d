/* messages: fxcron's messages about an entry. */
#ifndef FXCRON_MESSAGES_H
#define FXCRON_MESSAGES_H

#include "fxcron/options.h"

/* The caller for lib/: its messages begin with the entry's name. */
struct caller messages_caller(struct fxcron *fx);
/* A message that begins with the entry's name, if there is one; detail: only with -v. */
void messages_say(struct fxcron *fx, const char *format, ...) __attribute__((format(printf, 2, 3)));
void messages_detail(struct fxcron *fx, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* As tool_failed, with the entry's name. */
void messages_failed(struct fxcron *fx, const struct failure *failure);

#endif
