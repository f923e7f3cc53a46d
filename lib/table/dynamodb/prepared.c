/* prepared: items that were read; the memory of those that are sent is used again. */
#include <stdlib.h>

#include "base/memory.h"
#include "table/dynamodb/dynamodb.h"

enum { ROOM = 96 /* bytes for a key; the memory of a longer one is not kept */ };

static struct prepared *
new_prepared(struct dynamodb_sending *sending, size_t length)
{
	size_t room = sending != NULL && length < ROOM ? ROOM : length;
	struct prepared *prepared;

	if (room == ROOM && sending != NULL && sending->spare != NULL) {
		prepared = (struct prepared *)sending->spare;
		sending->spare = prepared->keyed.next;
	} else {
		prepared = memory_resize(NULL, 1, sizeof *prepared + room);
	}
	*prepared = (struct prepared){.room = room};
	return prepared;
}

bool
dynamodb_prepare(struct table *table, struct span text, bool typed, struct prepared **prepared,
    struct failure *failure)
{
	struct dynamodb *dynamodb = (struct dynamodb *)table;
	struct buffer *key = &dynamodb->decoded;
	struct item item;
	bool good;

	/* An item is small, but its white space is sent too. */
	if (typed && text.length > DYNAMODB_BODY / 2)
		return fail(failure, FAILURE_REFUSED, "longer than a request may be");
	good = (table->key_only ? item_read_key : item_read)(
	    dynamodb->reader, text, typed, &item, failure);
	if (good) {
		size_t more = table->key_only ? item.text.length : 0;

		buffer_clear(key);
		dynamodb_add_key(key, item.partition, item.sort);
		*prepared = new_prepared(dynamodb->sending, key->length + more);
		(*prepared)->text = text;
		(*prepared)->typed = typed;
		(*prepared)->keyed.key = (struct span){(*prepared)->key, key->length};
		memcpy((*prepared)->key, key->data, key->length);
		if (table->key_only) {
			memcpy((*prepared)->key + key->length, item.text.start, more);
			(*prepared)->text = (struct span){(*prepared)->key + key->length, more};
		}
	}
	item_reader_reset(dynamodb->reader);
	return good;
}

/* Each prepared item is freed separately. */
void
dynamodb_prepare_reset(struct table *table)
{
	(void)table;
}

void
dynamodb_prepared_free(struct keyed *keyed)
{
	struct prepared *prepared = (struct prepared *)keyed;

	free(prepared->refusal);
	free(prepared);
}

void
dynamodb_prepared_release(struct dynamodb_sending *sending, struct prepared *prepared)
{
	if (prepared->room != ROOM) {
		dynamodb_prepared_free(&prepared->keyed);
		return;
	}
	free(prepared->refusal);
	prepared->keyed.next = sending->spare;
	sending->spare = &prepared->keyed;
}

void
dynamodb_prepared_free_spare(struct dynamodb_sending *sending)
{
	while (sending->spare != NULL) {
		struct keyed *keyed = sending->spare;

		sending->spare = keyed->next;
		free(keyed);
	}
}
