/* ask: which provider fxfetch asks, and with which key. */
#ifndef FXFETCH_CHOOSE_PROVIDER_H
#define FXFETCH_CHOOSE_PROVIDER_H

#include "rate/provider.h"
#include "secret/secret.h"

/*
 * The provider to ask (named, $FX_PROVIDER, or the default) and, where it
 * takes one, its key (from secret, or its file in the configuration
 * directory) in key, to be wiped by the caller. FAILURE_REFUSED: no such provider.
 */
struct provider *choose_provider(const char *named, const char *secret,
    const struct secret_settings *settings, struct buffer *key, struct failure *failure);

#endif
