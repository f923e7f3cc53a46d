/* publish_reply: any reply is read, each entry has one result, and texts are safe to print. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "must.h"
#include "topic/sns/publish_reply.h"
#include "topic/webhook/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct publish_result results[PUBLISH_ENTRIES];
	struct span reply = {(const char *)data, size};

	publish_reply_read(reply, PUBLISH_ENTRIES, results);
	for (size_t i = 0; i < PUBLISH_ENTRIES; i++) {
		const char *end = memchr(results[i].text, '\0', sizeof results[i].text);

		must(end != NULL && results[i].outcome <= PUBLISH_BARRED);
		for (const char *at = results[i].text; at < end; at++)
			must((unsigned char)*at >= ' ' && *at != 0x7F);
	}
	must(verdict_wait(reply) >= 0 && verdict_wait(reply) <= 24 * 3600 * 1000);
	must(verdict_seconds(reply) >= 0 && verdict_seconds(reply) <= 24 * 3600 * 1000);
	return 0;
}
