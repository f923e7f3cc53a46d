/*
 * crontab: the entry point that the fuzzers of crontabs share. Each defines read_input, which gets
 * the input as a span, and as a text that ends at the first NUL.
 */
#ifndef CRONTAB_H
#define CRONTAB_H

#include <stdint.h>
#include <stdlib.h>
#include "base/memory.h"
#include "must.h"
#include "schedule/block.h"

static void read_input(struct span input, const char *text);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = {(const char *)data, size};
	char *text = memory_copy(input.start, input.length);

	read_input(input, text);
	free(text);
	return 0;
}

#endif
