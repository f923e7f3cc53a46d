/* document: normalises policies, so that two that mean the same become the same text. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/iam/document.h"
#include "text/json.h"
#include "text/url.h"
#include "text/xml.h"

static cJSON *
read_document(struct span reply, const char *element)
{
	char *text = xml_text(reply, element);
	struct buffer plain;
	cJSON *document;

	if (text == NULL)
		return NULL;
	buffer_init(&plain, strlen(text) + 1);
	url_decode(&plain, span_of(text));
	document = cJSON_ParseWithLength(plain.data, plain.length);
	buffer_free(&plain);
	free(text);
	return document;
}

static int
compare_members(const void *a, const void *b)
{
	const cJSON *const *first = a, *const *second = b;

	return strcmp((*first)->string, (*second)->string);
}

static int
compare_strings(const void *a, const void *b)
{
	const cJSON *const *first = a, *const *second = b;

	return strcmp((*first)->valuestring, (*second)->valuestring);
}

/* IAM treats a list of strings as a set. */
static bool
is_set(const cJSON *value)
{
	const cJSON *child;

	cJSON_ArrayForEach(child, value)
	{
		if (!cJSON_IsString(child))
			return false;
	}
	return cJSON_IsArray(value);
}

/* IAM turns an account's number into "arn:aws:iam::123456789012:root". */
static void
add_string(struct buffer *text, const char *string)
{
	enum { DIGITS = 12 };
	const char *number = strstr(string, ":iam::");

	if (strncmp(string, "arn:aws", 7) == 0 && number != NULL) {
		number += strlen(":iam::");
		if (strspn(number, "0123456789") == DIGITS &&
		    strcmp(number + DIGITS, ":root") == 0) {
			json_add_string(text, number, DIGITS);
			return;
		}
	}
	json_add_string(text, string, strlen(string));
}

static void add_plainly(struct buffer *text, const cJSON *value);

static void
add_children(struct buffer *text, const cJSON *value)
{
	bool object = cJSON_IsObject(value);
	size_t count = 0;
	const cJSON *child, **all = memory_new((size_t)cJSON_GetArraySize(value) + 1, sizeof *all);

	cJSON_ArrayForEach(child, value) all[count++] = child;
	if (object || is_set(value))
		qsort(all, count, sizeof *all, object ? compare_members : compare_strings);
	buffer_add(text, object ? "{" : "[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_add(text, ",", 1);
		if (object) {
			json_add_string(text, all[i]->string, strlen(all[i]->string));
			buffer_add(text, ":", 1);
		}
		add_plainly(text, all[i]);
	}
	buffer_add(text, object ? "}" : "]", 1);
	free(all);
}

/*
 * On one line, with members sorted, and a list of one element replaced by it. cJSON limits the
 * depth.
 */
static void
add_plainly(struct buffer *text, const cJSON *value)
{
	const char *string = cJSON_GetStringValue(value);

	if (cJSON_IsArray(value) && cJSON_GetArraySize(value) == 1) {
		add_plainly(text, value->child);
	} else if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
		add_children(text, value);
	} else if (string != NULL) {
		add_string(text, string);
	} else {
		char *other = cJSON_PrintUnformatted(value);

		buffer_add_text(text, other != NULL ? other : "null");
		cJSON_free(other);
	}
}

/* NULL: too long. */
static char *
write_plainly(const cJSON *document)
{
	enum { MOST = 1024 * 1024 };
	struct buffer text;

	buffer_init(&text, MOST);
	add_plainly(&text, document);
	if (text.length < MOST)
		return buffer_take_text(&text);
	buffer_free(&text);
	return NULL;
}

char *
iam_document_found(struct span reply, const char *element, const char *wanted)
{
	cJSON *found = read_document(reply, element);
	cJSON *other = wanted != NULL ? cJSON_Parse(wanted) : NULL;
	char *text = found != NULL ? write_plainly(found) : NULL;
	char *other_text = other != NULL ? write_plainly(other) : NULL;

	if (text != NULL && other_text != NULL && strcmp(text, other_text) == 0) {
		free(text);
		text = memory_copy_text(wanted);
	}
	free(other_text);
	cJSON_Delete(found);
	cJSON_Delete(other);
	return text;
}

char *
iam_document_principal(struct span reply, const char *element)
{
	cJSON *document = read_document(reply, element);
	const cJSON *at = cJSON_GetObjectItemCaseSensitive(document, "Statement");
	const char *name = NULL;
	char *copy;

	if (cJSON_IsArray(at) && cJSON_GetArraySize(at) == 1)
		at = at->child;
	at = cJSON_GetObjectItemCaseSensitive(at, "Principal");
	if (cJSON_IsObject(at) && cJSON_GetArraySize(at) == 1)
		at = at->child;
	if (cJSON_IsArray(at) && cJSON_GetArraySize(at) == 1)
		at = at->child;
	name = cJSON_GetStringValue(at);
	copy = name != NULL ? memory_copy_text(name) : NULL;
	cJSON_Delete(document);
	return copy;
}
