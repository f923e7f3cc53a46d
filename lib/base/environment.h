/* environment: the one place in lib/ that reads the environment. Borrowed results last. */
#ifndef BASE_ENVIRONMENT_H
#define BASE_ENVIRONMENT_H

#include <stdbool.h>
#include "base/failure.h"

/* $FX_HOME, or ${XDG_DATA_HOME:-$HOME/.local/share}/fxpipe. */
bool environment_home(const char **home, struct failure *failure);
/* ${XDG_CONFIG_HOME:-$HOME/.config}/fxpipe. */
bool environment_config(const char **directory, struct failure *failure);
/* $FX_STREAM, $FX_TABLE or "rates"; $FX_PROVIDER or NULL. Set but empty counts as not set. */
const char *environment_stream(void);
const char *environment_table(void);
const char *environment_provider(void);
/* $FX_LOG, "json" or "text" where it is right; NULL: not set. */
const char *environment_log(void);
/* $HOME or NULL. */
const char *environment_user_home(void);
/* Any of AWS's own: "AWS_REGION". NULL where it is not set, or empty. */
const char *environment_aws(const char *name);

#endif
