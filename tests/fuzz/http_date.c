/* http_date: any Retry-After and any Date; a wait is within its bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "must.h"
#include "net/http_date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The first line is the Retry-After, the rest the Date. */
	char *text = memory_copy(data, size), *date = strchr(text, '\n');
	int64_t wait, read = 0;

	if (date != NULL)
		*date++ = '\0';
	wait = http_date_wait(text, date, INT64_C(1700000000000));
	must(wait == -1 || (wait > 0 && wait <= INT64_C(366) * 86400 * 1000 && wait % 1000 == 0));
	if (http_date_read(text, &read))
		must(read >= 0 && read % 1000 == 0);
	free(text);
	return 0;
}
