/* definition: reads the members of a provider's document, which fxfetch(1) describes. */
#include <stdlib.h>
#include <string.h>
#include "rate/definition.h"
#include "rate/definition_value.h"
#include "text/json.h"
#include "base/memory.h"
#include "text/url.h"
#include "text/zone.h"

enum { REPLY_BYTES = 1024 * 1024, REPLY_BYTES_MOST = 8 * REPLY_BYTES };

static bool
read_accept(struct definition_reader *reader, const cJSON *item)
{
	if (!definition_read_text(reader, item, &reader->provider->accept))
		return false;
	for (const char *at = reader->provider->accept; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			return definition_wrong(reader, item, "must be plain ASCII");
	return true;
}

static bool
read_reply_bytes(struct definition_reader *reader, const cJSON *item)
{
	int bytes = 0;
	if (!definition_read_whole(reader, item, 1, REPLY_BYTES_MOST, &bytes))
		return false;
	reader->provider->reply_bytes = (size_t)bytes;
	return true;
}

/* Can a subject have this part? A slash before or after it says which half of a pair it is. */
static bool
is_part(struct span name)
{
	struct subject subject;
	bool front = span_begins(name, "/");

	if (front || (name.length > 0 && name.start[name.length - 1] == '/'))
		name = (struct span){name.start + front, name.length - 1};
	return subject_parse(SUBJECT_TICKER, name, &subject);
}

static bool
read_symbols(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	const cJSON *symbol;
	if (!definition_is_list(reader, item, true, DEFINITION_MANY))
		return false;
	provider->symbols =
	    memory_new((size_t)cJSON_GetArraySize(item) + 1, sizeof(*provider->symbols));
	cJSON_ArrayForEach(symbol, item)
	{
		struct symbol *to = &provider->symbols[provider->symbol_count];
		if (!is_part(span_of(symbol->string)))
			return definition_wrong(reader, symbol,
			    "must be a ticker, or half of a pair, such as BTC, BTC/ or /BTC");
		if (!definition_read_text(reader, symbol, &to->own))
			return false;
		to->common = memory_copy_text(symbol->string);
		provider->symbol_count++;
	}
	return true;
}

/* "absent" or "ignore" */
static bool
read_texts(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	struct provider_texts *to =
	    strcmp(item->string, "absent") == 0 ? &provider->absent : &provider->ignore;
	const cJSON *text;
	if (!definition_is_list(reader, item, false, DEFINITION_MANY))
		return false;
	to->texts = memory_new((size_t)cJSON_GetArraySize(item) + 1, sizeof(*to->texts));
	cJSON_ArrayForEach(text, item)
	{
		char *copy = NULL;
		if (!definition_read_text(reader, text, &copy))
			return false;
		to->texts[to->count++] = span_of(copy);
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
	return cJSON_IsString(item) || definition_wrong(reader, item, "must hold text");
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
	return definition_wrong(reader, item,
	    "must be an offset such as \"+01:00\", or a name such as \"Europe/Berlin\"");
}

static bool
read_repeated_time(struct definition_reader *reader, const cJSON *item)
{
	const char *text = cJSON_IsString(item) ? item->valuestring : "";
	bool first = strcmp(text, "first") == 0;
	if (!first && strcmp(text, "second") != 0)
		return definition_wrong(reader, item, "must be first or second");
	reader->provider->repeated_time = first ? MOMENT_FIRST : MOMENT_SECOND;
	return true;
}

static bool
read_format(struct definition_reader *reader, const cJSON *item)
{
	const char *text = cJSON_IsString(item) ? item->valuestring : "";
	reader->provider->xml = strcmp(text, "xml") == 0;
	return reader->provider->xml || strcmp(text, "json") == 0 ||
	       definition_wrong(reader, item, "must be json or xml");
}

static bool
read_flag(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	bool *flag = &provider->negative_rates;
	if (strcmp(item->string, "lower_case") == 0)
		flag = &provider->lower_case;
	if (strcmp(item->string, "oldest_first") == 0)
		flag = &provider->oldest_first;
	*flag = cJSON_IsTrue(item);
	return cJSON_IsBool(item) || definition_wrong(reader, item, "must be true or false");
}

static const struct {
	const char *name;
	bool (*read)(struct definition_reader *reader, const cJSON *item);
} members[] = {{"record", definition_read_record}, /* first: the fields depend on it */
    {"about", read_string}, {"based_on", read_string}, {"url", read_string},
    {"key_host", read_string}, {"key_hint", read_string}, {"accept", read_accept},
    {"format", read_format}, {"reply_bytes", read_reply_bytes}, {"symbols", read_symbols},
    {"limits", definition_read_limits}, {"requests_per_day", definition_read_requests_per_day},
    {"pairs_per_request", definition_read_pairs_per_request}, {"lower_case", read_flag},
    {"fields", definition_read_fields}, {"common", definition_read_common},
    {"constants", definition_read_constants}, {"records", definition_read_records},
    {"absent", read_texts}, {"ignore", read_texts}, {"time_zone", read_time_zone},
    {"repeated_time", read_repeated_time}, {"oldest_first", read_flag},
    {"negative_rates", read_flag}, {"answers", definition_read_answers}};

enum { MEMBERS = sizeof(members) / sizeof(*members) };

/* Are all members known? */
static bool
check_members(struct definition_reader *reader, const cJSON *document)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, document)
	{
		size_t i = 0;
		while (i < MEMBERS && strcmp(members[i].name, item->string) != 0)
			i++;
		if (i == MEMBERS)
			return definition_wrong(reader, item, "is not a member of a definition");
	}
	return true;
}

/* Does each object in the value have each name once? The first would count, unnoticed. */
static bool
check_names(struct definition_reader *reader, const cJSON *value)
{
	const cJSON *item;
	if (cJSON_GetArraySize(value) > DEFINITION_MANY)
		return definition_wrong(reader, value, "must have at most 1000 members");
	cJSON_ArrayForEach(item, value)
	{
		if (cJSON_IsObject(value) &&
		    cJSON_GetObjectItemCaseSensitive(value, item->string) != item)
			return definition_wrong(reader, item, "occurs twice");
		if (!check_names(reader, item))
			return false;
	}
	return true;
}

static bool
read_members(struct definition_reader *reader, const cJSON *document)
{
	if (!check_members(reader, document) || !check_names(reader, document))
		return false;
	for (size_t i = 0; i < MEMBERS; i++) {
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(document, members[i].name);
		if (item != NULL && !members[i].read(reader, item))
			return false;
	}
	const cJSON *fields = cJSON_GetObjectItemCaseSensitive(document, "fields");
	if (fields == NULL)
		return fail(reader->failure, FAILURE_PERMANENT,
		    "%s: a definition has at least \"fields\", and \"url\" if fxfetch is to use it",
		    reader->origin);
	return definition_finish_fields(reader, fields);
}

static bool
check_places(struct definition_reader *reader, const cJSON *url)
{
	for (const char *at = strchr(url->valuestring, '{'); at != NULL; at = strchr(at + 1, '{')) {
		const struct provider_place *place = provider_place(at);
		if (place != NULL && !definition_asks_for(reader, url, place->kind))
			return false;
		if (place == NULL && strncmp(at, "{key}", 5) != 0 &&
		    (strncmp(at, "{samples}", 9) != 0 || !reader->built_in))
			return definition_wrong(reader, url,
			    "has a {…} other than {from}, {to}, {ticker}, {latitude}, {longitude} "
			    "and {key}");
	}
	for (const char *at = url->valuestring; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~')
			return definition_wrong(
			    reader, url, "has a byte that is not allowed in a URL");
	return true;
}

/* The key may be sent only to key_host, so that must be the URL's host. */
static bool
check_url(struct definition_reader *reader, const cJSON *document)
{
	static const char recorded[] = "file:{samples}/";
	struct provider *provider = reader->provider;
	const cJSON *url = cJSON_GetObjectItemCaseSensitive(document, "url");
	struct failure reason;
	struct span host;

	if (url == NULL)
		return true;
	provider->uses_key = strstr(provider->url, "{key}") != NULL;
	if (strncmp(provider->url, recorded, sizeof(recorded) - 1) == 0 &&
	    (!reader->built_in || provider->uses_key))
		return definition_wrong(
		    reader, url, "is a file: only the built-in sample reads files");
	if (!check_places(reader, url))
		return false;
	if (strncmp(provider->url, recorded, sizeof(recorded) - 1) == 0)
		return true;
	if (!url_host(provider->url, &host, &reason))
		return definition_wrong(reader, url, reason.text);
	if (!provider->uses_key)
		return true;
	if (provider->key_host == NULL)
		return definition_wrong(reader, url,
		    "has {key}, but \"key_host\" is missing: the only host that it "
		    "may be sent to");
	if (!span_is(host, provider->key_host))
		return definition_wrong(
		    reader, url, "would send {key} to another host than \"key_host\"");
	return true;
}

/* Fails with the line of the byte that is wrong. */
static bool
check_syntax(struct span text, const char *origin, struct failure *failure)
{
	struct json_error error;
	const char *nul;

	if (!json_check(text, JSON_DEPTH, &error))
		return fail(failure, FAILURE_PERMANENT, "%s: line %zu: not JSON at byte %zu: %s",
		    origin, definition_line_at(text, error.offset), error.offset + 1, error.reason);
	nul = json_nul(text);
	return nul == NULL ||
	       fail(failure, FAILURE_PERMANENT, "%s: line %zu: a text contains a NUL", origin,
	           definition_line_at(text, (size_t)(nul - text.start)));
}

char *
definition_base(struct span text, size_t *line)
{
	struct json_wanted base = {.name = span_of("based_on")};
	struct json_error error;
	struct span inside;

	if (!json_find(text, JSON_DEPTH, &base, 1, NULL, &error) || base.value.start == NULL ||
	    json_kind(base.value) != JSON_STRING)
		return NULL;
	*line = definition_line_at(text, (size_t)(base.value.start - text.start));
	inside = json_inside(base.value);
	return memory_copy(inside.start, inside.length);
}

/* Adds the members that it does not have itself, except the answers, which follow its own. */
static void
add_base(cJSON *document, const cJSON *base)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, base)
	{
		if (strcmp(item->string, "answers") != 0 &&
		    cJSON_GetObjectItemCaseSensitive(document, item->string) == NULL)
			cJSON_AddItemToObject(document, item->string, cJSON_Duplicate(item, true));
	}
}

static bool
read_base_answers(struct definition_reader *reader, const cJSON *base)
{
	const cJSON *answers = cJSON_GetObjectItemCaseSensitive(base, "answers");

	return answers == NULL || definition_read_answers(reader, answers);
}

bool
definition_read(struct provider *provider, struct span text, struct span base, const char *origin,
    bool built_in, struct failure *failure)
{
	struct definition_reader reader = {provider, origin, text, NULL, built_in, failure};
	bool good;

	provider->reply_bytes = REPLY_BYTES;
	provider->accept = memory_copy_text("application/json");
	provider->form = forms;
	if (!check_syntax(text, origin, failure))
		return false;
	cJSON *document = cJSON_ParseWithLength(text.start, text.length);
	cJSON *other = base.start != NULL ? cJSON_ParseWithLength(base.start, base.length) : NULL;
	reader.document = document;
	add_base(document, other);
	if (!cJSON_IsObject(document))
		good = fail(failure, FAILURE_PERMANENT, "%s: not a JSON object", origin);
	else
		good = read_members(&reader, document) && check_url(&reader, document) &&
		       read_base_answers(&reader, other);
	cJSON_Delete(other);
	cJSON_Delete(document);
	return good;
}
