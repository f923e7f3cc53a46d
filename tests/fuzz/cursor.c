/* cursor: any text; the key that is read makes a cursor of the same key. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "must.h"
#include "serve/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = memory_copy(data, size);
	struct pool pool = {0};
	struct buffer sort, again;

	buffer_init(&sort, 4096);
	buffer_init(&again, 4096);
	if (cursor_read(text, 0, &sort)) {
		must(cursor_read(cursor_make(buffer_span(&sort), 0, &pool), 0, &again));
		must(span_equal(buffer_span(&sort), buffer_span(&again)));
	}
	buffer_free(&sort);
	buffer_free(&again);
	pool_free(&pool);
	free(text);
	return 0;
}
