/* status: the meaning of exit statuses, of the shell's and of fxpipe's tools. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "fxcron/status.h"
#include "schedule/words.h"

enum { NEEDS_ATTENTION = 2, TEMPORARY = 75, NOT_EXECUTABLE = 126, NOT_FOUND = 127, KILLED = 137 };

static bool
is_tool(const char *word)
{
	static const char *const tools[] = {"cwput", "ddbget", "ddbput", "fxalert", "fxenc",
	    "fxfetch", "fxmetrics", "fxplot", "fxroll", "kack", "kbatch", "kput", "kread", "kstat",
	    "s3get", "s3put", "smget", "snspub"};
	const char *slash = strrchr(word, '/'), *name = slash != NULL ? slash + 1 : word;

	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
		if (strcmp(name, tools[i]) == 0)
			return true;
	}
	return false;
}

/* NAME=VALUE before a program. */
static bool
is_setting(const char *word)
{
	size_t length =
	    strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");

	return length > 0 && word[length] == '=';
}

/* Is the first word of each command in the pipeline a tool? Of more than a pipeline, no. */
static bool
is_ours(const char *command)
{
	bool first = true, ours = true, any = false;
	struct words words;

	words_split_command(span_of(command), &words);
	for (size_t i = 0; ours && i < words.count; i++) {
		const char *word = words.list[i];

		if (strcmp(word, "\n") == 0) {
			first = true;
		} else if (first && !is_setting(word)) {
			ours = is_tool(word);
			any = true;
			first = false;
		}
	}
	words_free(&words);
	return ours && any;
}

const char *
status_meaning(const char *command, int status)
{
	switch (status) {
	case NOT_EXECUTABLE:
	case NOT_FOUND:
		return "a command was not found or is not executable; PATH is ";
	case KILLED:
		return "it was killed";
	case 1:
		return is_ours(command) ? "some lines were refused or lost" : NULL;
	case NEEDS_ATTENTION:
		return is_ours(command) ? "needs attention" : NULL;
	case TEMPORARY:
		return is_ours(command) ? "temporary failure, retry later" : NULL;
	default:
		return NULL;
	}
}
