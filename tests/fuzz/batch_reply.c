/* batch_reply: any reply is read or refused, and each result points into it. */
#include <stdint.h>

#include "aws/client/batch_reply.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct span reply, struct span part)
{
	must(part.start == NULL ||
	     (part.start >= reply.start && part.start + part.length <= reply.start + reply.length));
}

static void
check(const struct batch_reply *names, struct span reply)
{
	struct batch_result results[4];

	for (size_t count = 0; count <= 4; count++) {
		if (!batch_reply_read(names, reply, results, count))
			continue;
		for (size_t i = 0; i < count; i++) {
			must(results[i].outcome <= BATCH_FAILED);
			must((results[i].outcome == BATCH_DONE) == (results[i].code.start == NULL));
			check_inside(reply, results[i].shard);
			check_inside(reply, results[i].code);
			check_inside(reply, results[i].message);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span reply = {(const char *)data, size};

	check(&batch_reply_kinesis, reply);
	check(&batch_reply_firehose, reply);
	return 0;
}
