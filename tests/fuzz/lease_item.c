/*
 * lease_item: the input as an item of a lease table. A lease that is read has a shard and a place
 * that are valid, and what is written of it is read as the same.
 */
#include <stdint.h>
#include <string.h>

#include "group/dynamodb/lease_item.h"
#include "must.h"
#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads back where a lease is. */
static void
must_be_same(const struct lease *lease)
{
	struct buffer body;
	struct lease again;
	struct failure failure;
	bool is_lease;

	buffer_init(&body, 4096);
	buffer_add_format(&body, "{\"leaseKey\":{\"S\":\"%s\"},\"checkpoint\":", lease->shard);
	lease_item_add_checkpoint(&body, lease);
	buffer_add_text(&body, ",\"checkpointSubSequenceNumber\":");
	lease_item_add_sub(&body, lease);
	buffer_add_text(&body, "}");
	must(lease_item_read(buffer_span(&body), &again, &is_lease, &failure) && is_lease);
	must(again.at == lease->at);
	must(lease->at != LEASE_AT_POSITION || strcmp(again.place, lease->place) == 0);
	buffer_free(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span item = {(const char *)data, size};
	struct checkpoint checkpoint;
	struct failure failure;
	struct json_error error;
	struct lease lease;
	bool is_lease;

	if (!json_check(item, JSON_DEPTH, &error))
		return 0;
	if (!lease_item_read(item, &lease, &is_lease, &failure)) {
		must(failure.kind == FAILURE_PERMANENT || failure.kind == FAILURE_TEMPORARY);
		return 0;
	}
	if (!is_lease)
		return 0;
	must(lease.shard[0] != '\0' && strlen(lease.shard) <= POSITION_SHARD);
	must(memchr(lease.owner, '\0', sizeof lease.owner) != NULL);
	if (lease_checkpoint(&lease, &checkpoint) && !checkpoint.is_time && !checkpoint.ended)
		must(span_is(checkpoint.position.shard, lease.shard));
	must_be_same(&lease);
	return 0;
}
