/* policy_trust: writes who may use a role. */
#include <string.h>

#include "stack/iam/policy.h"
#include "text/json.h"
#include "text/json_text.h"

bool
policy_trust(const char *trust, struct buffer *document)
{
	bool host = strchr(trust, '.') != NULL;
	bool principal_is_aws =
	    strncmp(trust, "arn:", 4) == 0 || strspn(trust, "0123456789") == strlen(trust);
	struct buffer principal;
	bool fits;

	buffer_init(&principal, 2048);
	fits = buffer_add_format(
	           &principal, "%s%s", trust, host || principal_is_aws ? "" : ".amazonaws.com") &&
	       buffer_add_text(document,
	           "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
	           "\"Principal\":{\"") &&
	       buffer_add_format(document, "%s\":[", principal_is_aws ? "AWS" : "Service") &&
	       json_add_string(document, principal.data, principal.length) &&
	       buffer_add_text(document, "]},\"Action\":[\"sts:AssumeRole\"]}]}");
	buffer_free(&principal);
	return fits;
}
