/* query: the target of a request: any bytes but NUL, as libmicrohttpd passes it on. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "must.h"
#include "web/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_be_printable(const char *text)
{
	for (; *text != '\0'; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7F);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *target = memory_copy(data, size);
	struct pool pool = {0};
	struct query query;
	const char *reason = NULL;
	size_t times;

	if (query_read(&query, (struct span){target, strlen(target)}, &pool, &reason)) {
		must(query.path[0] == '/' && query.count <= QUERY_ARGUMENTS);
		must_be_printable(query.path);
		for (size_t i = 0; i < query.count; i++) {
			must_be_printable(query.arguments[i].name);
			must_be_printable(query.arguments[i].value);
			must(query_find(&query, query.arguments[i].name, &times) != NULL);
			must(times >= 1 && times <= query.count);
		}
	} else {
		must(reason != NULL);
	}
	pool_free(&pool);
	free(target);
	return 0;
}
