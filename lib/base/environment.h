/* environment: the variables that lib/ reads; nothing else in lib/ reads them. An empty variable
 * counts as unset. Results stay valid until the process ends. */
#ifndef BASE_ENVIRONMENT_H
#define BASE_ENVIRONMENT_H

#include <stdbool.h>
#include "base/failure.h"

/* $FX_HOME, or ${XDG_DATA_HOME:-$HOME/.local/share}/fxpipe. */
bool environment_home(const char **home, struct failure *failure);
/* ${XDG_CONFIG_HOME:-$HOME/.config}/fxpipe. */
bool environment_config(const char **directory, struct failure *failure);
/* ${XDG_STATE_HOME:-$HOME/.local/state}/fxpipe. */
bool environment_state(const char **directory, struct failure *failure);
/* $FX_STREAM or $FX_TABLE, each else "rates"; $FX_PROVIDER, else NULL. */
const char *environment_stream(void);
const char *environment_table(void);
const char *environment_provider(void);
/* $FX_LOG, which should be "json" or "text"; else NULL. */
const char *environment_log(void);
/* The directory of the tz database: $TZDIR if it is an absolute path, else /usr/share/zoneinfo. */
const char *environment_zones(void);
/* $HOME, else NULL. */
const char *environment_user_home(void);
/* A variable that programs at a terminal share, such as "TERM" or "NO_COLOR"; else NULL. */
const char *environment_terminal(const char *name);
/* Do LC_ALL, LC_CTYPE or LANG, the first that is set, name UTF-8? */
bool environment_is_utf8(void);
/* All variables, for programs that are started: NAME=VALUE, the last NULL. */
char *const *environment_all(void);
/* A variable that AWS tools share, such as "AWS_REGION"; else NULL. */
const char *environment_aws(const char *name);
/* A variable that programs on the network share, such as "SSL_CERT_FILE"; else NULL. */
const char *environment_network(const char *name);
/* How many sockets the service manager has passed to this process, from descriptor 3 on. */
unsigned environment_passed_sockets(void);

#endif
