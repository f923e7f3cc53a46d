/* aws_error: any reply and any type are read; a code is plain, and all ends inside. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client/error.h"
#include "base/failure.h"
#include "base/memory.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aws_error error;
	struct shown shown;
	/* The first byte says how much of the rest is the header. */
	size_t length = size > 0 && data[0] < size ? data[0] : 0;
	char *type = length > 0 ? memory_copy(data + 1, length) : NULL;
	size_t start = size > 0 ? 1 + length : 0;
	struct span body = {
	    (const char *)data + (start < size ? start : size), start < size ? size - start : 0};

	aws_error_read(&error, body, type);
	must(strlen(error.code) < sizeof error.code);
	must(strspn(
	         error.code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
	     strlen(error.code));
	must(memchr(error.message, '\0', sizeof error.message) != NULL);
	must(memchr(error.id, '\0', sizeof error.id) != NULL);
	show(&shown, error.message, strlen(error.message));
	free(type);
	return 0;
}
