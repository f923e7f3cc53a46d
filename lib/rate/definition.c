/* definition: reads the members of a provider's document, which fxfetch(1) describes. */
#include <stdlib.h>
#include <string.h>
#include "rate/definition.h"
#include "rate/definition_value.h"
#include "text/json.h"
#include "base/memory.h"
#include "text/url.h"
#include "text/zone.h"

enum {
	REPLY_BYTES = 1024 * 1024,
	MANY = 1000 /* members or elements of any list in a definition */
};

static bool
read_accept(struct definition_reader *reader, const cJSON *item)
{
	if (!definition_read_text(reader, item, &reader->provider->accept))
		return false;
	for (const char *at = reader->provider->accept; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			return definition_wrong(reader, item->string, "must be plain ASCII");
	return true;
}

static bool
read_reply_bytes(struct definition_reader *reader, const cJSON *item)
{
	int bytes = 0;
	if (!definition_read_whole(reader, item, 1, REPLY_BYTES, &bytes))
		return false;
	reader->provider->reply_bytes = (size_t)bytes;
	return true;
}

static bool
read_records(struct definition_reader *reader, const cJSON *item)
{
	return definition_read_pointer(reader, item, &reader->provider->records);
}

static bool
read_symbols(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	const cJSON *symbol;
	if (!definition_is_list(reader, item, true, MANY))
		return false;
	provider->symbols =
	    memory_new((size_t)cJSON_GetArraySize(item) + 1, sizeof(*provider->symbols));
	cJSON_ArrayForEach(symbol, item)
	{
		struct symbol *to = &provider->symbols[provider->symbol_count];
		if (!definition_read_text(reader, symbol, &to->own))
			return false;
		to->common = memory_copy_text(symbol->string);
		provider->symbol_count++;
	}
	return true;
}

static bool
read_fields(struct definition_reader *reader, const cJSON *item)
{
	static const char *const names[FIELD_COUNT] = {
	    "exchange_rate", "last_refreshed", "time_zone", "bid_price", "ask_price"};
	const char *pointers[FIELD_COUNT] = {NULL};
	const cJSON *field;
	size_t bad;
	if (!definition_is_list(reader, item, true, FIELD_COUNT))
		return false;
	cJSON_ArrayForEach(field, item)
	{
		size_t i = 0;
		while (i < FIELD_COUNT && strcmp(names[i], field->string) != 0)
			i++;
		if (i == FIELD_COUNT)
			return definition_wrong(reader, field->string, "is not a field of a rate");
		if (!cJSON_IsString(field))
			return definition_wrong(reader, field->string, "must be a JSON Pointer");
		pointers[i] = field->valuestring;
		if (strstr(pointers[i], "{from}") != NULL || strstr(pointers[i], "{to}") != NULL)
			reader->provider->fields_by_pair = true;
		free(reader->provider->field_texts[i]);
		reader->provider->field_texts[i] = memory_copy_text(pointers[i]);
	}
	reader->provider->fields = json_pointers_compile(pointers, FIELD_COUNT, &bad);
	if (reader->provider->fields == NULL)
		return definition_wrong(
		    reader, names[bad], "must be a JSON Pointer, as \"/data/amount\"");
	if (pointers[FIELD_RATE] == NULL)
		return definition_wrong(
		    reader, "fields", "must say where the \"exchange_rate\" is");
	return true;
}

static bool
read_absent(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	const cJSON *text;
	if (!definition_is_list(reader, item, false, MANY))
		return false;
	provider->absent =
	    memory_new((size_t)cJSON_GetArraySize(item) + 1, sizeof(*provider->absent));
	cJSON_ArrayForEach(text, item)
	{
		if (!definition_read_text(reader, text, &provider->absent[provider->absent_count]))
			return false;
		provider->absent_count++;
	}
	return true;
}

static bool
read_means(struct definition_reader *reader, const cJSON *item, enum means *means)
{
	static const struct {
		const char *word;
		enum means means;
	} words[] = {{"pair", MEANS_PAIR}, {"key", MEANS_KEY}, {"barred", MEANS_BARRED},
	    {"burst", MEANS_BURST}, {"quota", MEANS_QUOTA}, {"trouble", MEANS_TROUBLE}};
	for (size_t i = 0; cJSON_IsString(item) && i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(words[i].word, item->valuestring) == 0) {
			*means = words[i].means;
			return true;
		}
	}
	return definition_wrong(
	    reader, "means", "must be pair, key, barred, burst, quota or trouble");
}

static bool
read_answer_member(struct definition_reader *reader, const cJSON *item, struct answer *answer)
{
	const char *name = item->string;
	if (strcmp(name, "status") == 0)
		return definition_read_whole(reader, item, 100, 599, &answer->status);
	if (strcmp(name, "at") == 0)
		return definition_read_pointer(reader, item, &answer->at);
	if (strcmp(name, "contains") == 0)
		return definition_read_text(reader, item, &answer->contains);
	if (strcmp(name, "means") == 0)
		return read_means(reader, item, &answer->means);
	if (strcmp(name, "wait") == 0)
		return definition_read_seconds(reader, item, &answer->wait);
	if (strcmp(name, "say") == 0)
		return definition_read_text(reader, item, &answer->say);
	return definition_wrong(reader, name, "is not a member of an answer");
}

static bool
read_answers(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	const cJSON *element, *member;
	if (!definition_is_list(reader, item, false, MANY))
		return false;
	provider->answers =
	    memory_new((size_t)cJSON_GetArraySize(item) + 1, sizeof(*provider->answers));
	cJSON_ArrayForEach(element, item)
	{
		struct answer *answer = &provider->answers[provider->answer_count++];
		answer->wait = -1;
		if (!cJSON_IsObject(element))
			return definition_wrong(reader, "answers", "must be a list of objects");
		cJSON_ArrayForEach(member, element)
		{
			if (!read_answer_member(reader, member, answer))
				return false;
		}
		if (answer->means == MEANS_RATE ||
		    (answer->status == 0 && answer->at == NULL && answer->contains == NULL))
			return definition_wrong(reader, "answers",
			    "must each have \"means\", and \"status\", \"at\" or \"contains\"");
	}
	return true;
}

static bool
read_string(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	if (strcmp(item->string, "url") == 0)
		return definition_read_text(reader, item, &provider->url);
	if (strcmp(item->string, "key_host") == 0)
		return definition_read_text(reader, item, &provider->key_host);
	if (strcmp(item->string, "key_hint") == 0)
		return definition_read_text(reader, item, &provider->key_hint);
	return cJSON_IsString(item) || definition_wrong(reader, item->string, "must hold text");
}

static bool
read_time_zone(struct definition_reader *reader, const cJSON *item)
{
	char **zone = &reader->provider->time_zone;
	int64_t offset;
	if (!definition_read_text(reader, item, zone))
		return false;
	if (zone_offset(span_of(*zone), &offset) || zone_is_name(span_of(*zone)))
		return true;
	return definition_wrong(reader, item->string,
	    "must be an offset such as \"+01:00\", or a name such as \"Europe/Berlin\"");
}

static bool
read_repeated_time(struct definition_reader *reader, const cJSON *item)
{
	const char *text = cJSON_IsString(item) ? item->valuestring : "";
	bool first = strcmp(text, "first") == 0;
	if (!first && strcmp(text, "second") != 0)
		return definition_wrong(reader, item->string, "must be first or second");
	reader->provider->repeated_time = first ? MOMENT_FIRST : MOMENT_SECOND;
	return true;
}

static bool
read_lower_case(struct definition_reader *reader, const cJSON *item)
{
	reader->provider->lower_case = cJSON_IsTrue(item);
	return cJSON_IsBool(item) ||
	       definition_wrong(reader, item->string, "must be true or false");
}

static bool
read_negative_rates(struct definition_reader *reader, const cJSON *item)
{
	reader->provider->negative_rates = cJSON_IsTrue(item);
	return cJSON_IsBool(item) ||
	       definition_wrong(reader, item->string, "must be true or false");
}

static const struct {
	const char *name;
	bool (*read)(struct definition_reader *reader, const cJSON *item);
} members[] = {{"about", read_string}, {"url", read_string}, {"key_host", read_string},
    {"key_hint", read_string}, {"accept", read_accept}, {"reply_bytes", read_reply_bytes},
    {"symbols", read_symbols}, {"limits", definition_read_limits},
    {"requests_per_day", definition_read_requests_per_day},
    {"pairs_per_request", definition_read_pairs_per_request}, {"lower_case", read_lower_case},
    {"fields", read_fields}, {"records", read_records}, {"absent", read_absent},
    {"time_zone", read_time_zone}, {"repeated_time", read_repeated_time},
    {"negative_rates", read_negative_rates}, {"answers", read_answers}};

enum { MEMBERS = sizeof(members) / sizeof(*members) };

static bool
read_members(struct definition_reader *reader, const cJSON *document)
{
	bool seen[MEMBERS] = {false};
	const cJSON *item;
	cJSON_ArrayForEach(item, document)
	{
		size_t i = 0;
		while (i < MEMBERS && strcmp(members[i].name, item->string) != 0)
			i++;
		if (i == MEMBERS)
			return definition_wrong(
			    reader, item->string, "is not a member of a definition");
		if (seen[i])
			return definition_wrong(reader, item->string, "occurs twice");
		seen[i] = true;
		if (!members[i].read(reader, item))
			return false;
	}
	if (reader->provider->url == NULL || reader->provider->fields == NULL)
		return fail(reader->failure, FAILURE_PERMANENT,
		    "%s: a definition has at least \"url\" and \"fields\"", reader->origin);
	if (reader->provider->pairs_per_request > 1 && !reader->provider->fields_by_pair)
		return definition_wrong(reader, "fields",
		    "must name {from} or {to}: a reply has the rates of several pairs");
	return true;
}

static bool
check_places(struct definition_reader *reader, const char *url)
{
	for (const char *at = strchr(url, '{'); at != NULL; at = strchr(at + 1, '{')) {
		size_t length = strcspn(at, "}");
		bool known = strncmp(at, "{from}", 6) == 0 || strncmp(at, "{to}", 4) == 0 ||
		             strncmp(at, "{key}", 5) == 0;
		if (length == 0 || (!known && strncmp(at, "{samples}", 9) != 0))
			return definition_wrong(
			    reader, "url", "has a {…} other than {from}, {to} and {key}");
	}
	for (const char *at = url; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~')
			return definition_wrong(
			    reader, "url", "has a byte that is not allowed in a URL");
	return true;
}

/* The key may be sent only to key_host, so that must be the URL's host. */
static bool
check_url(struct definition_reader *reader)
{
	static const char recorded[] = "file:{samples}/";
	struct provider *provider = reader->provider;
	struct failure reason;
	struct span host;

	provider->uses_key = strstr(provider->url, "{key}") != NULL;
	if (!check_places(reader, provider->url))
		return false;
	if (strncmp(provider->url, recorded, sizeof(recorded) - 1) == 0) {
		if (reader->built_in && !provider->uses_key)
			return true;
		return definition_wrong(
		    reader, "url", "is a file: only the built-in sample reads files");
	}
	if (strstr(provider->url, "{samples}") != NULL)
		return definition_wrong(
		    reader, "url", "has a {…} other than {from}, {to} and {key}");
	if (!url_host(provider->url, &host, &reason))
		return definition_wrong(reader, "url", reason.text);
	if (!provider->uses_key)
		return true;
	if (reader->provider->key_host == NULL)
		return definition_wrong(
		    reader, "key_host", "is missing: the only host that {key} may be sent to");
	if (!span_is(host, reader->provider->key_host))
		return definition_wrong(
		    reader, "url", "would send {key} to another host than \"key_host\"");
	return true;
}

bool
definition_read(struct provider *provider, struct span text, const char *origin, bool built_in,
    struct failure *failure)
{
	struct definition_reader reader = {provider, origin, built_in, failure};
	struct json_error error;

	provider->reply_bytes = REPLY_BYTES;
	provider->accept = memory_copy_text("application/json");
	if (!json_check(text, JSON_DEPTH, &error))
		return fail(failure, FAILURE_PERMANENT, "%s: not JSON at byte %zu: %s", origin,
		    error.offset + 1, error.reason);
	cJSON *document = cJSON_ParseWithLength(text.start, text.length);
	bool good;
	if (!cJSON_IsObject(document))
		good = fail(failure, FAILURE_PERMANENT, "%s: not a JSON object", origin);
	else
		good = read_members(&reader, document) && check_url(&reader);
	cJSON_Delete(document);
	return good;
}
