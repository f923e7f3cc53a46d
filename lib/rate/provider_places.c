/* provider_places: puts subjects in the places of a URL and of pointers, by the provider's names. */
#include <string.h>
#include "rate/provider.h"
#include "text/json.h"
#include "text/url.h"

enum { URL_MAX = 8192, POINTER_MAX = 4096, SYMBOL_MAX = SUBJECT_PART + 1 };

const struct provider_place *
provider_place(const char *text)
{
	static const struct provider_place places[] = {{"{from}", SUBJECT_PAIR, true},
	    {"{to}", SUBJECT_PAIR, false}, {"{ticker}", SUBJECT_TICKER, true},
	    {"{latitude}", SUBJECT_PLACE, true}, {"{longitude}", SUBJECT_PLACE, false}};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strncmp(text, places[i].text, strlen(places[i].text)) == 0)
			return &places[i];
	return NULL;
}

static const char *
part_of(const struct subject *subject, bool first)
{
	return first ? subject->first : subject->second;
}

/* Is symbol the common name of this half? A slash in it says which half it is for. */
static bool
is_symbol(const char *symbol, const char *half, bool first)
{
	size_t length = strlen(half);

	if (symbol[0] == '/')
		return !first && strcmp(symbol + 1, half) == 0;
	return strncmp(symbol, half, length) == 0 &&
	       (symbol[length] == '\0' || (first && strcmp(symbol + length, "/") == 0));
}

/* The provider's name for a part of a subject. lower is a place for one in lower case. */
static struct span
own_symbol(const struct provider *provider, const struct subject *subject, bool first, char *lower)
{
	const char *part = part_of(subject, first);
	size_t length = strlen(part);

	for (size_t i = 0; i < provider->symbol_count; i++)
		if (is_symbol(provider->symbols[i].common, part, first))
			return span_of(provider->symbols[i].own);
	if (!provider->lower_case)
		return span_of(part);
	for (size_t i = 0; i < length; i++)
		lower[i] = part[i] >= 'A' && part[i] <= 'Z' ? (char)(part[i] - 'A' + 'a') : part[i];
	return (struct span){lower, length};
}

bool
provider_calls(
    const struct provider *provider, const struct subject *subject, bool first, struct span text)
{
	char lower[SYMBOL_MAX];

	return (!first && subject_is_all(subject)) ||
	       json_text_is(text, own_symbol(provider, subject, first, lower));
}

/* The first or second parts of all subjects, each once. */
static bool
add_parts(const struct provider *provider, const struct subject subjects[], size_t count,
    bool first, struct buffer *url)
{
	char lower[SYMBOL_MAX];

	for (size_t i = 0; i < count; i++) {
		const char *part = part_of(&subjects[i], first);
		size_t before = 0;
		while (before < i && strcmp(part_of(&subjects[before], first), part) != 0)
			before++;
		if (before < i)
			continue;
		if ((i > 0 && !buffer_add_text(url, ",")) ||
		    !url_encode(url, own_symbol(provider, &subjects[i], first, lower), ""))
			return false;
	}
	return true;
}

bool
provider_url(const struct provider *provider, const struct subject subjects[], size_t count,
    struct span key, const char *samples, struct buffer *url, struct failure *failure)
{
	const char *at = provider->url;
	bool good = true;

	url->ceiling = URL_MAX;
	while (good && *at != '\0') {
		const struct provider_place *place = *at == '{' ? provider_place(at) : NULL;
		if (place != NULL)
			good = add_parts(provider, subjects, count, place->first, url);
		else if (strncmp(at, "{key}", 5) == 0)
			good = url_encode(url, key, "");
		else if (strncmp(at, "{samples}", 9) == 0)
			good = url_encode(url, span_of(samples != NULL ? samples : ""), "/");
		else
			good = buffer_add(url, at, 1);
		at += *at == '{' ? strcspn(at, "}") + 1 : 1;
	}
	if (!good)
		return fail(failure, FAILURE_PERMANENT, "%s: the URL is longer than %d bytes",
		    provider->name, URL_MAX);
	return true;
}

/* A token of a pointer, in which ~ and / have another form. */
static void
add_token(struct buffer *pointer, struct span token)
{
	for (size_t i = 0; i < token.length; i++) {
		if (token.start[i] == '~' || token.start[i] == '/')
			buffer_add_text(pointer, token.start[i] == '~' ? "~0" : "~1");
		else
			buffer_add(pointer, &token.start[i], 1);
	}
}

static void
add_pointer(const struct provider *provider, const struct subject *subject, const char *text,
    struct buffer *pointer)
{
	char lower[SYMBOL_MAX];

	while (*text != '\0') {
		const struct provider_place *place = *text == '{' ? provider_place(text) : NULL;
		if (place == NULL) {
			buffer_add(pointer, text++, 1);
			continue;
		}
		add_token(pointer, own_symbol(provider, subject, place->first, lower));
		text += strlen(place->text);
	}
}

struct json_pointers *
provider_fields(const struct provider *provider, const struct subject *subject, size_t choice)
{
	struct buffer texts[FORM_FIELDS];
	const char *pointers[FORM_FIELDS] = {NULL};
	size_t bad;

	for (size_t i = 0; i < provider->field_count; i++) {
		buffer_init(&texts[i], POINTER_MAX);
		const char *text = provider->field_texts[choice][i];
		if (text == NULL)
			continue;
		add_pointer(provider, subject, text, &texts[i]);
		pointers[i] = buffer_text(&texts[i]);
	}
	struct json_pointers *fields = json_pointers_compile(pointers, provider->field_count, &bad);
	for (size_t i = 0; i < provider->field_count; i++)
		buffer_free(&texts[i]);
	return fields;
}

/* The field of the form that has that type and may have a value; FORM_FIELDS: none. */
static size_t
field_of_type(const struct provider *provider, enum field_type type)
{
	size_t i = 0;

	while (i < provider->field_count && provider->form->fields[i].type != type)
		i++;
	return i < provider->field_count ? i : FORM_FIELDS;
}

bool
provider_names_subject(const struct provider *provider)
{
	bool first = field_of_type(provider, FIELD_FIRST) < FORM_FIELDS;
	bool second = field_of_type(provider, FIELD_SECOND) < FORM_FIELDS;

	return field_of_type(provider, FIELD_SERIES) < FORM_FIELDS ||
	       (first && (second || provider->asks == SUBJECT_TICKER));
}

/* The common name for what the provider calls so. plain has room for it. */
static struct span
common_name(const struct provider *provider, struct span own, bool first, char *plain)
{
	if (own.start == NULL || own.length > SUBJECT_PART)
		return (struct span){NULL, 0};
	for (size_t i = 0; i < provider->symbol_count; i++) {
		const char *common = provider->symbols[i].common;
		size_t length = strlen(common);
		bool front = common[0] == '/', back = length > 0 && common[length - 1] == '/';
		if (json_text_is(own, span_of(provider->symbols[i].own)) && !(first ? front : back))
			return (struct span){common + front, length - front - back};
	}
	for (size_t i = 0; i < own.length; i++)
		plain[i] = provider->lower_case && own.start[i] >= 'a' && own.start[i] <= 'z'
		               ? (char)(own.start[i] - 'a' + 'A')
		               : own.start[i];
	return (struct span){plain, own.length};
}

bool
provider_subject(
    const struct provider *provider, const struct span fields[FORM_FIELDS], struct subject *subject)
{
	char plain[2][SUBJECT_PART];
	size_t first = field_of_type(provider, FIELD_FIRST),
	       second = field_of_type(provider, FIELD_SECOND);
	struct span none = {NULL, 0};
	struct span from =
	    common_name(provider, first < FORM_FIELDS ? fields[first] : none, true, plain[0]);
	struct span to =
	    common_name(provider, second < FORM_FIELDS ? fields[second] : none, false, plain[1]);

	if (from.start == NULL)
		return false;
	if (provider->asks == SUBJECT_TICKER)
		return subject_parse(SUBJECT_TICKER, from, subject);
	return to.start != NULL && subject_make_pair(from, to, subject);
}

bool
provider_takes(const struct provider *provider, const struct subject *subject)
{
	return !subject_is_all(subject) ||
	       (provider_names_subject(provider) && !provider->fields_by_subject &&
	           (provider->url == NULL || strstr(provider->url, "{to}") == NULL));
}
