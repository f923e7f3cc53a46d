/* unfinished: notes of uploads that hold anything. Each line that is a note is found, by itself. */
#include <stdint.h>
#include <string.h>

#include "archive/s3/unfinished.h"
#include "base/memory.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How many lines have a slash after their first blank. */
static size_t
count_notes(const char *text)
{
	size_t count = 0;

	for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		size_t bucket = strcspn(text, " \n");

		count += text[bucket] == ' ' && text[bucket + 1] == '/';
	}
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = memory_copy((const char *)data, size), *rest = text;
	const char *bucket, *path;
	size_t count = count_notes(text);

	for (; unfinished_next(&rest, &bucket, &path); count--) {
		must(strpbrk(bucket, " \n") == NULL);
		must(path[0] == '/' && strchr(path, '\n') == NULL);
		must(path + strlen(path) + 1 == rest);
	}
	must(count == 0);
	free(text);
	return 0;
}
