/* item_key: the key of an item, and a key as a person writes it. */
#include <stdio.h>

#include "table/item_reader.h"
#include "text/base64.h"
#include "text/json.h"

static const char *
name_of_type(char type)
{
	return type == 'S' ? "a string (S)" : type == 'N' ? "a number (N)" : "binary (B)";
}

/* Why bytes cannot be a key, written to reason; NULL: they can. */
static const char *
key_misfit(bool sort, struct span bytes, char *reason, size_t room)
{
	size_t most = sort ? ITEM_SORT_MAX : ITEM_PARTITION_MAX;

	if (bytes.length > 0 && bytes.length <= most)
		return NULL;
	if (bytes.length == 0)
		snprintf(reason, room, "it is part of the key and must not be empty");
	else
		snprintf(reason, room, "%zu bytes long, but a %s key has at most %zu", bytes.length,
		    sort ? "sort" : "partition", most);
	return reason;
}

bool
item_take_key(struct item_reader *reader, const struct place *place, struct span text)
{
	bool sort = reader->sort_name.start != NULL && span_equal(place->name, reader->sort_name);
	const struct key_part *part = sort ? &reader->key->sort : &reader->key->partition;
	struct item_value value;
	struct span bytes;
	struct number number;
	char reason[200];

	if (!sort && !span_equal(place->name, reader->partition_name))
		return true;
	value = item_untag(text, reader->typed);
	if (part->type == 'S' && value.tag == ITEM_S) {
		bytes = item_plain_text(reader, &reader->kept, json_inside(value.inner));
	} else if (part->type == 'N' && value.tag == ITEM_N) {
		number_read(item_number_text(reader, value.inner), &number);
		bytes = item_number_bytes(&reader->kept, &number);
	} else if (part->type == 'B' && value.tag == ITEM_B) {
		bytes = pool_copy(&reader->kept, reader->decoded.data, reader->decoded.length);
	} else {
		snprintf(reason, sizeof reason, "it is part of the key and must be %s%s",
		    name_of_type(part->type),
		    part->type == 'B' && !reader->typed ? ", which only --typed allows" : "");
		return item_refuse(reader, place, reason);
	}
	if (key_misfit(sort, bytes, reason, sizeof reason) != NULL)
		return item_refuse(reader, place, reason);
	*(sort ? &reader->item->sort : &reader->item->partition) = bytes;
	return true;
}

bool
item_key_value(struct item_reader *reader, bool sort, struct span text, struct span *value,
    struct failure *failure)
{
	const struct key_part *part = sort ? &reader->key->sort : &reader->key->partition;
	const char *wrong = NULL;
	struct number number;
	char reason[200];

	*value = text;
	if (part->type == 'N') {
		wrong = number_read(text, &number);
		if (wrong == NULL)
			*value = item_number_bytes(&reader->kept, &number);
	} else if (part->type == 'B') {
		buffer_clear(&reader->decoded);
		if (base64_decode(&reader->decoded, text))
			*value =
			    pool_copy(&reader->kept, reader->decoded.data, reader->decoded.length);
		else
			wrong = "not base64, which a binary key requires";
	} else if (!json_is_utf8(text)) {
		wrong = "not UTF-8";
	}
	if (wrong == NULL)
		wrong = key_misfit(sort, *value, reason, sizeof reason);
	return wrong == NULL || fail(failure, FAILURE_PERMANENT, "%s: %s", part->name, wrong);
}
