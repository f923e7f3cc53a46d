/* vector: what is read as a Last-Event-ID is written again as it was. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "must.h"
#include "serve/vector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = memory_copy(data, size);
	struct vector vector = {.places = NULL}, copy = {.places = NULL};
	struct buffer written;

	buffer_init(&written, VECTOR_TEXT + 1);
	if (vector_read(&vector, text)) {
		const char *place = text + VECTOR_STREAM + 1;
		char *shard = memory_copy(place, strcspn(place, ":"));

		must(vector_write(&vector, &written));
		must(strcmp(buffer_text(&written), text) == 0);
		must(vector_find(&vector, shard) != NULL);
		free(shard);
		vector_copy(&copy, &vector);
		buffer_clear(&written);
		must(vector_write(&copy, &written));
		must(strcmp(buffer_text(&written), text) == 0);
	}
	buffer_free(&written);
	vector_free(&vector);
	vector_free(&copy);
	free(text);
	return 0;
}
