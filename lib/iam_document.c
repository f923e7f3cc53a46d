/* iam_document: see iam_document.h. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "iam_document.h"
#include "json.h"
#include "memory.h"
#include "url.h"
#include "xml.h"

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

static void
add_member(struct buffer *text, const cJSON *value, bool first)
{
	if (!first)
		buffer_add(text, ",", 1);
	if (value->string != NULL) {
		json_add_string(text, value->string, strlen(value->string));
		buffer_add(text, ":", 1);
	}
}

static void add_sorted(struct buffer *text, const cJSON *value);

static void
add_children(struct buffer *text, const cJSON *value)
{
	size_t count = 0;
	const cJSON *child, **all = memory_new((size_t)cJSON_GetArraySize(value) + 1, sizeof *all);

	cJSON_ArrayForEach(child, value) all[count++] = child;
	if (cJSON_IsObject(value))
		qsort(all, count, sizeof *all, compare_members);
	buffer_add(text, cJSON_IsObject(value) ? "{" : "[", 1);
	for (size_t i = 0; i < count; i++) {
		add_member(text, all[i], i == 0);
		add_sorted(text, all[i]);
	}
	buffer_add(text, cJSON_IsObject(value) ? "}" : "]", 1);
	free(all);
}

/* On one line, members in the order of their names. cJSON bounds the depth. */
static void
add_sorted(struct buffer *text, const cJSON *value)
{
	const char *string = cJSON_GetStringValue(value);

	if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
		add_children(text, value);
	} else if (string != NULL) {
		json_add_string(text, string, strlen(string));
	} else {
		char *other = cJSON_PrintUnformatted(value);

		buffer_add_text(text, other != NULL ? other : "null");
		cJSON_free(other);
	}
}

/* NULL: too long. */
static char *
sort(const cJSON *document)
{
	enum { MOST = 1024 * 1024 };
	struct buffer text;

	buffer_init(&text, MOST);
	add_sorted(&text, document);
	if (buffer_add(&text, "", 1))
		return text.data;
	buffer_free(&text);
	return NULL;
}

char *
iam_document_found(struct span reply, const char *element, const char *wanted)
{
	cJSON *found = read_document(reply, element);
	cJSON *other = wanted != NULL ? cJSON_Parse(wanted) : NULL;
	char *text = found != NULL ? sort(found) : NULL;
	char *other_text = other != NULL ? sort(other) : NULL;

	if (text != NULL && other_text != NULL && strcmp(text, other_text) == 0) {
		free(text);
		text = memory_copy_text(wanted);
	}
	free(other_text);
	cJSON_Delete(found);
	cJSON_Delete(other);
	return text;
}
