/*
 * partition: any list of partitions and any line, with a newline between: what a line's directory is
 * does not depend on the lines before it, and it is one that object_name reads.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "archive/object_name.h"
#include "archive/partition.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
find(struct partition_plan *plan, struct span line, struct buffer *directory)
{
	struct failure failure = {.kind = FAILURE_NONE};
	bool found = partition_find(plan, line, false, directory, &failure);

	must(found || failure.kind == FAILURE_REFUSED);
	return found;
}

static void
check_directory(struct span directory)
{
	struct buffer text;
	struct object_name name;

	buffer_init(&text, 8 * OBJECT_NAME_SIZE);
	buffer_add(&text, directory.start, directory.length);
	buffer_add_text(&text, "0_1_2_0123456789abcdef.ndjson");
	must(text.length > OBJECT_NAME_SIZE || object_name_read(buffer_span(&text), &name));
	buffer_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *end = size > 0 ? memchr(data, '\n', size) : NULL;
	char *list;
	struct failure failure;
	struct partition_plan *plan;
	struct buffer first, again;
	struct span line;

	if (end == NULL)
		return 0;
	list = calloc(1, (size_t)(end - (const char *)data) + 1);
	memcpy(list, data, (size_t)(end - (const char *)data));
	line = (struct span){end + 1, size - (size_t)(end + 1 - (const char *)data)};
	plan = partition_plan_open(list, "at", &failure);
	buffer_init(&first, 8 * OBJECT_NAME_SIZE);
	buffer_init(&again, 8 * OBJECT_NAME_SIZE);
	if (plan != NULL && find(plan, line, &first)) {
		check_directory(buffer_span(&first));
		(void)find(plan, span_of("{\"a\":1,\"at\":2}"), &again);
		buffer_clear(&again);
		must(find(plan, line, &again));
		must(span_equal(buffer_span(&first), buffer_span(&again)));
	}
	buffer_free(&first);
	buffer_free(&again);
	partition_plan_close(plan);
	free(list);
	return 0;
}
