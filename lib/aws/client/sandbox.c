/* sandbox: what a confined tool needs for calls to AWS. */
#include "aws/client/aws.h"
#include "net/curl.h"

void
aws_sandbox(const struct caller *caller, struct sandbox *sandbox)
{
	struct failure ignored;
	struct aws_config *config = aws_config_open(caller->aws, &ignored);

	sandbox->network = true;
	/* Wherever libcurl is. What is wrong is reported when the first call is made. */
	(void)http_curl_load(&ignored);
	if (config == NULL)
		return;
	sandbox_read_replaced(sandbox, aws_config_setting(config, "AWS_CA_BUNDLE", "ca_bundle"));
	credentials_sandbox(config, sandbox);
	aws_config_close(config);
}
