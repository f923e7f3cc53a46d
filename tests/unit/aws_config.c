/* aws_config: the two files as botocore reads them, and which setting wins. */
#include <stdlib.h>
#include <unistd.h>
#include "aws/settings/config.h"
#include "text/ini.h"
#include "tap.h"

static const char config_text[] =
    "\xEF\xBB\xBF# a comment\r\n"
    "[default]\r\n"
    "region = eu-west-1\r\n"
    "; another = comment\n"
    "Output=json\n"
    "empty =\n"
    "[profile work]\n"
    "region: us-west-2   \n"
    "sso_session = corp = rate\n"
    "credential_process = /bin/echo \"a b\" # not a comment\n"
    "services = local\n"
    "s3 =\n"
    "    endpoint_url = http://s3\n"
    "    region = nested\n"
    "role_arn = first\n"
    "\n"
    "[ profile \"my own\" ] # words\n"
    "region = ap-south-1\n"
    "long = one\n"
    "  two\n"
    "[sso-session corp]\n"
    "sso_region = us-east-1\n"
    "[services local]\n"
    "kinesis =\n"
    "  endpoint_url = http://127.0.0.1:4567\n"
    "secrets_manager = \n"
    "\tendpoint_url=http://127.0.0.1:4568\n"
    "[profile work]\n"
    "role_arn = second\n"
    "[profile indented]\n"
    "  region = one\n"
    "  output = two\n"
    "[bare]\n"
    "region = nowhere\n";

static const char credentials_text[] = "[work]\naws_access_key_id = AKID\n[my own]\nregion=eu-north-1\n";

static char directory[] = "/tmp/fxpipe-aws_config-XXXXXX";
static char config_path[64], credentials_path[64];

static void
write_file(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "w");
	if (file == NULL || fwrite(text, 1, length, file) != length || fclose(file) != 0)
		exit(1);
}

static void
check_settings(const struct aws_config *config)
{
	is_text(aws_config_get(config, "default", "region"), "eu-west-1", "the default profile");
	is_text(aws_config_get(config, "default", "output"), "json", "a key in another case");
	is_text(aws_config_get(config, "default", "empty"), NULL, "an empty value is ignored");
	is_text(aws_config_get(config, "default", "another"), NULL, "a comment");
	is_text(aws_config_get(config, "work", "region"), "us-west-2", "a colon, and nested keys are ignored");
	is_text(aws_config_get(config, "work", "sso_session"), "corp = rate", "= in a value");
	is_text(aws_config_get(config, "indented", "output"), "two", "keys that all stand further in");
	is_text(aws_config_get(config, "work", "credential_process"),
	    "/bin/echo \"a b\" # not a comment", "no comment behind a value");
	is_text(aws_config_get(config, "work", "role_arn"), "second", "of two sections of a name the last");
	is_text(aws_config_get(config, "work", "aws_access_key_id"), "AKID", "a key of the credentials file");
	is_text(aws_config_get(config, "my own", "region"), "eu-north-1", "the credentials file goes first");
	is_text(aws_config_credential(config, "my own", "long"), NULL, "not in the credentials file");
	is_text(aws_config_get(config, "my own", "long"), "one\ntwo", "a value of two lines");
	is_text(aws_config_get(config, "bare", "region"), NULL, "a section that is no profile");
	is_text(aws_config_section(config, "sso-session", "corp", NULL, "sso_region"), "us-east-1", "a session");
	is_text(aws_config_section(config, "services", "local", "KINESIS", "endpoint_url"),
	    "http://127.0.0.1:4567", "a service's endpoint");
	is_text(aws_config_section(config, "services", "local", "SECRETS_MANAGER", "endpoint_url"),
	    "http://127.0.0.1:4568", "the next service's");
	is_text(aws_config_section(config, "services", "local", "dynamodb", "endpoint_url"), NULL, "none");
	ok(aws_config_has_profile(config, "work") && aws_config_has_profile(config, "my own"), "profiles");
	ok(!aws_config_has_profile(config, "bare") && !aws_config_has_profile(config, "none"), "no profiles");
}

static void
check_environment(void)
{
	struct failure failure;
	const char *setting;
	struct aws_config *config = aws_config_open(NULL, &failure);
	is_text(aws_config_region(config, &setting, &failure), "eu-west-1", "the region of the profile");
	setenv("AWS_DEFAULT_REGION", "eu-west-2", 1);
	is_text(aws_config_region(config, &setting, &failure), "eu-west-2", "AWS_DEFAULT_REGION");
	setenv("AWS_REGION", "eu-west-3", 1);
	is_text(aws_config_region(config, &setting, &failure), "eu-west-3", "AWS_REGION");
	unsetenv("AWS_REGION");
	unsetenv("AWS_DEFAULT_REGION");
	aws_config_close(config);
	setenv("AWS_PROFILE", "work", 1);
	config = aws_config_open(NULL, &failure);
	is_text(aws_config_region(config, &setting, &failure), "us-west-2", "AWS_PROFILE");
	aws_config_close(config);
	setenv("AWS_DEFAULT_PROFILE", "my own", 1);
	config = aws_config_open(NULL, &failure);
	is_text(aws_config_profile(config), "my own", "AWS_DEFAULT_PROFILE precedes AWS_PROFILE");
	aws_config_close(config);
	unsetenv("AWS_DEFAULT_PROFILE");
	setenv("AWS_PROFILE", "no\nne", 1);
	ok(aws_config_open(NULL, &failure) == NULL && failure.kind == FAILURE_PERMANENT, "a profile that is not there");
	ok(strstr(failure.text, "no\\x0ane") != NULL && strstr(failure.text, config_path) != NULL,
	    "it is named, and the file: %s", failure.text);
	unsetenv("AWS_PROFILE");
}

static void
is_wrong(const char *text, size_t length, const char *expected, const char *name)
{
	struct failure failure = {.text = ""};
	write_file(config_path, text, length);
	struct aws_config *config = aws_config_open(NULL, &failure);
	ok(config == NULL && failure.kind == FAILURE_PERMANENT && strstr(failure.text, expected) != NULL,
	    "%s: %s", name, failure.text);
	aws_config_close(config);
}

static void
check_wrong(void)
{
	static char large[(1 << 20) + 1];
	struct failure failure;
	is_wrong("region = x\n", 11, "line 1", "a setting before a section");
	is_wrong("[default]\nregion\n", 17, "line 2", "a line that is nothing");
	is_wrong("[default\n", 9, "line 1", "a bracket that is not closed");
	is_wrong("[default]\nr=a\0b\n", 16, "NUL", "a NUL byte");
	memset(large, '\n', sizeof(large));
	is_wrong(large, sizeof(large), "1 MiB", "too long a file");
	unlink(config_path);
	unlink(credentials_path);
	const char *setting;
	struct aws_config *config = aws_config_open(NULL, &failure);
	ok(config != NULL, "no files are no failure");
	ok(aws_config_region(config, &setting, &failure) == NULL && failure.kind == FAILURE_PERMANENT &&
	        strstr(failure.text, "AWS_REGION") != NULL,
	    "no region: %s", failure.text);
	aws_config_close(config);
	unsetenv("AWS_CONFIG_FILE");
	setenv("HOME", "/home/someone", 1);
	config = aws_config_open(NULL, &failure);
	is_text(aws_config_path(config), "/home/someone/.aws/config", "where the file is looked for");
	aws_config_close(config);
}

int
main(void)
{
	static const char *const names[] = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE",
	    "AWS_DEFAULT_PROFILE"};
	struct failure failure;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unsetenv(names[i]);
	if (mkdtemp(directory) == NULL)
		return 1;
	snprintf(config_path, sizeof(config_path), "%s/config", directory);
	snprintf(credentials_path, sizeof(credentials_path), "%s/credentials", directory);
	setenv("AWS_CONFIG_FILE", config_path, 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", credentials_path, 1);
	write_file(config_path, config_text, sizeof(config_text) - 1);
	write_file(credentials_path, credentials_text, sizeof(credentials_text) - 1);
	struct aws_config *config = aws_config_open(NULL, &failure);
	if (config == NULL)
		return 1;
	check_settings(config);
	aws_config_close(config);
	check_environment();
	check_wrong();
	rmdir(directory);
	return done();
}
