/* secret_name: what is a name of a secret, and what is not. */
#include <stdlib.h>
#include "base/memory.h"
#include "secret/name.h"
#include "tap.h"

static void
is_name(const char *text, const char *path, const char *id, const char *region, const char *field)
{
	struct secret_name name;
	struct failure failure;

	if (!ok(secret_name_parse(text, &name, &failure), "a name: %.60s", text))
		return;
	is_text(name.path, path, "its path");
	is_text(name.id, id, "its name or ARN");
	is_text(name.region, region, "its region");
	is_text(name.field, field, "its field");
	secret_name_free(&name);
}

static void
is_none(const char *text)
{
	struct secret_name name;
	struct failure failure;

	ok(!secret_name_parse(text, &name, &failure) && failure.kind == FAILURE_PERMANENT &&
	        name.path == NULL && name.id == NULL && name.region == NULL && name.field == NULL,
	    "no name: %.60s", text);
	ok(text[0] == '\0' || text[strlen(text) - 1] == ':' || strstr(failure.text, text) == NULL,
	    "and it is not repeated");
}

static void
lengths(void)
{
	char *text = memory_format("secretsmanager:%2048d", 0);

	memset(text + strlen("secretsmanager:"), 'n', 2048);
	is_name(text, NULL, text + strlen("secretsmanager:"), NULL, NULL);
	free(text);
	text = memory_format("secretsmanager:%2049d", 0);
	memset(text + strlen("secretsmanager:"), 'n', 2049);
	is_none(text);
	free(text);
}

#define ARN "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"

int
main(void)
{
	is_name("file:a", "a", NULL, NULL, NULL);
	is_name("file:/a b#c:d", "/a b#c:d", NULL, NULL, NULL);
	is_name("secretsmanager:Key", NULL, "Key", NULL, NULL);
	is_name("secretsmanager:a/b_c+d=e.f@g-1", NULL, "a/b_c+d=e.f@g-1", NULL, NULL);
	is_name("secretsmanager:a#b", NULL, "a", NULL, "b");
	is_name("secretsmanager:a#b#c d", NULL, "a", NULL, "b#c d");
	is_name(ARN "name-AbCdEf", NULL, ARN "name-AbCdEf", "eu-west-1", NULL);
	is_name(ARN "a/b-AbCdEf#user", NULL, ARN "a/b-AbCdEf", "eu-west-1", "user");
	is_name("secretsmanager:" ARN "n-AbCdEf", NULL, ARN "n-AbCdEf", "eu-west-1", NULL);
	is_name("arn:aws-cn:secretsmanager:cn-north-1:1:secret:n", NULL,
	    "arn:aws-cn:secretsmanager:cn-north-1:1:secret:n", "cn-north-1", NULL);
	lengths();

	is_none("");
	is_none("KEY0KEY0KEY0KEY0");
	is_none("file:");
	is_none("secretsmanager:");
	is_none("secretsmanager:#field");
	is_none("secretsmanager:name#");
	is_none("secretsmanager:two words");
	is_none("secretsmanager:a:b");
	is_none("secretsmanager:a\tb");
	is_none("secretsmanager:\xC3\xA4");
	is_none("Secretsmanager:name");
	is_none("arn:");
	is_none("arn:aws:s3:::bucket");
	is_none("arn:aws:secretsmanager:eu-west-1:1:secret");
	is_none("arn:aws:secretsmanager:eu-west-1:1:secret:");
	is_none("arn:aws:secretsmanager::1:secret:name");
	is_none("arn:aws:secretsmanager:eu-west-1::secret:name");
	is_none("arn:aws:secretsmanager:eu.west.1:1:secret:name");
	is_none("arn:aws:secretsmanager:eu-west-1:1:stream:name");
	is_none("arn:aws:kinesis:eu-west-1:1:secret:name");
	is_none(ARN "a:b");
	is_none(ARN "name#");
	return done();
}
