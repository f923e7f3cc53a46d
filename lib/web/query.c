/* query: reads application/x-www-form-urlencoded arguments, strictly. */
#include "base/utf8.h"
#include "web/query.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* Is it UTF-8? A key may have control bytes. */
static bool
is_text(struct span text)
{
	const char *at = text.start, *end = text.start + text.length;
	bool whole = true;

	while (at < end && whole)
		at += utf8_sequence(at, end, &whole);
	return whole;
}

/* Decodes text, in which plus may stand for a blank. start NULL: *reason. */
static struct span
decode(struct span text, bool plus, struct pool *pool, const char **reason)
{
	char *plain = pool_take(pool, text.length + 1), *to = plain;
	struct span decoded;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.start[i];

		if (c == '%') {
			int high = i + 2 < text.length ? hex_digit(text.start[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(text.start[i + 2]) : -1;

			if (low < 0) {
				*reason = "has a % that two hexadecimal digits do not follow";
				return (struct span){NULL, 0};
			}
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		*to++ = c;
	}
	*to = '\0';
	decoded = (struct span){plain, (size_t)(to - plain)};
	if (!is_text(decoded)) {
		*reason = "is not UTF-8";
		decoded.start = NULL;
	}
	return decoded;
}

/* As decode, but a NUL is wrong, too. */
static const char *
decode_name(struct span text, bool plus, struct pool *pool, const char **reason)
{
	struct span name = decode(text, plus, pool, reason);

	if (name.start != NULL && strlen(name.start) != name.length) {
		*reason = "has a NUL outside the value of an argument";
		return NULL;
	}
	return name.start;
}

/* Takes the text before the first stop off the front of rest, and the stop with it. */
static struct span
take_until(struct span *rest, char stop)
{
	const char *end = rest->length > 0 ? memchr(rest->start, stop, rest->length) : NULL;
	struct span taken = {rest->start, end != NULL ? (size_t)(end - rest->start) : rest->length};
	size_t passed = taken.length + (end != NULL);

	rest->start += passed;
	rest->length -= passed;
	return taken;
}

bool
query_read(struct query *query, struct span target, struct pool *pool, const char **reason)
{
	*query = (struct query){.count = 0};
	*reason = "is too long";
	if (target.length > QUERY_LENGTH)
		return false;
	*reason = "does not begin with a slash";
	if (target.length == 0 || target.start[0] != '/')
		return false;
	query->path = decode_name(take_until(&target, '?'), false, pool, reason);
	if (query->path == NULL)
		return false;
	while (target.length > 0) {
		struct span pair = take_until(&target, '&'), name = take_until(&pair, '=');
		struct query_argument *argument = &query->arguments[query->count];

		if (name.length == 0 && pair.length == 0)
			continue;
		if (query->count == QUERY_ARGUMENTS) {
			*reason = "has too many arguments";
			return false;
		}
		argument->name = decode_name(name, true, pool, reason);
		if (argument->name == NULL)
			return false;
		argument->value = decode(pair, true, pool, reason);
		if (argument->value.start == NULL)
			return false;
		query->count++;
	}
	return true;
}

struct span
query_find(const struct query *query, const char *name, size_t *times)
{
	struct span value = {NULL, 0};

	*times = 0;
	for (size_t i = 0; i < query->count; i++) {
		if (strcmp(query->arguments[i].name, name) == 0) {
			value = query->arguments[i].value;
			++*times;
		}
	}
	return value;
}
