/* value: numbers, sizes, durations and choices in options. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "text/nearest.h"
#include "text/timestamp.h"
#include "tool/tool.h"

enum { MOST_WORDS = 32 };

/* Reads digits, then optionally one of units (each 1024 times the one before). False: invalid. */
static bool
read_number(const char *text, const char *units, uint64_t *number)
{
	bool over = false;
	const char *at = text, *unit;

	*number = 0;
	for (; *at >= '0' && *at <= '9' && !over; at++) {
		over = *number > (UINT64_MAX - 9) / 10;
		*number = *number * 10 + (uint64_t)(*at - '0');
	}
	if (at > text && *at != '\0' && (unit = strchr(units, *at)) != NULL) {
		for (long i = unit - units; i >= 0 && !over; i--) {
			over = *number > UINT64_MAX / 1024;
			*number *= 1024;
		}
		at++;
	}
	return at > text && *at == '\0' && !over;
}

uint64_t
option_number(
    struct tool *tool, const char *option, const char *text, uint64_t least, uint64_t most)
{
	uint64_t number;
	struct shown shown;

	if (!read_number(text, "", &number) || number < least || number > most)
		tool_usage(tool, "option %s: \"%s\" is not a whole number from %llu to %llu",
		    option, show(&shown, text, strlen(text)), (unsigned long long)least,
		    (unsigned long long)most);
	return number;
}

uint64_t
option_size(struct tool *tool, const char *option, const char *text, uint64_t least, uint64_t most)
{
	uint64_t number;
	struct shown shown;

	if (!read_number(text, "KMG", &number) || number < least || number > most)
		tool_usage(tool,
		    "option %s: \"%s\" is not a size from %llu to %llu (bytes, or with K, M or G)",
		    option, show(&shown, text, strlen(text)), (unsigned long long)least,
		    (unsigned long long)most);
	return number;
}

int64_t
option_duration(struct tool *tool, const char *option, const char *text)
{
	int64_t milliseconds;
	struct shown shown;

	if (!duration_parse(span_of(text), &milliseconds) || milliseconds <= 0)
		tool_usage(tool, "option %s: \"%s\" is not a duration such as 90s, 90m, 24h or 7d",
		    option, show(&shown, text, strlen(text)));
	return milliseconds;
}

int64_t
option_seconds(struct tool *tool, const char *option, const char *text, uint64_t least)
{
	enum { YEAR = 31536000 };
	size_t length = strlen(text), whole = strspn(text, "0123456789");
	size_t digits = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
	double seconds = strtod(text, NULL);
	struct shown shown;

	if (whole > 8 || digits > 3 || whole + digits == 0 ||
	    whole + (text[whole] == '.') + digits != length || seconds > YEAR ||
	    seconds * 1000 < (double)least)
		tool_usage(tool, "option %s: \"%s\" is not a number of seconds%s", option,
		    show(&shown, text, length), least > 0 ? " above 0" : "");
	return (int64_t)(seconds * 1000 + 0.5);
}

unsigned
option_choice(struct tool *tool, const char *option, const char *text, const char *words)
{
	const char *list[MOST_WORDS], *near;
	char *copy = memory_copy_text(words), *rest = copy, *word;
	struct shown shown;
	unsigned count = 0;

	while ((word = strsep(&rest, " ")) != NULL && count < MOST_WORDS) {
		if (strcmp(word, text) == 0) {
			free(copy);
			return count;
		}
		list[count++] = word;
	}
	near = nearest(text, list, count);
	show(&shown, text, strlen(text));
	if (near != NULL)
		tool_usage(tool, "option %s: unknown value \"%s\" (did you mean %s?)", option,
		    shown.text, near);
	tool_usage(tool, "option %s: \"%s\" is not one of: %s", option, shown.text, words);
}
