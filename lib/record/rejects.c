/* rejects: formats refused lines and appends them to the rejects file. */
#include <stdlib.h>
#include <string.h>

#include "system/append_file.h"
#include "text/base64.h"
#include "base/buffer.h"
#include "text/json.h"
#include "base/memory.h"
#include "record/rejects.h"

/* More than any record as base64, and the members around it. */
enum { CEILING = 1 << 30 };

struct rejects {
	struct append_file *file;
	const char *tool;
	struct buffer text;
	struct buffer encoded;
};

struct rejects *
rejects_open(
    const char *path, const char *tool, const struct caller *caller, struct failure *failure)
{
	struct append_file *file = append_file_open(path, "refused lines", caller, failure);
	struct rejects *rejects;

	if (file == NULL)
		return NULL;
	rejects = memory_new(1, sizeof *rejects);
	rejects->file = file;
	rejects->tool = tool;
	buffer_init(&rejects->text, CEILING);
	buffer_init(&rejects->encoded, CEILING);
	return rejects;
}

static struct span
trimmed(struct span text)
{
	while (text.length > 0 && strchr(" \t\r", text.start[text.length - 1]) != NULL)
		text.length--;
	while (text.length > 0 && strchr(" \t\r", text.start[0]) != NULL) {
		text.start++;
		text.length--;
	}
	return text;
}

/* Formats the line for the file. */
static bool
describe(struct rejects *rejects, const struct line *line, const char *error, const char *more,
    bool torn)
{
	struct buffer *text = &rejects->text;
	struct json_error ignored;
	struct span record = line->text;
	bool fits;

	buffer_clear(text);
	fits = buffer_add_text(text, torn ? "\n{\"error\":" : "{\"error\":") &&
	       json_add_string(text, error, strlen(error)) &&
	       buffer_add_format(text, ",\"tool\":\"%s\",\"line\":%llu,", rejects->tool,
	           (unsigned long long)line->number);
	if (line->state == LINE_WHOLE && json_check(record, JSON_DEPTH, &ignored)) {
		record = trimmed(record);
		fits = fits && buffer_add_text(text, "\"record\":") &&
		       buffer_add(text, record.start, record.length);
	} else {
		buffer_clear(&rejects->encoded);
		fits = fits && base64_encode(&rejects->encoded, record.start, record.length) &&
		       buffer_add_text(text, "\"base64\":\"") &&
		       buffer_add(text, rejects->encoded.data, rejects->encoded.length) &&
		       buffer_add_text(text, "\"");
	}
	if (line->state == LINE_LONG)
		fits = fits &&
		       buffer_add_format(text, ",\"bytes\":%llu", (unsigned long long)line->bytes);
	if (more != NULL)
		fits = fits && buffer_add_text(text, more);
	return fits && buffer_add_text(text, "}\n");
}

bool
rejects_add_with(struct rejects *rejects, const struct line *line, const char *error,
    const char *more, struct failure *failure)
{
	bool torn;

	if (!append_file_ready(rejects->file, &torn, failure))
		return false;
	if (!describe(rejects, line, error, more, torn))
		return fail(failure, FAILURE_TEMPORARY, "a refused line is too long to set aside");
	return append_file_line(rejects->file, buffer_span(&rejects->text), failure);
}

bool
rejects_add(
    struct rejects *rejects, const struct line *line, const char *error, struct failure *failure)
{
	return rejects_add_with(rejects, line, error, NULL, failure);
}

bool
rejects_sync(struct rejects *rejects, struct failure *failure)
{
	return append_file_sync(rejects->file, failure);
}

bool
rejects_close(struct rejects *rejects, struct failure *failure)
{
	bool safe;

	if (rejects == NULL)
		return true;
	safe = rejects_sync(rejects, failure);
	append_file_close(rejects->file);
	buffer_free(&rejects->text);
	buffer_free(&rejects->encoded);
	free(rejects);
	return safe;
}
