/* object_name: makes and reads names of objects, and orders them. */
#include <inttypes.h>
#include <stdio.h>

#include "archive/object_name.h"
#include "text/url.h"

#define NONE "__none__"

static const char *const suffixes[] = {".ndjson", ".ndjson.gz", ".ndjson.zst"};
enum { SUFFIXES = sizeof suffixes / sizeof *suffixes };

/* Is it one of the bytes that need no encoding, wherever they are? */
static bool
is_plain(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.';
}

/* Must the first byte of this text be encoded although it is plain? */
static bool
is_special(struct span text)
{
	return text.start[0] == '.' || span_is(text, NONE);
}

/* --- making --- */

static bool
encode(struct buffer *to, struct span text)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.start[i];
		char encoded[3] = {'%', hex[byte >> 4], hex[byte & 15]};
		bool plain = is_plain(text.start[i]) && (i > 0 || !is_special(text));

		if (!buffer_add(to, plain ? &text.start[i] : encoded, plain ? 1 : 3))
			return false;
	}
	return true;
}

bool
object_name_add_partition(struct buffer *directory, struct span member, struct span value)
{
	size_t begin = directory->length;
	bool good =
	    member.length > 0 && encode(directory, member) && buffer_add(directory, "=", 1) &&
	    (value.length > 0 ? encode(directory, value) : buffer_add_text(directory, NONE));

	if (good && directory->length - begin <= OBJECT_NAME_PART && buffer_add(directory, "/", 1))
		return true;
	directory->length = begin;
	return false;
}

static bool
add_place(struct buffer *text, const struct position *place)
{
	return buffer_add(text, "_", 1) &&
	       buffer_add(text, place->sequence.start, place->sequence.length) &&
	       (place->sub < 0 || buffer_add_format(text, ".%" PRId64, place->sub));
}

size_t
object_name_room(const struct position *place)
{
	enum { TIME = 20, SUB = 11, OTHERS = 3 + OBJECT_NAME_DIGEST + sizeof ".ndjson.zst" - 1 };
	size_t shard = place != NULL ? place->shard.length : sizeof OBJECT_NO_SHARD - 1;
	size_t sequence = place != NULL ? place->sequence.length : TIME;
	size_t sub = place != NULL && place->sub >= 0 ? SUB : 0;
	size_t room = shard + 2 * (sequence + sub) + OTHERS;

	return room <= OBJECT_NAME_PART ? room : OBJECT_NAME_SIZE + 1;
}

bool
object_name_add(struct buffer *text, const struct object_name *name)
{
	size_t begin = text->length, file;
	bool good = buffer_add(text, name->directory.start, name->directory.length);

	file = text->length;
	good = good && buffer_add(text, name->first.shard.start, name->first.shard.length) &&
	       add_place(text, &name->first) && add_place(text, &name->last) &&
	       buffer_add(text, "_", 1) &&
	       buffer_add(text, name->digest.start, name->digest.length) &&
	       buffer_add_text(text, suffixes[name->compression]);
	if (good && text->length - file <= OBJECT_NAME_PART &&
	    text->length - begin <= OBJECT_NAME_SIZE)
		return true;
	text->length = begin;
	return false;
}

/* --- reading --- */

static int
digit_of(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* The byte that the three at text encode; -1: they encode none. */
static int
encoded_byte(struct span text)
{
	int high, low;

	if (text.length < 3 || text.start[0] != '%')
		return -1;
	high = digit_of(text.start[1]);
	low = digit_of(text.start[2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static struct span
from(struct span text, size_t at)
{
	return (struct span){text.start + at, text.length - at};
}

/* Is it what encode makes of some text that is not empty? */
static bool
is_encoded(struct span text)
{
	size_t at = 0;

	if (text.length == 0 || is_special(text))
		return false;
	while (at < text.length) {
		int byte = encoded_byte(from(text, at));
		bool needed = byte >= 0 && !is_plain((char)byte);

		/* Plain bytes are encoded only at the start. */
		if (byte >= 0 && !needed && at == 0)
			needed = byte == '.' || span_is(from(text, 3), &NONE[1]);
		if (!needed && !is_plain(text.start[at]))
			return false;
		at += needed ? 3 : 1;
	}
	return true;
}

bool
object_name_next_partition(struct span *directory, struct span *member, struct span *value)
{
	const char *slash =
	    directory->length > 0 ? memchr(directory->start, '/', directory->length) : NULL;
	const char *equals;

	if (slash == NULL)
		return false;
	*member = (struct span){directory->start, (size_t)(slash - directory->start)};
	*directory = from(*directory, member->length + 1);
	*value = (struct span){slash, 0};
	equals = memchr(member->start, '=', member->length);
	if (equals == NULL)
		return true;
	value->start = equals + 1;
	value->length = (size_t)(slash - equals) - 1;
	member->length = (size_t)(equals - member->start);
	return true;
}

static bool
is_directory(struct span directory)
{
	struct span member, value;

	while (object_name_next_partition(&directory, &member, &value)) {
		if (member.length + 1 + value.length > OBJECT_NAME_PART || !is_encoded(member) ||
		    (!span_is(value, NONE) && !is_encoded(value)))
			return false;
	}
	return true;
}

/* Takes the part after the last underscore off text. */
static bool
take_last(struct span *text, struct span *part)
{
	const char *underscore = text->length > 0 ? memrchr(text->start, '_', text->length) : NULL;

	if (underscore == NULL)
		return false;
	*part = from(*text, (size_t)(underscore + 1 - text->start));
	text->length = (size_t)(underscore - text->start);
	return true;
}

static bool
read_place(struct span shard, struct span place, struct position *position)
{
	char text[POSITION_SIZE];
	size_t length = shard.length + 1 + place.length;

	if (shard.length == 0 || place.length == 0 || length > sizeof text)
		return false;
	memcpy(text, shard.start, shard.length);
	text[shard.length] = ':';
	memcpy(text + shard.length + 1, place.start, place.length);
	if (!position_parse((struct span){text, length}, position) || position->through)
		return false;
	/* Not the copy. */
	position->shard = shard;
	position->sequence.start = place.start;
	return true;
}

static bool
read_file(struct span file, struct object_name *name)
{
	struct span first, last;
	size_t kind = 0, length;

	for (; kind < SUFFIXES; kind++) {
		length = strlen(suffixes[kind]);
		if (file.length > length &&
		    span_is(from(file, file.length - length), suffixes[kind]))
			break;
	}
	if (kind == SUFFIXES || file.length > OBJECT_NAME_PART)
		return false;
	name->compression = (enum pack_format)kind;
	file.length -= length;
	if (!take_last(&file, &name->digest) || !take_last(&file, &last) ||
	    !take_last(&file, &first) || name->digest.length != OBJECT_NAME_DIGEST)
		return false;
	for (size_t i = 0; i < OBJECT_NAME_DIGEST; i++) {
		if (strchr("0123456789abcdef", name->digest.start[i]) == NULL ||
		    name->digest.start[i] == '\0')
			return false;
	}
	return read_place(file, first, &name->first) && read_place(file, last, &name->last) &&
	       position_compare(&name->first, &name->last) <= 0;
}

bool
object_name_read(struct span text, struct object_name *name)
{
	const char *slash = text.length > 0 ? memrchr(text.start, '/', text.length) : NULL;
	size_t directory = slash != NULL ? (size_t)(slash + 1 - text.start) : 0;

	if (text.length == 0 || text.length > OBJECT_NAME_SIZE)
		return false;
	name->directory = (struct span){text.start, directory};
	return is_directory(name->directory) && read_file(from(text, directory), name);
}

bool
object_name_decode(struct buffer *plain, struct span encoded)
{
	return !span_is(encoded, NONE) && url_decode(plain, encoded);
}

/* --- order --- */

static bool
is_number(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.start[i] < '0' || text.start[i] > '9')
			return false;
	}
	return text.length == 1 || text.start[0] != '0';
}

int
object_name_compare_shards(struct span a, struct span b)
{
	bool first = is_number(a), second = is_number(b);

	if (first != second)
		return first ? -1 : 1;
	return first ? span_compare_decimals(a, b) : span_compare(a, b);
}

int
object_name_compare(const struct object_name *a, const struct object_name *b)
{
	int order = object_name_compare_shards(a->first.shard, b->first.shard);

	if (order == 0)
		order = position_compare(&a->first, &b->first);
	if (order == 0)
		order = position_compare(&a->last, &b->last);
	if (order == 0)
		order = span_compare(a->directory, b->directory);
	if (order == 0)
		order = span_compare(a->digest, b->digest);
	return order != 0 ? order
	                  : (a->compression > b->compression) - (a->compression < b->compression);
}
