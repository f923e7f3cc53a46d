/* choose_provider: chooses the provider that fxfetch asks, and reads its key. */
#ifndef FXFETCH_CHOOSE_PROVIDER_H
#define FXFETCH_CHOOSE_PROVIDER_H

#include "rate/provider.h"
#include "secret/secret.h"

/*
 * Loads the provider to ask: named, or else $FX_PROVIDER, or else the default. If it needs a key,
 * reads that from secret, or else from its file in the configuration directory, into key, which the
 * caller wipes. FAILURE_REFUSED: there is no such provider.
 */
struct provider *choose_provider(const char *named, const char *secret,
    const struct secret_settings *settings, struct buffer *key, struct failure *failure);

#endif
