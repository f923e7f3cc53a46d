/*
 * secret: any bytes as a secret's name, as a reply of GetSecretValue, and as a
 * secret with a member "a". A name that is one is in one place; a value is never
 * longer than what it was in.
 */
#include <stdint.h>
#include <stdlib.h>
#include "base/memory.h"
#include "must.h"
#include "secret/secret.h"
#include "secret/name.h"
#include "secret/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_name(struct span text)
{
	char *name = memory_copy(text.start, text.length);
	struct secret_name parts;
	struct failure failure;

	if (secret_name_parse(name, &parts, &failure)) {
		must((parts.path != NULL) != (parts.id != NULL));
		must(parts.region == NULL || parts.id != NULL);
		must(parts.field == NULL || parts.field[0] != '\0');
		secret_name_free(&parts);
	} else {
		must(failure.kind == FAILURE_PERMANENT);
		must(parts.path == NULL && parts.id == NULL && parts.region == NULL);
	}
	free(name);
}

static void
read_value(struct span text)
{
	struct failure failure;
	struct buffer secret;

	buffer_init(&secret, SECRET_MAX + 1);
	if (secret_value_read(text, &secret, &failure))
		must(secret.length < text.length);
	else
		must(failure.kind == FAILURE_PERMANENT && secret.length == 0);
	buffer_wipe(&secret);
	buffer_init(&secret, SECRET_MAX + 1);
	must(buffer_add(&secret, text.start, text.length));
	if (secret_value_pick(&secret, "a", "NAME", &failure))
		must(secret.length < text.length);
	else
		must(failure.kind == FAILURE_PERMANENT);
	buffer_wipe(&secret);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	read_name(text);
	if (size <= SECRET_MAX)
		read_value(text);
	return 0;
}
