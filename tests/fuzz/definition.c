/* definition: any bytes as a definition, and as one that is based on another. */
#include <stdint.h>
#include <stdlib.h>
#include "base/memory.h"
#include "must.h"
#include "rate/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_one(struct span text, struct span base)
{
	struct provider *provider = memory_new(1, sizeof *provider);
	struct failure failure;

	if (definition_read(provider, text, base, "origin", false, &failure))
		must(provider->fields[0] != NULL &&
		     (provider->url != NULL || provider_names_subject(provider)));
	else
		must(failure.kind == FAILURE_PERMANENT &&
		     strncmp(failure.text, "origin: ", strlen("origin: ")) == 0);
	provider_free(provider);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	size_t line;

	read_one(text, (struct span){NULL, 0});
	read_one(text, span_of(provider_sources[0].text));
	free(definition_base(text, &line));
	return 0;
}
