/* vector: notes, writes and reads positions of shards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "serve/vector.h"

void
vector_free(struct vector *vector)
{
	free(vector->places);
	*vector = (struct vector){.places = NULL};
}

void
vector_begin(struct vector *vector, const char *id)
{
	vector_free(vector);
	snprintf(
	    vector->stream, sizeof vector->stream, "%08lx", (unsigned long)hash_32(span_of(id)));
}

static struct vector_place *
place_at(struct vector *vector, size_t number)
{
	if (number >= vector->capacity) {
		size_t capacity = number + 1 + vector->capacity;

		vector->places = memory_resize(vector->places, capacity, sizeof *vector->places);
		memset(vector->places + vector->capacity, 0,
		    (capacity - vector->capacity) * sizeof *vector->places);
		vector->capacity = capacity;
	}
	if (number >= vector->count)
		vector->count = number + 1;
	return &vector->places[number];
}

void
vector_note(struct vector *vector, const struct chunk *chunk, size_t i)
{
	struct vector_place *place = place_at(vector, chunk->number);
	const struct chunk_place *at = chunk->places != NULL ? &chunk->places[i] : NULL;

	if (at == NULL)
		snprintf(place->text, sizeof place->text, "%s:%llu+", chunk->shard,
		    (unsigned long long)(chunk->first + i));
	else if (at->sub >= 0 && !at->last)
		snprintf(place->text, sizeof place->text, "%s:%.*s.%lld+", chunk->shard,
		    (int)at->sequence.length, at->sequence.start, (long long)at->sub);
	else
		snprintf(place->text, sizeof place->text, "%s:%.*s+", chunk->shard,
		    (int)at->sequence.length, at->sequence.start);
}

void
vector_note_start(struct vector *vector, const struct chunk *chunk, int64_t now)
{
	struct vector_place *place = place_at(vector, chunk->number);

	if (place->text[0] != '\0')
		return;
	if (chunk->first > 0)
		snprintf(place->text, sizeof place->text, "%s:%llu+", chunk->shard,
		    (unsigned long long)(chunk->first - 1));
	else if (chunk->first == 0)
		snprintf(place->text, sizeof place->text, "%s:@%lld", chunk->shard, (long long)now);
}

void
vector_set(struct vector *vector, size_t number, const char *place)
{
	struct vector_place *at = place_at(vector, number);

	if (at->text[0] == '\0')
		snprintf(at->text, sizeof at->text, "%s", place);
}

void
vector_copy(struct vector *to, const struct vector *from)
{
	memcpy(to->stream, from->stream, sizeof to->stream);
	to->epoch = from->epoch;
	for (size_t i = 0; i < from->count; i++)
		vector_set(to, i, from->places[i].text);
}

static bool
write_stream(const struct vector *vector, struct buffer *to)
{
	return vector->epoch == 0 ? buffer_add_format(to, "%s/", vector->stream)
	                          : buffer_add_format(to, "%s-%08lx/", vector->stream,
	                                (unsigned long)vector->epoch);
}

bool
vector_write(const struct vector *vector, struct buffer *to)
{
	size_t begin = to->length;

	for (size_t i = 0; i < vector->count; i++) {
		const char *text = vector->places[i].text;
		size_t length = strcspn(text, "+");

		if (length == 0)
			continue;
		if (to->length - begin + length + 2 * VECTOR_STREAM + 3 > VECTOR_TEXT ||
		    !(to->length > begin ? buffer_add_text(to, ",") : write_stream(vector, to)) ||
		    !buffer_add(to, text, length)) {
			to->length = begin;
			return false;
		}
	}
	return true;
}

/* Reads the stream and the epoch; *text: what follows the slash. */
static bool
read_stream(struct vector *vector, const char **text)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = *text;

	if (strspn(at, digits) != VECTOR_STREAM)
		return false;
	memcpy(vector->stream, at, VECTOR_STREAM);
	at += VECTOR_STREAM;
	if (at[0] == '-' && strspn(at + 1, digits) == VECTOR_STREAM) {
		vector->epoch = (uint32_t)strtoul(at + 1, NULL, 16);
		at += VECTOR_STREAM + 1;
	}
	*text = at + 1;
	return at[0] == '/';
}

bool
vector_read(struct vector *vector, const char *text)
{
	struct position position;
	struct span shard;
	int64_t time;

	if (!read_stream(vector, &text))
		return false;
	while (vector->count < VECTOR_SHARDS) {
		size_t length = strcspn(text, ",");
		struct vector_place *place;

		/* A plus sign would be a blank in a URL. */
		if (length == 0 || length >= POSITION_SIZE - 1 ||
		    memchr(text, '+', length) != NULL ||
		    (!position_parse((struct span){text, length}, &position) &&
		        !position_is_time((struct span){text, length}, &shard, &time)))
			return false;
		place = place_at(vector, vector->count);
		memcpy(place->text, text, length);
		/* All through it was read. */
		if (memchr(text, '@', length) == NULL)
			place->text[length] = '+';
		if (text[length] == '\0')
			return true;
		text += length + 1;
	}
	return false;
}

bool
vector_is_beyond(const struct vector *vector, const struct vector *other)
{
	for (size_t i = 0; i < vector->count; i++) {
		const char *text = vector->places[i].text;
		char shard[POSITION_SIZE];
		struct position mine, its;
		const char *at;

		snprintf(shard, sizeof shard, "%.*s", (int)strcspn(text, ":"), text);
		at = vector_find(other, shard);
		/* A time cannot be compared. */
		if (at != NULL && position_parse(span_of(text), &mine) &&
		    position_parse(span_of(at), &its) && position_compare(&mine, &its) > 0)
			return true;
	}
	return false;
}

size_t
vector_number(const struct vector *vector, const char *shard)
{
	size_t length = strlen(shard), i = 0;

	while (i < vector->count && (strncmp(vector->places[i].text, shard, length) != 0 ||
	                                vector->places[i].text[length] != ':'))
		i++;
	return i;
}

const char *
vector_find(const struct vector *vector, const char *shard)
{
	size_t number = vector_number(vector, shard);

	return number < vector->count ? vector->places[number].text : NULL;
}
