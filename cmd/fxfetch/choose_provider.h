/* choose_provider: chooses the provider that fxfetch asks, and reads its key. */
#ifndef FXFETCH_CHOOSE_PROVIDER_H
#define FXFETCH_CHOOSE_PROVIDER_H

#include "rate/provider.h"
#include "secret/secret.h"

/*
 * Loads the provider to ask: named, or else $FX_PROVIDER, or else the default. secret: of its key,
 * or NULL. FAILURE_REFUSED: there is no such provider.
 */
struct provider *choose_provider(const char *named, const char *secret, struct failure *failure);
/*
 * Adds what the provider needs to the rights that the tool keeps: the network, or the files of a
 * recorded one; its key; and directory, for its rate limits.
 */
void choose_provider_sandbox(const struct provider *provider, const char *secret,
    const char *directory, const struct caller *caller, struct sandbox *sandbox);
/*
 * If it needs a key: reads that from secret, or else from its file in the configuration directory,
 * into key, which the caller wipes.
 */
bool choose_provider_key(const struct provider *provider, const char *secret,
    const struct secret_settings *settings, struct buffer *key, struct failure *failure);

#endif
