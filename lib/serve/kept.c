/* kept: a table of answers, each in the slot of its name's hash. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "serve/kept.h"

enum {
	SLOTS = 64,
	LARGEST = 64 * 1024 /* bytes of a body, which the server's thread may compress */
};

struct slot {
	char *name; /* NULL: empty */
	uint64_t version;
	const char *type; /* static */
	struct reply_header header; /* name NULL: none; its value is the slot's */
	struct buffer body;
};

struct kept {
	pthread_mutex_t mutex; /* guards the slots */
	struct slot slots[SLOTS];
};

struct kept *
kept_open(void)
{
	struct kept *kept = memory_new(1, sizeof *kept);

	pthread_mutex_init(&kept->mutex, NULL);
	return kept;
}

static void
empty(struct slot *slot)
{
	if (slot->name == NULL)
		return;
	free(slot->name);
	free((char *)slot->header.value);
	buffer_free(&slot->body);
	*slot = (struct slot){.name = NULL};
}

void
kept_close(struct kept *kept)
{
	if (kept == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		empty(&kept->slots[i]);
	pthread_mutex_destroy(&kept->mutex);
	free(kept);
}

static struct slot *
slot_of(struct kept *kept, const char *name)
{
	return &kept->slots[(hash_add(HASH_BEGIN, span_of(name)) >> 32) % SLOTS];
}

bool
kept_find(
    struct kept *kept, const char *name, uint64_t version, struct reply *reply, struct pool *pool)
{
	struct slot *slot = slot_of(kept, name);
	bool found;

	pthread_mutex_lock(&kept->mutex);
	found = slot->name != NULL && slot->version == version && strcmp(slot->name, name) == 0;
	if (found) {
		*reply = (struct reply){.status = 200, .type = slot->type, .tagged = true};
		reply->headers[0] = slot->header;
		if (slot->header.name != NULL)
			reply->headers[0].value =
			    pool_copy(pool, slot->header.value, strlen(slot->header.value) + 1)
			        .start;
		buffer_init(&reply->body, slot->body.length);
		buffer_add(&reply->body, slot->body.data, slot->body.length);
	}
	pthread_mutex_unlock(&kept->mutex);
	return found;
}

void
kept_add(struct kept *kept, const char *name, uint64_t version, const struct reply *reply)
{
	struct slot *slot = slot_of(kept, name);

	if (reply->body.length > LARGEST)
		return;
	pthread_mutex_lock(&kept->mutex);
	empty(slot);
	*slot = (struct slot){.name = memory_copy_text(name),
	    .version = version,
	    .type = reply->type,
	    .header = reply->headers[0]};
	if (slot->header.name != NULL)
		slot->header.value = memory_copy_text(slot->header.value);
	buffer_init(&slot->body, reply->body.length);
	buffer_add(&slot->body, reply->body.data, reply->body.length);
	pthread_mutex_unlock(&kept->mutex);
}
