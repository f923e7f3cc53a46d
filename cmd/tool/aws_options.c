/* aws_options: the options of all tools that can call AWS. */
#include <string.h>

#include "aws/settings/endpoint.h"
#include "tool/tool.h"

#define SHOWN(text) show(&(struct shown){.text = ""}, text, strlen(text))

static void
read_profile(struct tool *tool, const char *option, const char *text, void *target)
{
	if (text[0] == '\0')
		tool_usage(tool, "option %s: the name of a profile is required", option);
	*(const char **)target = text;
}

static void
read_region(struct tool *tool, const char *option, const char *text, void *target)
{
	if (!endpoint_is_region(text))
		tool_usage(tool, "option %s: \"%s\" is not the name of a region such as eu-west-1",
		    option, SHOWN(text));
	*(const char **)target = text;
}

static void
read_endpoint(struct tool *tool, const char *option, const char *text, void *target)
{
	/* Before an @ there may be a password: do not show it. */
	if (strchr(text, '@') != NULL)
		tool_usage(tool, "option %s: a user name in the URL is not supported", option);
	if (!endpoint_is_url(text))
		tool_usage(tool,
		    "option %s: \"%s\" is not a URL such as https://HOST or http://HOST:4566",
		    option, SHOWN(text));
	*(const char **)target = text;
}

/* arn:PARTITION:iam::ACCOUNT:role/NAME */
static bool
is_role(const char *text)
{
	size_t partition = strncmp(text, "arn:aws", 7) == 0 ? strcspn(text + 4, ":") : 0;
	const char *account = text + 4 + partition + strlen(":iam::");

	if (partition == 0 || strncmp(text + 4 + partition, ":iam::", 6) != 0)
		return false;
	return strspn(account, "0123456789") == 12 && strncmp(account + 12, ":role/", 6) == 0 &&
	       account[18] != '\0' && strpbrk(account, " \t\r\n") == NULL;
}

static void
read_role(struct tool *tool, const char *option, const char *text, void *target)
{
	if (!is_role(text))
		tool_usage(tool,
		    "option %s: \"%s\" is not a role such as arn:aws:iam::123456789012:role/NAME",
		    option, SHOWN(text));
	*(const char **)target = text;
}

#define AT(member) OPTION_AT(struct tool, aws.member)

const struct option_row option_aws_rows[] = {
    {0, "profile", "NAME", OPTION_CALL, AT(profile), .read = read_profile, .values = "<profile>",
        .help = "on AWS: use this profile"},
    {0, "region", "REGION", OPTION_CALL, AT(region), .read = read_region,
        .help = "on AWS: use this region"},
    {0, "endpoint-url", "URL", OPTION_CALL, AT(endpoint_url), .read = read_endpoint,
        .help = "on AWS: send the requests to URL"},
    {0, "role-arn", "ARN", OPTION_CALL, AT(role_arn), .read = read_role,
        .help = "on AWS: assume this role"},
    OPTION_END};
