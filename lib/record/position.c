/* position: parses positions, and finds them at the start of lines. */
#include <stdio.h>

#include "text/json.h"
#include "record/position.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_shard(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == '.' || c == '-';
}

/* Takes a decimal without leading zeros off the front of text. */
static struct span
take_decimal(struct span *text, size_t most)
{
	struct span decimal = {text->start, 0};

	while (decimal.length < text->length && is_digit(text->start[decimal.length]))
		decimal.length++;
	if (decimal.length > most || (decimal.length > 1 && decimal.start[0] == '0'))
		decimal.length = 0;
	text->start += decimal.length;
	text->length -= decimal.length;
	return decimal;
}

bool
position_parse(struct span text, struct position *position)
{
	size_t shard = 0;

	while (shard < text.length && is_shard(text.start[shard]))
		shard++;
	if (shard == 0 || shard > POSITION_SHARD || shard == text.length ||
	    text.start[shard] != ':')
		return false;
	*position = (struct position){.shard = {text.start, shard}, .sub = -1};
	text.start += shard + 1;
	text.length -= shard + 1;
	position->sequence = take_decimal(&text, POSITION_SEQUENCE);
	if (position->sequence.length == 0)
		return false;
	if (text.length > 0 && text.start[0] == '.') {
		struct span sub;

		text.start++;
		text.length--;
		sub = take_decimal(&text, 9);
		if (sub.length == 0)
			return false;
		position->sub = 0;
		for (size_t i = 0; i < sub.length; i++)
			position->sub = position->sub * 10 + (sub.start[i] - '0');
	}
	position->through = text.length > 0 && text.start[0] == '+';
	return text.length == (position->through ? 1 : 0);
}

size_t
position_format(const struct position *position, bool through, char text[POSITION_SIZE])
{
	/* The parts point into the text that was parsed. */
	const char *start = position->shard.start;
	size_t length = (size_t)(position->sequence.start + position->sequence.length - start);

	memcpy(text, start, length);
	if (position->sub >= 0)
		length += (size_t)snprintf(
		    text + length, POSITION_SIZE - length, ".%lld", (long long)position->sub);
	if (through)
		text[length++] = '+';
	text[length] = '\0';
	return length;
}

bool
position_is_time(struct span text, struct span *shard, int64_t *time)
{
	size_t length = 0;
	struct span digits;

	while (length < text.length && is_shard(text.start[length]))
		length++;
	if (length == 0 || length > POSITION_SHARD || text.length - length < 3 ||
	    memcmp(text.start + length, ":@", 2) != 0)
		return false;
	*shard = (struct span){text.start, length};
	text.start += length + 2;
	text.length -= length + 2;
	digits = take_decimal(&text, 15);
	*time = 0;
	for (size_t i = 0; i < digits.length; i++)
		*time = *time * 10 + (digits.start[i] - '0');
	return digits.length > 0 && text.length == 0;
}

/* Orders the positions within one sequence number. */
static int64_t
place(const struct position *position)
{
	int64_t past_all = INT64_C(4000000000);

	if (position->sub < 0)
		return position->through ? past_all : 0;
	return 1 + 2 * position->sub + (position->through ? 1 : 0);
}

int
position_compare(const struct position *a, const struct position *b)
{
	int order = span_compare_decimals(a->sequence, b->sequence);
	int64_t difference = place(a) - place(b);

	if (order != 0)
		return order;
	return difference < 0 ? -1 : difference > 0;
}

static void
pass_space(struct span *text)
{
	while (text->length > 0 &&
	       (text->start[0] == ' ' || text->start[0] == '\t' || text->start[0] == '\r')) {
		text->start++;
		text->length--;
	}
}

static inline bool
take_text(struct span *text, const char *literal)
{
	size_t length = strlen(literal);

	if (!span_begins(*text, literal))
		return false;
	text->start += length;
	text->length -= length;
	return true;
}

/* Takes a colon and an unescaped string, and white space around them. inside: between the quotes. */
static bool
take_plain_string(struct span *text, struct span *inside)
{
	const char *end;

	pass_space(text);
	if (!take_text(text, ":"))
		return false;
	pass_space(text);
	if (!take_text(text, "\""))
		return false;
	end = memchr(text->start, '"', text->length);
	if (end == NULL)
		return false;
	*inside = (struct span){text->start, (size_t)(end - text->start)};
	text->length -= inside->length + 1;
	text->start = end + 1;
	pass_space(text);
	return true;
}

/* If the next member is _raw, it must be the last one. */
static enum position_found
find_raw(struct positioned *found)
{
	struct span rest = found->after;

	pass_space(&rest);
	if (!take_text(&rest, "\"_raw\""))
		return POSITION_RECORD;
	if (!take_plain_string(&rest, &found->raw) || !take_text(&rest, "}"))
		return POSITION_BAD_RAW;
	pass_space(&rest);
	return rest.length == 0 ? POSITION_RECORD : POSITION_BAD_RAW;
}

enum position_found
position_of_line(struct span line, struct positioned *found)
{
	struct span rest = line;

	pass_space(&rest);
	if (!take_text(&rest, "{"))
		return POSITION_NONE;
	found->before = (struct span){line.start, (size_t)(rest.start - line.start)};
	pass_space(&rest);
	if (!take_text(&rest, "\"_pos\"") || !take_plain_string(&rest, &found->text) ||
	    !position_parse(found->text, &found->position))
		return POSITION_NONE;
	if (rest.length == 0 || (rest.start[0] != '}' && !take_text(&rest, ",")))
		return POSITION_NONE;
	found->after = rest;
	found->raw = (struct span){NULL, 0};
	if (found->position.through)
		return POSITION_MARK;
	return find_raw(found);
}

size_t
position_record_length(const struct positioned *found)
{
	struct span raw = found->raw;
	size_t padding = 0;

	if (raw.start == NULL)
		return found->before.length + found->after.length;
	while (raw.length > padding && padding < 2 && raw.start[raw.length - 1 - padding] == '=')
		padding++;
	return raw.length / 4 * 3 - (raw.length >= 4 ? padding : 0);
}

bool
position_of_moved_mark(struct span line, struct span *text)
{
	struct json_wanted wanted = {.name = {"_pos", 4}};
	struct position position;
	struct json_error error;

	/* Few lines hold a plus sign. */
	if (line.length == 0 || memchr(line.start, '+', line.length) == NULL ||
	    !json_find(line, JSON_DEPTH, &wanted, 1, NULL, &error) || wanted.times != 1 ||
	    json_kind(wanted.value) != JSON_STRING)
		return false;
	*text = json_inside(wanted.value);
	return position_parse(*text, &position) && position.through;
}
