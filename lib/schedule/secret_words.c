/* secret_words: looks for each form in a word. */
#include <string.h>
#include <strings.h>

#include "schedule/secret_words.h"

static const char *const secrets[] = {"PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "SECRET",
    "API-KEY", "APIKEY", "ACCESS-KEY", "SECRET-KEY"};
/* Names with such ends that are not secrets. */
static const char *const others[] = {"REQUEST-TOKEN", "STARTING-TOKEN", "NEXT-TOKEN", "PAGE-TOKEN"};
/* Only in these places, and nothing before them. */
static const char *const headers[] = {"AUTHORIZATION", "PROXY-AUTHORIZATION", "COOKIE"};
static const char *const queries[] = {"KEY", "APPID", "SIG", "SIGNATURE"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool
is_name_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/* Does name end with end, in either case? A hyphen may be an underscore. */
static bool
ends_with(struct span name, const char *end, bool whole)
{
	size_t length = strlen(end), from = name.length - length;

	if (name.length < length || (whole && from > 0))
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = name.start[from + i] == '_' ? '-' : name.start[from + i];

		if (strncasecmp(&c, end + i, 1) != 0)
			return false;
	}
	return true;
}

static bool
is_among(struct span name, const char *const *list, size_t count, bool whole)
{
	for (size_t i = 0; i < count; i++) {
		if (ends_with(name, list[i], whole))
			return true;
	}
	return false;
}

static bool
is_secret(struct span name)
{
	return is_among(name, secrets, COUNT(secrets), false) &&
	       !is_among(name, others, COUNT(others), false);
}

/* Does the value come from elsewhere: from the shell, or from a place that it names? */
static bool
is_reference(struct span value, bool path)
{
	static const char *const places[] = {"file:", "secretsmanager:", "arn:", "@", "{"};
	static const char *const paths[] = {"/", "./", "~/"};

	if (value.length == 0 || memchr(value.start, '$', value.length) != NULL ||
	    memchr(value.start, '`', value.length) != NULL)
		return true;
	for (size_t i = 0; i < COUNT(places); i++) {
		if (span_begins(value, places[i]))
			return true;
	}
	for (size_t i = 0; path && i < COUNT(paths); i++) {
		if (span_begins(value, paths[i]))
			return true;
	}
	return false;
}

static struct span
from(struct span word, size_t at)
{
	return (struct span){word.start + at, word.length - at};
}

/* Up to what ends a value. */
static struct span
value_at(struct span word, size_t at, const char *ends)
{
	struct span value = from(word, at);
	size_t length = 0;

	while (length < value.length && strchr(ends, value.start[length]) == NULL)
		length++;
	return (struct span){value.start, length};
}

/* The name that ends before at. */
static struct span
name_before(struct span word, size_t at)
{
	size_t begin = at;

	while (begin > 0 && is_name_byte(word.start[begin - 1]))
		begin--;
	return (struct span){word.start + begin, at - begin};
}

/* NAME=VALUE, --NAME=VALUE, ?NAME=VALUE and the like, anywhere in the word. */
static bool
find_setting(struct span word, struct span *name)
{
	for (size_t at = 0; at < word.length; at++) {
		if (word.start[at] != '=')
			continue;
		struct span found = name_before(word, at);
		char before = found.start > word.start ? found.start[-1] : '\0';
		bool query = before == '?' || before == '&';
		bool option = found.length > 0 && found.start[0] == '-';
		struct span value = value_at(word, at + 1, "&#;\"' ");

		if (before != '\0' && strchr("?&;, \t\"'{", before) == NULL)
			continue;
		if (!is_secret(found) && !(query && is_among(found, queries, COUNT(queries), true)))
			continue;
		*name = found;
		if (!is_reference(value, option))
			return true;
	}
	return false;
}

/* NAME: VALUE, alone or after an option. */
static bool
find_header(struct span word, struct span *name)
{
	static const char *const options[] = {"-H", "--header=", "--proxy-header="};
	size_t at = 0;

	for (size_t i = 0; i < COUNT(options); i++) {
		if (span_begins(word, options[i]))
			word = from(word, strlen(options[i]));
	}
	while (at < word.length && is_name_byte(word.start[at]))
		at++;
	*name = (struct span){word.start, at};
	if (at == word.length || word.start[at] != ':' ||
	    (!is_secret(*name) && !is_among(*name, headers, COUNT(headers), true)))
		return false;
	for (at++; at < word.length && word.start[at] == ' '; at++)
		;
	return !is_reference(from(word, at), false);
}

/* "NAME":"VALUE", anywhere in the word. */
static bool
find_member(struct span word, struct span *name)
{
	for (size_t at = 1; at < word.length; at++) {
		size_t next = at + 1;

		if (word.start[at] != '"')
			continue;
		*name = name_before(word, at);
		while (next < word.length && strchr(" :", word.start[next]) != NULL)
			next++;
		if (next > at + 1 && next < word.length && word.start[next] == '"' &&
		    is_secret(*name) && !is_reference(value_at(word, next + 1, "\""), false))
			return true;
	}
	return false;
}

/* The name is that of the user. */
static bool
find_password(struct span word, struct span *name)
{
	for (size_t at = 0; at + 3 < word.length; at++) {
		if (memcmp(word.start + at, "://", 3) != 0)
			continue;
		struct span user = value_at(word, at + 3, ":/@?# ");
		size_t colon = (size_t)(user.start - word.start) + user.length;
		struct span password = colon < word.length && word.start[colon] == ':'
		                           ? value_at(word, colon + 1, "/@?# ")
		                           : (struct span){"", 0};
		const char *end = password.start + password.length;

		*name = user;
		if (end < word.start + word.length && *end == '@' && !is_reference(password, false))
			return true;
	}
	return false;
}

bool
secret_words_in(struct span word, struct span *name)
{
	return find_setting(word, name) || find_header(word, name) || find_member(word, name) ||
	       find_password(word, name);
}

/* "curl -u USER:PASSWORD" */
static bool
is_login(const char *command, const char *option, struct span value, struct span *name)
{
	const char *slash = strrchr(command, '/');
	const char *colon = memchr(value.start, ':', value.length);

	if (strcmp(slash != NULL ? slash + 1 : command, "curl") != 0 || colon == NULL ||
	    (strcmp(option, "-u") != 0 && strcmp(option, "--user") != 0 &&
	        strcmp(option, "-U") != 0 && strcmp(option, "--proxy-user") != 0))
		return false;
	*name = span_of(option);
	return !is_reference(from(value, (size_t)(colon + 1 - value.start)), false);
}

/* An option, and the word after it. */
static bool
find_pair(const char *command, const char *option, const char *value, struct span *name)
{
	if (is_login(command, option, span_of(value), name))
		return true;
	if (strncmp(option, "--", 2) != 0 || !is_secret(span_of(option)) || value[0] == '-' ||
	    value[0] == '\n')
		return false;
	*name = span_of(option);
	return !is_reference(span_of(value), true);
}

bool
secret_words_find(const struct words *words, struct span *name)
{
	const char *command = "";
	bool begins = true;

	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->list[i];

		if (word[0] == '\n') {
			begins = true;
			continue;
		}
		if (begins && strchr(word, '=') == NULL) {
			command = word;
			begins = false;
		}
		if (secret_words_in(span_of(word), name) ||
		    (i + 1 < words->count && find_pair(command, word, words->list[i + 1], name)))
			return true;
	}
	return false;
}
