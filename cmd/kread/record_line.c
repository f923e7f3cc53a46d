/* record_line: writes a record as a line of text, in each of kread's forms. */
#include <stdio.h>
#include <string.h>

#include "text/base64.h"
#include "text/digest.h"
#include "text/json.h"
#include "text/timestamp.h"
#include "kread/record_line.h"

enum { CEILING = 256 * 1024 * 1024 /* the largest record, escaped */ };

static bool
add_text(struct output *output, const char *text, struct failure *failure)
{
	return output_add(output, text, strlen(text), failure);
}

static bool
add_base64(struct output *output, struct span data, struct failure *failure)
{
	struct buffer text;
	bool added;

	buffer_init(&text, CEILING);
	added = base64_encode(&text, data.start, data.length)
	            ? output_add(output, text.data, text.length, failure)
	            : fail(failure, FAILURE_TEMPORARY, "a record is too large for base64");
	buffer_free(&text);
	return added;
}

static bool
has_newline(struct span data)
{
	return data.length > 0 && memchr(data.start, '\n', data.length) != NULL;
}

/* Only a non-empty object without members _pos and _raw of its own is written as it is. */
static bool
is_plain_object(struct span data)
{
	struct json_wanted wanted[] = {
	    {.name = {"_pos", 4}},
	    {.name = {"_raw", 4}},
	};
	struct json_error ignored;
	size_t members;

	return json_find(data, JSON_DEPTH, wanted, 2, &members, &ignored) && members > 0 &&
	       wanted[0].times == 0 && wanted[1].times == 0 && !has_newline(data);
}

/* Writes the number as a decimal to text, which has room for it. Returns its length. */
static size_t
put_number(char *text, uint64_t number)
{
	char digits[20];
	size_t count = 0, length = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	while (count > 0)
		text[length++] = digits[--count];
	return length;
}

/* Writes "SHARD:SEQUENCE[.SUB]" to text, which has room for POSITION_SIZE bytes. Returns its
 * length. */
static size_t
put_position(char *text, const struct record_name *name)
{
	size_t length = strlen(name->shard);

	memcpy(text, name->shard, length);
	text[length++] = ':';
	if (name->place == NULL)
		return length + put_number(text + length, name->number);
	memcpy(text + length, name->place->sequence.start, name->place->sequence.length);
	length += name->place->sequence.length;
	if (name->place->sub >= 0) {
		text[length++] = '.';
		length += put_number(text + length, (uint64_t)name->place->sub);
	}
	return length;
}

void
record_name_text(const struct record_name *name, char text[POSITION_SIZE])
{
	text[put_position(text, name)] = '\0';
}

/* {"_pos":"SHARD:SEQUENCE" */
static bool
begin_positioned(struct output *output, const struct record_name *name, struct failure *failure)
{
	char text[POSITION_SIZE + 16];
	size_t length;

	memcpy(text, "{\"_pos\":\"", 9);
	length = 9 + put_position(text + 9, name);
	text[length++] = '"';
	return output_add(output, text, length, failure);
}

static bool
write_positioned(struct output *output, const struct record_name *name, struct span data,
    struct failure *failure)
{
	size_t brace = 0;

	if (!is_plain_object(data))
		return begin_positioned(output, name, failure) &&
		       add_text(output, ",\"_raw\":\"", failure) &&
		       add_base64(output, data, failure) && add_text(output, "\"}\n", failure);
	/* White space before the brace stays there, so that removing _pos restores these bytes. */
	while (data.start[brace] != '{')
		brace++;
	return output_add(output, data.start, brace, failure) &&
	       begin_positioned(output, name, failure) && add_text(output, ",", failure) &&
	       output_add_line(
	           output, (struct span){data.start + brace + 1, data.length - brace - 1}, failure);
}

/* The partition key as the inside of a JSON string. */
static bool
add_key(struct output *output, const struct chunk_record *record, struct failure *failure)
{
	char hex[2 * MD5_BYTES + 1];

	if (record->key.start != NULL)
		return output_add(output, record->key.start, record->key.length, failure);
	return md5_text(record->data, hex, failure) && add_text(output, hex, failure);
}

static bool
add_data(struct output *output, struct span data, struct failure *failure)
{
	struct buffer text;
	bool added;

	if (!json_is_utf8(data))
		return add_text(output, "\"data_base64\":\"", failure) &&
		       add_base64(output, data, failure) && add_text(output, "\"", failure);
	buffer_init(&text, CEILING);
	added = json_add_string(&text, data.start, data.length)
	            ? add_text(output, "\"data\":", failure) &&
	                  output_add(output, text.data, text.length, failure)
	            : fail(failure, FAILURE_TEMPORARY, "a record is too large for an envelope");
	buffer_free(&text);
	return added;
}

static bool
write_envelope(struct output *output, const struct record_name *name,
    const struct chunk_record *record, struct span data, struct failure *failure)
{
	char arrived[TIMESTAMP_SIZE];

	return begin_positioned(output, name, failure) &&
	       add_text(output, ",\"key\":\"", failure) && add_key(output, record, failure) &&
	       add_text(output, "\",\"arrived\":\"", failure) &&
	       add_text(output, timestamp_format(record->arrived, true, arrived), failure) &&
	       add_text(output, "\",", failure) && add_data(output, data, failure) &&
	       add_text(output, "}\n", failure);
}

bool
record_line_write(struct output *output, enum record_form form, const struct record_name *name,
    const struct chunk_record *record, struct span data, struct failure *failure)
{
	switch (form) {
	case RECORD_POSITIONED:
		return write_positioned(output, name, data, failure);
	case RECORD_ENVELOPE:
		return write_envelope(output, name, record, data, failure);
	case RECORD_PLAIN:
		if (has_newline(data))
			return add_text(output, "{\"_raw\":\"", failure) &&
			       add_base64(output, data, failure) &&
			       add_text(output, "\"}\n", failure);
		break;
	case RECORD_RAW:
		break;
	}
	return output_add_line(output, data, failure);
}
