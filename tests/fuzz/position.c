/*
 * position: against a slow reader of the same grammar; order against longhand
 * numbers; and whatever a record is, a position put in front of it as kread does
 * comes off again and leaves the record's bytes.
 */
#include <stdint.h>
#include <string.h>

#include "text/base64.h"
#include "text/json.h"
#include "must.h"
#include "record/position.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char shard_bytes[] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.-";

/* How many bytes from the front of text are among these. */
static size_t
among(struct span text, const char *bytes)
{
	size_t count = 0;

	while (count < text.length && text.start[count] != '\0' &&
	       strchr(bytes, text.start[count]) != NULL)
		count++;
	return count;
}

static struct span
behind(struct span text, size_t count)
{
	return (struct span){text.start + count, text.length - count};
}

static bool
is_decimal(struct span text, size_t most)
{
	return text.length >= 1 && text.length <= most &&
	       among(text, "0123456789") == text.length &&
	       (text.length == 1 || text.start[0] != '0');
}

/* SHARD:SEQ[.SUB][+] */
static bool
is_position(struct span text)
{
	size_t shard = among(text, shard_bytes), digits;
	struct span rest;

	if (shard < 1 || shard > POSITION_SHARD || shard == text.length || text.start[shard] != ':')
		return false;
	rest = behind(text, shard + 1);
	if (rest.length > 0 && rest.start[rest.length - 1] == '+')
		rest.length--;
	digits = among(rest, "0123456789");
	if (!is_decimal((struct span){rest.start, digits}, POSITION_SEQUENCE))
		return false;
	rest = behind(rest, digits);
	return rest.length == 0 || (rest.start[0] == '.' && is_decimal(behind(rest, 1), 9));
}

/* By hand: digits from the highest, after both were made equally long. */
static int
compare_numbers(struct span a, struct span b)
{
	size_t length = a.length > b.length ? a.length : b.length;

	for (size_t i = length; i > 0; i--) {
		char first = i <= a.length ? a.start[a.length - i] : '0';
		char second = i <= b.length ? b.start[b.length - i] : '0';

		if (first != second)
			return first < second ? -1 : 1;
	}
	return 0;
}

static int
sign(int number)
{
	return (number > 0) - (number < 0);
}

/* Two positions in one text, a space between. */
static void
try_order(struct span text)
{
	const char *space = memchr(text.start, ' ', text.length);
	struct position a, b;
	int order;

	if (space == NULL ||
	    !position_parse((struct span){text.start, (size_t)(space - text.start)}, &a) ||
	    !position_parse(behind(text, (size_t)(space - text.start) + 1), &b))
		return;
	order = compare_numbers(a.sequence, b.sequence);
	/* Within one number: 1 < 1.0 < 1.0+ < 1.1 < 1+ */
	if (order == 0 && (a.sub < 0) != (b.sub < 0))
		order = a.sub < 0 ? (a.through ? 1 : -1) : (b.through ? -1 : 1);
	else if (order == 0 && a.sub != b.sub)
		order = a.sub < b.sub ? -1 : 1;
	else if (order == 0)
		order = (int)a.through - (int)b.through;
	must(sign(position_compare(&a, &b)) == order);
	must(sign(position_compare(&b, &a)) == -order);
	must(position_compare(&a, &a) == 0);
}

static void
try_parse(struct span text)
{
	struct position position;
	char again[POSITION_SIZE];
	int length;

	must(position_parse(text, &position) == is_position(text));
	if (!is_position(text))
		return;
	must(text.length < POSITION_SIZE);
	length = snprintf(again, sizeof again, "%.*s:%.*s", (int)position.shard.length,
	    position.shard.start, (int)position.sequence.length, position.sequence.start);
	if (position.sub >= 0)
		length += snprintf(again + length, sizeof again - (size_t)length, ".%lld",
		    (long long)position.sub);
	if (position.through)
		again[length++] = '+';
	must(span_equal((struct span){again, (size_t)length}, text));
}

static struct span
space_off(struct span text)
{
	return behind(text, among(text, " \t\r"));
}

static bool
take(struct span *text, const char *literal)
{
	*text = space_off(*text);
	if (text->length < strlen(literal) || memcmp(text->start, literal, strlen(literal)) != 0)
		return false;
	*text = behind(*text, strlen(literal));
	return true;
}

/* The text between the quotes after name and a colon; a NULL start if there is none. */
static struct span
take_member(struct span *text, const char *name)
{
	struct span inside = {NULL, 0};
	const char *quote;

	if (!take(text, name) || !take(text, ":") || !take(text, "\"") ||
	    (quote = memchr(text->start, '"', text->length)) == NULL)
		return inside;
	inside = (struct span){text->start, (size_t)(quote - text->start)};
	*text = behind(*text, inside.length + 1);
	return inside;
}

/* What position_of_line should find. */
static enum position_found
expected(struct span line)
{
	struct span rest = line, text, raw;

	if (!take(&rest, "{"))
		return POSITION_NONE;
	text = take_member(&rest, "\"_pos\"");
	rest = space_off(rest);
	if (text.start == NULL || !is_position(text) || rest.length == 0 ||
	    (rest.start[0] != '}' && rest.start[0] != ','))
		return POSITION_NONE;
	if (text.start[text.length - 1] == '+')
		return POSITION_MARK;
	if (rest.start[0] == '}')
		return POSITION_RECORD;
	rest = space_off(behind(rest, 1));
	if (rest.length < 6 || memcmp(rest.start, "\"_raw\"", 6) != 0)
		return POSITION_RECORD;
	raw = take_member(&rest, "\"_raw\"");
	if (raw.start == NULL || !take(&rest, "}") || space_off(rest).length > 0)
		return POSITION_BAD_RAW;
	return POSITION_RECORD;
}

static void
try_line(struct span line)
{
	struct positioned found;
	enum position_found kind = position_of_line(line, &found);

	must(kind == expected(line));
	if (kind == POSITION_NONE)
		return;
	must(is_position(found.text));
	must(found.position.through == (kind == POSITION_MARK));
	must(found.before.start == line.start);
	must(found.after.start + found.after.length == line.start + line.length);
}

/* The record that a storing tool makes of a line. */
static void
is_record(struct span line, struct span record)
{
	struct positioned found;
	struct buffer text;

	must(position_of_line(line, &found) == POSITION_RECORD);
	must(span_equal(found.text, span_of("shard-1:12.3")));
	buffer_init(&text, 1 << 20);
	if (found.raw.start != NULL)
		must(base64_decode(&text, found.raw));
	else
		must(buffer_add(&text, found.before.start, found.before.length) &&
		     buffer_add(&text, found.after.start, found.after.length));
	must(span_equal(buffer_span(&text), record));
	buffer_free(&text);
}

/* As kread -g writes it: as itself with a member more, or as base64. */
static void
try_record(struct span record)
{
	struct json_wanted wanted[] = {{.name = {"_pos", 4}}, {.name = {"_raw", 4}}};
	struct json_error error;
	struct buffer line;
	size_t members, brace;

	buffer_init(&line, 1 << 20);
	if (json_find(record, JSON_DEPTH, wanted, 2, &members, &error) && members > 0 &&
	    wanted[0].times == 0 && wanted[1].times == 0 &&
	    memchr(record.start, '\n', record.length) == NULL) {
		brace =
		    (size_t)((const char *)memchr(record.start, '{', record.length) - record.start);
		buffer_add(&line, record.start, brace);
		buffer_add_text(&line, "{\"_pos\":\"shard-1:12.3\",");
		buffer_add(&line, record.start + brace + 1, record.length - brace - 1);
		must(json_find(buffer_span(&line), JSON_DEPTH, wanted, 1, &members, &error));
		must(wanted[0].times == 1);
	} else {
		buffer_add_text(&line, "{\"_pos\":\"shard-1:12.3\",\"_raw\":\"");
		must(base64_encode(&line, record.start, record.length));
		buffer_add_text(&line, "\"}");
	}
	is_record(buffer_span(&line), record);
	buffer_free(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	try_parse(text);
	try_order(text);
	try_line(text);
	try_record(text);
	return 0;
}
