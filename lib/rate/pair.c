/* pair: parses and writes pairs. */
#include <string.h>
#include "rate/pair.h"

static bool
fits(char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '.' ||
	       byte == '_' || byte == '-';
}

static bool
copy_part(struct span part, char to[PAIR_PART + 1])
{
	if (part.length == 0 || part.length > PAIR_PART)
		return false;
	for (size_t i = 0; i < part.length; i++)
		if (!fits(part.start[i]))
			return false;
	memcpy(to, part.start, part.length);
	to[part.length] = '\0';
	return true;
}

bool
pair_make(struct span from, struct span to, struct pair *pair)
{
	return copy_part(from, pair->from) && copy_part(to, pair->to);
}

bool
pair_parse(struct span text, struct pair *pair)
{
	const char *slash = text.length > 0 ? memchr(text.start, '/', text.length) : NULL;
	if (slash == NULL)
		return false;
	size_t before = (size_t)(slash - text.start);
	return pair_make((struct span){text.start, before},
	    (struct span){slash + 1, text.length - before - 1}, pair);
}

const char *
pair_text(const struct pair *pair, char text[PAIR_SIZE])
{
	size_t from = strlen(pair->from), to = strlen(pair->to);
	memcpy(text, pair->from, from);
	text[from] = '/';
	memcpy(text + from + 1, pair->to, to + 1);
	return text;
}
