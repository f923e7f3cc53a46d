/* source: reports, keys and documents of all sources of credentials. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "aws/credentials/source.h"
#include "text/json.h"
#include "text/number.h"
#include "base/memory.h"
#include "system/file.h"
#include "text/redact.h"
#include "text/timestamp.h"

enum { DEPTH = 16, TOKEN_MAX = 64 * 1024 };

void
source_tried(struct search *search, const char *format, ...)
{
	char text[400];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (search->tried.length > 0)
		buffer_add_text(&search->tried, "; ");
	buffer_add_text(&search->tried, text);
}

void
source_tried_first(struct search *search, const char *text)
{
	char *others = memory_copy(search->tried.data, search->tried.length);

	search->tried.length = 0;
	buffer_add_format(&search->tried, "%s%s%s", text, others[0] != '\0' ? "; " : "", others);
	free(others);
}

enum outcome
source_failed(struct failure *failure, enum failure_kind kind, const char *format, ...)
{
	char text[sizeof(failure->text) - sizeof("credentials: ")];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fail(failure, kind, "credentials: %s", text);
	return OUTCOME_FAILED;
}

void
source_set_keys(struct found_keys *found, const char *access_key, const char *secret_key,
    const char *session_token)
{
	found->access_key = memory_copy_text(access_key);
	found->secret_key = memory_copy_text(secret_key);
	found->session_token = session_token != NULL ? memory_copy_text(session_token) : NULL;
}

void
source_free_keys(struct found_keys *found)
{
	memory_wipe_text(found->access_key);
	memory_wipe_text(found->secret_key);
	memory_wipe_text(found->session_token);
	free(found->where);
	*found = (struct found_keys){.access_key = NULL};
}

void
source_redact(const struct found_keys *found, struct buffer *text)
{
	if (found->secret_key != NULL)
		redact(text, span_of(found->secret_key));
	if (found->session_token != NULL)
		redact(text, span_of(found->session_token));
}

bool
source_number(const char *text, int64_t *whole)
{
	struct number number;
	if (text == NULL || number_read(span_of(text), &number) != NULL)
		return false;
	*whole = number_scaled(&number, 0);
	return true;
}

bool
source_time(const char *text, int64_t *time)
{
	struct timestamp stamp;
	/* Without a zone it is in UTC. The AWS CLI once wrote "2020-01-01T00:00:00UTC". */
	return timestamp_read(span_of(text), &stamp) && stamp.zone.start == NULL &&
	       timestamp_settle(&stamp, stamp.known ? stamp.offset : 0, time);
}

bool
source_read_token(const char *path, char **text, struct failure *failure)
{
	struct buffer buffer;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file < 0)
		return fail_errno(failure, errno, "credentials: %s cannot be opened", path);
	char *name = memory_format("credentials: %s", path);
	bool good = file_read_all(file, name, TOKEN_MAX, &buffer, failure);
	free(name);
	close(file);
	while (buffer.length > 0 && strchr("\r\n ", buffer.data[buffer.length - 1]) != NULL)
		buffer.length--;
	if (good && buffer.length > 0 && memchr(buffer.data, '\0', buffer.length) == NULL)
		*text = memory_copy(buffer.data, buffer.length);
	else if (good)
		good = fail(failure, FAILURE_PERMANENT,
		    "credentials: %s is empty or holds a NUL byte", path);
	buffer_wipe(&buffer);
	return good;
}

struct span
source_member(struct span document, const char *name)
{
	struct json_wanted wanted = {.name = span_of(name)};
	struct json_error error;
	if (!json_find(document, DEPTH, &wanted, 1, NULL, &error))
		return (struct span){NULL, 0};
	return json_present(wanted.value);
}

char *
source_text(struct span document, const char *name)
{
	struct span value = source_member(document, name);
	if (value.start == NULL)
		return NULL;
	if (json_kind(value) == JSON_NUMBER)
		return memory_copy(value.start, value.length);
	if (json_kind(value) != JSON_STRING)
		return NULL;
	struct span inside = json_inside(value);
	char *text = memory_new(inside.length + 1, 1);
	size_t length = json_unescape(inside, text);
	if (length > 0 && memchr(text, '\0', length) == NULL)
		return text;
	memory_wipe_text(text);
	return NULL;
}

const char *
source_keys(struct span document, const struct key_names *names, struct found_keys *found)
{
	const char *wrong = NULL;
	char *until = source_text(document, names->until);
	found->access_key = source_text(document, names->access_key);
	found->secret_key = source_text(document, names->secret_key);
	found->session_token = source_text(document, names->session_token);
	if (found->access_key == NULL)
		wrong = names->access_key;
	else if (found->secret_key == NULL)
		wrong = names->secret_key;
	else if (until != NULL && !source_time(until, &found->until))
		wrong = names->until;
	free(until);
	return wrong;
}
