/* subject: parses and writes pairs, tickers and places. */
#include <stdlib.h>
#include <string.h>
#include "rate/subject.h"
#include "text/json.h"

static bool
fits(char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '.' ||
	       byte == '_' || byte == '-';
}

static bool
copy_part(struct span part, char to[SUBJECT_PART + 1])
{
	if (part.length == 0 || part.length > SUBJECT_PART)
		return false;
	for (size_t i = 0; i < part.length; i++)
		if (!fits(part.start[i]))
			return false;
	memcpy(to, part.start, part.length);
	to[part.length] = '\0';
	return true;
}

/* What is before and after the first such byte. */
static bool
split(struct span text, char at, struct span *before, struct span *after)
{
	const char *found = text.length > 0 ? memchr(text.start, at, text.length) : NULL;

	if (found == NULL)
		return false;
	*before = (struct span){text.start, (size_t)(found - text.start)};
	*after = (struct span){found + 1, text.length - before->length - 1};
	return true;
}

/* Degrees as a decimal without an exponent, from -most to most. */
static bool
copy_degrees(struct span text, int most, char to[SUBJECT_PART + 1])
{
	const char *digits;
	size_t whole;

	if (!copy_part(text, to))
		return false;
	digits = to + (to[0] == '-');
	whole = strspn(digits, "0123456789");
	if (whole == 0 || whole > 3)
		return false;
	int degrees = atoi(digits);
	digits += whole;
	if (*digits == '\0')
		return degrees <= most;
	size_t fraction = strspn(digits + 1, "0123456789");
	if (*digits != '.' || fraction == 0 || digits[1 + fraction] != '\0')
		return false;
	return degrees < most || (degrees == most && strspn(digits + 1, "0") == fraction);
}

static bool
copy_name(struct span text, char to[SUBJECT_NAME + 1])
{
	if (text.length == 0 || text.length > SUBJECT_NAME || !json_is_utf8(text))
		return false;
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.start[i] < ' ' ||
		    strchr("\"\\/=\x7f", text.start[i]) != NULL)
			return false;
	memcpy(to, text.start, text.length);
	to[text.length] = '\0';
	return true;
}

static bool
parse_place(struct span text, struct subject *place)
{
	struct span name, coordinates = text, latitude, longitude;

	place->name[0] = '\0';
	if (split(text, '=', &name, &coordinates) && !copy_name(name, place->name))
		return false;
	return split(coordinates, ',', &latitude, &longitude) &&
	       copy_degrees(latitude, 90, place->first) &&
	       copy_degrees(longitude, 180, place->second);
}

bool
subject_make_pair(struct span from, struct span to, struct subject *pair)
{
	pair->kind = SUBJECT_PAIR;
	pair->name[0] = '\0';
	return copy_part(from, pair->first) && copy_part(to, pair->second);
}

static bool
make_all(struct span from, struct subject *pair)
{
	pair->kind = SUBJECT_PAIR;
	pair->name[0] = '\0';
	strcpy(pair->second, SUBJECT_ALL);
	return copy_part(from, pair->first);
}

bool
subject_is_all(const struct subject *subject)
{
	return subject->kind == SUBJECT_PAIR && strcmp(subject->second, SUBJECT_ALL) == 0;
}

bool
subject_parse(enum subject_kind kind, struct span text, struct subject *subject)
{
	struct span from, to;

	subject->kind = kind;
	if (kind == SUBJECT_PLACE)
		return parse_place(text, subject);
	if (kind == SUBJECT_PAIR)
		return split(text, '/', &from, &to) &&
		       (span_is(to, SUBJECT_ALL) ? make_all(from, subject)
		                                 : subject_make_pair(from, to, subject));
	subject->name[0] = '\0';
	subject->second[0] = '\0';
	return copy_part(text, subject->first);
}

/* The parts with a byte between them, unless there is no second one. */
static const char *
join(const struct subject *subject, char between, char *text)
{
	size_t first = strlen(subject->first), second = strlen(subject->second);

	memcpy(text, subject->first, first + 1);
	if (second > 0) {
		text[first] = between;
		memcpy(text + first + 1, subject->second, second + 1);
	}
	return text;
}

const char *
subject_text(const struct subject *subject, char text[SUBJECT_SIZE])
{
	size_t name = strlen(subject->name);

	if (subject->kind != SUBJECT_PLACE)
		return join(subject, '/', text);
	if (name > 0) {
		memcpy(text, subject->name, name);
		text[name++] = '=';
	}
	join(subject, ',', text + name);
	return text;
}

const char *
subject_name(const struct subject *subject, char text[SUBJECT_SIZE])
{
	if (subject->kind != SUBJECT_PLACE)
		return join(subject, '/', text);
	if (subject->name[0] == '\0')
		return join(subject, ',', text);
	return strcpy(text, subject->name);
}

const char *
subject_noun(enum subject_kind kind)
{
	static const char *const nouns[] = {"pair", "ticker", "place"};

	return nouns[kind];
}

const char *
subject_form(enum subject_kind kind)
{
	static const char *const forms[] = {
	    "a pair such as BTC/USD, each half 1 to 20 of A-Z 0-9 . _ -",
	    "a ticker such as IBM, 1 to 20 of A-Z 0-9 . _ -",
	    "a place such as Berlin=52.52,13.41 or 52.52,13.41 (latitude, longitude)"};

	return forms[kind];
}
