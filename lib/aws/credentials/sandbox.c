/* sandbox: what a confined tool needs to fetch credentials, and to renew them for days. */
#include <stdlib.h>
#include <string.h>

#include "aws/credentials/credentials.h"
#include "aws/credentials/runner.h"
#include "base/environment.h"
#include "base/memory.h"
#include "system/directory.h"

enum { CHAIN_MAX = 16 /* profiles that lead to one another */ };

/*
 * A token is replaced every few hours, by a file or a link of the same name (Kubernetes): its
 * directories, whichever they are.
 */
static void
read_token(struct sandbox *sandbox, const char *path)
{
	char *real = path != NULL ? realpath(path, NULL) : NULL;
	char *named = path != NULL ? directory_of(path) : NULL;
	char *linked = real != NULL ? directory_of(real) : NULL;

	sandbox_read(sandbox, path);
	sandbox_read(sandbox, named);
	sandbox_read(sandbox, linked);
	free(linked);
	free(named);
	free(real);
}

/* A renewed SSO token is written to the cache of the AWS CLI. */
static void
use_sso(struct sandbox *sandbox)
{
	const char *home = environment_user_home();
	char *cache = home != NULL ? memory_format("%s/.aws/sso/cache", home) : NULL;

	sandbox_write(sandbox, cache);
	free(cache);
}

void
credentials_sandbox(const struct aws_config *config, struct sandbox *sandbox)
{
	const char *profile = aws_config_profile(config);

	sandbox_read_replaced(sandbox, aws_config_path(config));
	sandbox_read_replaced(sandbox, aws_config_credentials_path(config));
	read_token(sandbox, environment_aws("AWS_WEB_IDENTITY_TOKEN_FILE"));
	read_token(sandbox, environment_aws("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"));
	for (unsigned i = 0; profile != NULL && i < CHAIN_MAX; i++) {
		read_token(sandbox, aws_config_get(config, profile, "web_identity_token_file"));
		if (aws_config_get(config, profile, "sso_session") != NULL ||
		    aws_config_get(config, profile, "sso_start_url") != NULL)
			use_sso(sandbox);
		if (aws_config_get(config, profile, "credential_process") != NULL)
			runner_begin(aws_config_choice(config));
		profile = aws_config_get(config, profile, "source_profile");
	}
}
