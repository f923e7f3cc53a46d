/* A state of fxmetrics: any bytes after its first line. Nothing in it leaves its limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fxmetrics/state.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
check_list(const struct sums_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		must(i == 0 || strcmp(list->entries[i - 1].name, list->entries[i].name) < 0);
		must(strpbrk(list->entries[i].name, "\t\n") == NULL);
		for (size_t c = 0; c < STATS_COUNTERS; c++)
			must(list->entries[i].counts[c] <= SUMS_LARGEST);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char first[] = "fxmetrics 1\n";
	size_t length = sizeof first - 1 + size, number;
	char *text = malloc(length);
	struct files files = {.count = 0};
	struct sums sums = {.tools = {.count = 0}};

	must(text != NULL);
	memcpy(text, first, sizeof first - 1);
	if (size > 0)
		memcpy(text + sizeof first - 1, bytes, size);
	if (!state_read((struct span){text, length}, &files, &sums, &number))
		must(number > 1);
	check_list(&sums.tools);
	check_list(&sums.running);
	check_list(&sums.statuses);
	for (size_t i = 0; i < files.count; i++)
		must(files.files[i].id[0] != '\0' && files.files[i].offset <= SUMS_LARGEST);
	files_free(&files);
	sums_free(&sums);
	free(text);
	return 0;
}
