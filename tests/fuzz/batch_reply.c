/* batch_reply: any reply is read or refused, and each result points into it. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "archive/firehose/batch_reply.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct span reply, struct span part)
{
	must(part.start == NULL ||
	     (part.start >= reply.start && part.start + part.length <= reply.start + reply.length));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct batch_result results[BATCH_RECORDS];
	struct span reply = {(const char *)data, size};
	size_t count;

	for (count = 0; count <= 4; count++) {
		if (!batch_reply_read(reply, results, count))
			continue;
		for (size_t i = 0; i < count; i++) {
			must(results[i].outcome <= BATCH_FAILED);
			must((results[i].outcome == BATCH_DONE) == (results[i].code.start == NULL));
			check_inside(reply, results[i].code);
			check_inside(reply, results[i].message);
		}
	}
	return 0;
}
