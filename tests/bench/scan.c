/*
 * scan: the yardstick for passing JSON on. A straightforward scanner: checks
 * that each line is one well-formed value and copies it out.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 64 };

static const char *value(const char *at, const char *end, int depth);

static const char *
space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

static const char *
string(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++) {
		if ((unsigned char)*at < ' ')
			return NULL;
		if (*at == '\\')
			at++;
	}
	return at < end ? at + 1 : NULL;
}

static const char *
digits(const char *at, const char *end)
{
	const char *start = at;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at > start ? at : NULL;
}

static const char *
number(const char *at, const char *end)
{
	at = digits(*at == '-' ? at + 1 : at, end);
	if (at != NULL && at < end && *at == '.')
		at = digits(at + 1, end);
	if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
		at++;
		at = digits(at < end && (*at == '+' || *at == '-') ? at + 1 : at, end);
	}
	return at;
}

static const char *
word(const char *at, const char *end)
{
	static const char *const words[] = {"true", "false", "null"};

	for (int i = 0; i < 3; i++) {
		size_t length = strlen(words[i]);

		if ((size_t)(end - at) >= length && memcmp(at, words[i], length) == 0)
			return at + length;
	}
	return NULL;
}

/* An object or an array, from behind its opening bracket. */
static const char *
members(const char *at, const char *end, char close, int depth)
{
	at = space(at, end);
	if (at < end && *at == close)
		return at + 1;
	for (;;) {
		at = space(at, end);
		if (close == '}') {
			at = at < end && *at == '"' ? string(at, end) : NULL;
			at = at != NULL ? space(at, end) : NULL;
			if (at == NULL || at == end || *at++ != ':')
				return NULL;
		}
		at = value(at, end, depth);
		at = at != NULL ? space(at, end) : NULL;
		if (at == NULL || at == end)
			return NULL;
		if (*at == close)
			return at + 1;
		if (*at++ != ',')
			return NULL;
	}
}

static const char *
value(const char *at, const char *end, int depth)
{
	at = space(at, end);
	if (at == end || depth == DEPTH)
		return NULL;
	if (*at == '{' || *at == '[')
		return members(at + 1, end, *at == '{' ? '}' : ']', depth + 1);
	if (*at == '"')
		return string(at, end);
	if (*at == '-' || (*at >= '0' && *at <= '9'))
		return number(at, end);
	return word(at, end);
}

int
main(void)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	bool bad = false;

	while ((length = getline(&line, &capacity, stdin)) > 0) {
		const char *end = line + length - (line[length - 1] == '\n');
		const char *at = value(line, end, 0);

		if (at != NULL && space(at, end) == end)
			fwrite_unlocked(line, 1, (size_t)length, stdout);
		else
			bad = true;
	}
	free(line);
	return fflush(stdout) != 0 || ferror(stdin) ? 2 : bad;
}
