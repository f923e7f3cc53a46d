/* sandbox: what a confined tool needs for calls to AWS. */
#include <stdlib.h>

#include "aws/client/aws.h"
#include "net/curl.h"
#include "text/digest.h"

/* What is wrong with the files is reported when they are read again. */
static void
read_invalid(struct sandbox *sandbox)
{
	char *path, *credentials_path;

	aws_config_files(&path, &credentials_path);
	sandbox_read(sandbox, path);
	sandbox_read(sandbox, credentials_path);
	free(credentials_path);
	free(path);
}

void
aws_sandbox(const struct caller *caller, struct sandbox *sandbox)
{
	struct failure ignored;
	struct aws_config *config = aws_config_open(caller->aws, &ignored);

	sandbox->network = true;
	/* Wherever the libraries are. What is wrong is reported when the first call is made. */
	(void)http_curl_load(&ignored);
	(void)digest_load(&ignored);
	if (config == NULL) {
		read_invalid(sandbox);
		return;
	}
	sandbox_read_replaced(sandbox, aws_config_setting(config, "AWS_CA_BUNDLE", "ca_bundle"));
	credentials_sandbox(config, sandbox);
	aws_config_close(config);
}
