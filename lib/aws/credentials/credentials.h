/*
 * credentials: keys to sign with, from the sources that all AWS tools use, in the same order:
 * environment, assumed role, web identity, SSO, shared credentials file, credential_process, config
 * file, container, instance. With --profile the environment is not one of them; the role of
 * --role-arn is assumed with the keys that are found. Own code, as Debian has no C library of AWS.
 * Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers".
 */
#ifndef AWS_CREDENTIALS_CREDENTIALS_H
#define AWS_CREDENTIALS_CREDENTIALS_H

#include <stdbool.h>
#include <stdint.h>
#include "aws/settings/config.h"
#include "aws/settings/sigv4.h"
#include "base/buffer.h"
#include "base/caller.h"
#include "system/sandbox.h"

struct credentials;

struct credentials_settings {
	const struct aws_config *config; /* borrowed until credentials_close */
	struct caller caller; /* its detail reports the source of the keys, never their values */
};

struct credentials *credentials_open(const struct credentials_settings *settings);
void credentials_close(struct credentials *credentials); /* also wipes the keys */

/*
 * Fetches keys if there are none or if they expire soon: from 15 minutes before their end it tries
 * to, from 10 minutes before it must succeed. keys is borrowed until the next call.
 * FAILURE_PERMANENT names each source that was tried and why it has no keys; TEMPORARY: a source is
 * unreachable.
 */
bool credentials_get(
    struct credentials *credentials, struct sigv4_keys *keys, struct failure *failure);
/* Removes the secret parts of the keys from the text of a service. */
void credentials_redact(const struct credentials *credentials, struct buffer *text);
/* The service refused the keys: the next credentials_get fetches others. */
void credentials_refused(struct credentials *credentials);
/*
 * Adds what credentials_get needs, for days, to the rights that a tool keeps: files that are read
 * again, the cache of SSO tokens. Starts a process that runs credential programs, because a
 * confined process cannot. Call it before this process has threads.
 */
void credentials_sandbox(const struct aws_config *config, struct sandbox *sandbox);

#endif
