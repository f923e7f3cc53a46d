/* cache_key: what one identity may read is not given to another. */
#include <stdlib.h>
#include <unistd.h>
#include "secret/cache_key.h"
#include "tap.h"

static char *
label(const struct aws_choice *choice)
{
	struct secret_name name;
	struct failure failure;
	if (!secret_name_parse("secretsmanager:x", &name, &failure))
		exit(1);
	char *text = secret_cache_key(&name, choice);
	secret_name_free(&name);
	return text;
}

static void
differs(const char *what, struct aws_choice choice)
{
	char *usual = label(NULL), *other = label(&choice), *again = label(&choice);
	ok(usual != NULL && other != NULL && strcmp(usual, other) != 0, "another with %s", what);
	is_text(again, other, "equal when it is repeated");
	free(usual);
	free(other);
	free(again);
}

int
main(void)
{
	char path[] = "/tmp/fxpipe-cache-key-XXXXXX";
	static const char text[] = "[default]\nregion = eu-west-1\n[work]\n";
	int file = mkstemp(path);
	if (file < 0 || write(file, text, sizeof(text) - 1) < 0)
		return 1;
	close(file);
	unsetenv("AWS_PROFILE");
	unsetenv("AWS_DEFAULT_PROFILE");
	unsetenv("AWS_ENDPOINT_URL");
	setenv("AWS_REGION", "eu-west-1", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
	setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
	differs("--profile", (struct aws_choice){.profile = "work"});
	/* The same profile, but without the keys in the environment. */
	differs("--profile default", (struct aws_choice){.profile = "default"});
	differs("--region", (struct aws_choice){.region = "eu-west-2"});
	differs("--endpoint-url", (struct aws_choice){.endpoint_url = "https://h"});
	differs("--role-arn", (struct aws_choice){.role_arn = "arn:1"});
	unlink(path);
	return done();
}
