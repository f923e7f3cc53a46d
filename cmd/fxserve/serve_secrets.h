/* serve_secrets: the token that clients must have, and the certificate and key of TLS. */
#ifndef FXSERVE_SERVE_SECRETS_H
#define FXSERVE_SERVE_SECRETS_H

#include "base/buffer.h"
#include "fxserve/serve_options.h"

struct serve_secrets {
	char *token; /* NULL: none is wanted */
	struct buffer certificate, key; /* PEM text; empty: no TLS */
};

/* Reads them from their files, or makes a token. A failure ends the program. */
void serve_secrets_read(
    struct serve_secrets *secrets, struct tool *tool, const struct options *options);
void serve_secrets_free(struct serve_secrets *secrets);

#endif
