/* query: the target of a request: any bytes but NUL, as libmicrohttpd passes it on. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "must.h"
#include "text/json.h"
#include "web/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
		must(json_is_utf8(span_of(query.path)));
		for (size_t i = 0; i < query.count; i++) {
			must(json_is_utf8(span_of(query.arguments[i].name)));
			must(json_is_utf8(query.arguments[i].value));
			must(query_find(&query, query.arguments[i].name, &times).start != NULL);
			must(times >= 1 && times <= query.count);
		}
	} else {
		must(reason != NULL);
	}
	pool_free(&pool);
	free(target);
	return 0;
}
