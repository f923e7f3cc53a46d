/* accept: any Accept or Accept-Encoding; what it does not name is not taken. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "must.h"
#include "web/accept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *header = memory_copy(data, size);
	bool empty = header[strspn(header, " \t,")] == '\0';

	if (accept_has(header, "gzip"))
		must(strcasestr(header, "gzip") != NULL);
	if (accept_takes(header, "application/json; charset=utf-8"))
		must(empty || strcasestr(header, "application/json") != NULL ||
		     strcasestr(header, "application/*") != NULL || strstr(header, "*/*") != NULL);
	else
		must(!empty);
	free(header);
	return 0;
}
