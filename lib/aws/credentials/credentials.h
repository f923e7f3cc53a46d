/*
 * credentials: keys to sign with, from where every AWS tool takes them, in the
 * same order: environment, assumed role, web identity, SSO, shared credentials
 * file, credential_process, config file, container, instance. Source: AWS SDKs
 * and Tools Reference Guide, "Standardized credential providers".
 */
#ifndef AWS_CREDENTIALS_CREDENTIALS_H
#define AWS_CREDENTIALS_CREDENTIALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include "aws/settings/config.h"
#include "aws/settings/sigv4.h"
#include "base/caller.h"

struct credentials;

struct credentials_settings {
	const struct aws_config *config; /* outlives them */
	struct caller caller; /* its detail hears where they are from, never what they are */
};

struct credentials *credentials_open(const struct credentials_settings *settings);
void credentials_close(struct credentials *credentials); /* wipes them */

/*
 * The keys, fetched where there are none yet, fetched anew where they end soon:
 * from 15 minutes before that it is tried, and from 10 minutes before it must
 * succeed. keys is borrowed until the next call. FAILURE_PERMANENT names every
 * place tried and why it did not serve; TEMPORARY where one is out of reach.
 */
bool credentials_get(
    struct credentials *credentials, struct sigv4_keys *keys, struct failure *failure);
/* They were refused (expired, unknown): the next credentials_get fetches others. */
void credentials_refused(struct credentials *credentials);
/*
 * Does fetching them start a program (credential_process), or write a file (an
 * SSO token that is renewed)? Known after credentials_get.
 */
bool credentials_run_programs(const struct credentials *credentials);

#endif
