/* places: finds, replaces, writes and reads the last positions of shards. */
#include <stdlib.h>

#include "base/memory.h"
#include "journal/places.h"

enum { MOST = 20000 /* shards: more than a stream on AWS may have */ };

struct place *
places_find(const struct places *places, struct span shard)
{
	for (size_t i = 0; i < places->count; i++) {
		if (span_equal(places->items[i]->position.shard, shard))
			return places->items[i];
	}
	return NULL;
}

bool
places_set(struct places *places, struct span text)
{
	struct position position;
	struct place *place;

	if (text.length >= sizeof place->text || !position_parse(text, &position))
		return false;
	place = places_find(places, position.shard);
	if (place == NULL) {
		if (places->count == MOST)
			return false;
		places->items =
		    memory_resize(places->items, places->count + 1, sizeof *places->items);
		place = places->items[places->count++] = memory_new(1, sizeof *place);
	}
	/* The shard's name may be borrowed from the place itself. */
	memmove(place->text, text.start, text.length);
	place->text[text.length] = '\0';
	return position_parse((struct span){place->text, text.length}, &place->position);
}

void
places_clear(struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		free(places->items[i]);
	free(places->items);
	*places = (struct places){NULL, 0};
}

bool
places_write(const struct places *places, struct buffer *text)
{
	for (size_t i = 0; i < places->count; i++) {
		if (!buffer_add_format(text, "%s\n", places->items[i]->text))
			return false;
	}
	return true;
}

bool
places_read(struct places *places, struct span text)
{
	while (text.length > 0) {
		const char *end = memchr(text.start, '\n', text.length);
		size_t length = end == NULL ? text.length : (size_t)(end - text.start);

		if (end == NULL || !places_set(places, (struct span){text.start, length}))
			return false;
		text.start += length + 1;
		text.length -= length + 1;
	}
	return true;
}
