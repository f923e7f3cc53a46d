/* definition_fields: the members of a definition that say where the values of a record are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "rate/definition_value.h"
#include "text/json.h"

bool
definition_read_record(struct definition_reader *reader, const cJSON *item)
{
	const struct form *form = cJSON_IsString(item) ? form_find(item->valuestring) : NULL;
	if (form == NULL)
		return definition_wrong(reader, item, "must be rate, quote, bar or observation");
	reader->provider->form = form;
	return true;
}

bool
definition_read_records(struct definition_reader *reader, const cJSON *item)
{
	return definition_read_fixed_pointer(reader, item, &reader->provider->records);
}

bool
definition_asks_for(struct definition_reader *reader, const cJSON *item, enum subject_kind kind)
{
	struct provider *provider = reader->provider;
	if (provider->asks_known && provider->asks != kind)
		return definition_wrong(reader, item,
		    "is for another kind than the rest: pairs have {from} and {to}, tickers "
		    "{ticker}, places {latitude} and {longitude}");
	provider->asks = kind;
	provider->asks_known = true;
	return true;
}

/* A field that names the subject says what the provider is asked for. */
static bool
take_subject(struct definition_reader *reader, const cJSON *item, enum field_type type)
{
	if (type == FIELD_SECOND || (type == FIELD_FIRST && strcmp(item->string, "from") == 0))
		return definition_asks_for(reader, item, SUBJECT_PAIR);
	return type != FIELD_FIRST || definition_asks_for(reader, item, SUBJECT_TICKER);
}

/* The index of the field that item names. */
static bool
find_field(struct definition_reader *reader, const cJSON *item, size_t *field)
{
	*field = form_field(reader->provider->form, item->string);
	if (*field == FORM_FIELDS)
		return definition_wrong(reader, item, "is not a field of this record");
	if (reader->provider->form->fields[*field].type > FIELD_TEXT)
		reader->provider->names_subject = true;
	if (*field >= reader->provider->field_count)
		reader->provider->field_count = *field + 1;
	return take_subject(reader, item, reader->provider->form->fields[*field].type);
}

/* The name of the member that a record is. */
static bool
read_name(struct definition_reader *reader, const cJSON *item, size_t field)
{
	struct provider *provider = reader->provider;
	if (field == FORM_VALUE || provider->name_field != 0)
		return definition_wrong(
		    reader, item, "must be a JSON Pointer: one other field may be \"{name}\"");
	provider->name_field = field + 1;
	provider->has_shared = true;
	return true;
}

/* A pointer of a field; the places in it say what the provider is asked for. */
static bool
read_choice(struct definition_reader *reader, const cJSON *item, size_t choice, size_t field)
{
	struct provider *provider = reader->provider;
	struct json_pointers *pointer = NULL;
	if (choice == PROVIDER_CHOICES)
		return definition_wrong(reader, item, "has more than 8 pointers");
	if (!definition_read_pointer(reader, item, &pointer))
		return false;
	json_pointers_free(pointer);
	free(provider->field_texts[choice][field]);
	provider->field_texts[choice][field] = memory_copy_text(item->valuestring);
	if (choice >= provider->choice_count)
		provider->choice_count = choice + 1;
	const char *at = item->valuestring;
	while ((at = definition_place(at)) != NULL) {
		const struct provider_place *place = provider_place(at++);
		if (place == NULL)
			return definition_wrong(
			    reader, item, "has a {…} other than {from}, {to} and {ticker}");
		provider->fields_by_subject = true;
		if (!definition_asks_for(reader, item, place->kind))
			return false;
	}
	return true;
}

static bool
read_field(struct definition_reader *reader, const cJSON *item)
{
	size_t field, choice = 0;
	const cJSON *element;
	if (!find_field(reader, item, &field))
		return false;
	bool name = cJSON_IsString(item) && strcmp(item->valuestring, "{name}") == 0;
	if (name && !read_name(reader, item, field))
		return false;
	if (!name && !cJSON_IsArray(item) && !read_choice(reader, item, 0, field))
		return false;
	if (cJSON_IsArray(item)) {
		cJSON_ArrayForEach(element, item)
		{
			if (!read_choice(reader, element, choice++, field))
				return false;
		}
	}
	return true;
}

bool
definition_read_fields(struct definition_reader *reader, const cJSON *item)
{
	const cJSON *field;
	if (!definition_is_list(reader, item, true, FORM_FIELDS))
		return false;
	cJSON_ArrayForEach(field, item)
	{
		if (!read_field(reader, field))
			return false;
	}
	return true;
}

bool
definition_read_common(struct definition_reader *reader, const cJSON *item)
{
	const char *pointers[FORM_FIELDS] = {NULL};
	const cJSON *field;
	size_t index, bad;
	if (!definition_is_list(reader, item, true, FORM_FIELDS))
		return false;
	cJSON_ArrayForEach(field, item)
	{
		struct json_pointers *pointer = NULL;
		if (!find_field(reader, field, &index) ||
		    !definition_read_fixed_pointer(reader, field, &pointer))
			return false;
		json_pointers_free(pointer);
		pointers[index] = field->valuestring;
	}
	reader->provider->common = json_pointers_compile(pointers, FORM_FIELDS, &bad);
	reader->provider->has_shared = true;
	return true;
}

bool
definition_read_constants(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	const cJSON *constant;
	char *text = NULL;
	struct buffer quoted;
	size_t field;
	if (!definition_is_list(reader, item, true, FORM_FIELDS))
		return false;
	cJSON_ArrayForEach(constant, item)
	{
		if (!find_field(reader, constant, &field))
			return false;
		if (provider->form->fields[field].type < FIELD_TEXT)
			return definition_wrong(reader, constant, "cannot be a constant");
		if (!definition_read_text(reader, constant, &text))
			return false;
		buffer_init(&quoted, DEFINITION_MAX);
		json_add_string(&quoted, text, strlen(text));
		free(text);
		text = NULL;
		free(provider->constants[field]);
		provider->has_shared = true;
		provider->constants[field] = memory_copy(quoted.data + 1, quoted.length - 2);
		buffer_free(&quoted);
	}
	return true;
}

bool
definition_finish_fields(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	char what[80];
	size_t bad;
	if (provider->field_texts[0][FORM_VALUE] == NULL) {
		snprintf(what, sizeof what, "must say where the \"%s\" is",
		    provider->form->fields[FORM_VALUE].name);
		return definition_wrong(reader, item, what);
	}
	if (provider->name_field != 0 && provider->records == NULL)
		return definition_wrong(reader, item,
		    "have \"{name}\", but \"records\" is missing: only one of several records "
		    "has a name");
	if (provider->subjects_per_request > 1 && !provider->names_subject &&
	    !provider->fields_by_subject)
		return definition_wrong(reader, item,
		    "must name {from}, {to} or {ticker}: a reply has the records of several");
	if (provider->url == NULL && provider->fields_by_subject)
		return definition_wrong(reader, item,
		    "must not have {from}, {to} or {ticker}, as there is no \"url\" to ask for "
		    "one");
	if (provider->url == NULL && !provider_names_subject(provider))
		return definition_wrong(reader, item,
		    "must say where the series, the ticker or the pair is named, as there is no "
		    "\"url\" to ask for one");
	for (size_t i = 0; i < provider->choice_count; i++)
		provider->fields[i] = json_pointers_compile(
		    (const char *const *)provider->field_texts[i], provider->field_count, &bad);
	return true;
}
