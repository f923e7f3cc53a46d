/* provider_places: puts pairs in the places of a URL and of pointers, by the provider's names. */
#include <string.h>
#include "rate/provider.h"
#include "text/url.h"

enum { URL_MAX = 8192, POINTER_MAX = 4096, SYMBOL_MAX = PAIR_PART + 1 };

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

/* The provider's name for a half of a pair. lower is a place for one in lower case. */
static struct span
own_symbol(const struct provider *provider, const struct pair *pair, bool first, char *lower)
{
	const char *half = first ? pair->from : pair->to;
	size_t length = strlen(half);

	for (size_t i = 0; i < provider->symbol_count; i++)
		if (is_symbol(provider->symbols[i].common, half, first))
			return span_of(provider->symbols[i].own);
	if (!provider->lower_case)
		return span_of(half);
	for (size_t i = 0; i < length; i++)
		lower[i] = half[i] >= 'A' && half[i] <= 'Z' ? (char)(half[i] - 'A' + 'a') : half[i];
	return (struct span){lower, length};
}

/* The first or second halves of all pairs, each once. */
static bool
add_halves(const struct provider *provider, const struct pair pairs[], size_t count, bool first,
    struct buffer *url)
{
	char lower[SYMBOL_MAX];

	for (size_t i = 0; i < count; i++) {
		const char *half = first ? pairs[i].from : pairs[i].to;
		size_t before = 0;
		while (
		    before < i && strcmp(first ? pairs[before].from : pairs[before].to, half) != 0)
			before++;
		if (before < i)
			continue;
		if ((i > 0 && !buffer_add_text(url, ",")) ||
		    !url_encode(url, own_symbol(provider, &pairs[i], first, lower), ""))
			return false;
	}
	return true;
}

bool
provider_url(const struct provider *provider, const struct pair pairs[], size_t count,
    struct span key, const char *samples, struct buffer *url, struct failure *failure)
{
	const char *at = provider->url;
	bool good = true;

	url->ceiling = URL_MAX;
	while (good && *at != '\0') {
		if (strncmp(at, "{from}", 6) == 0 || strncmp(at, "{to}", 4) == 0)
			good = add_halves(provider, pairs, count, at[1] == 'f', url);
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

struct json_pointers *
provider_fields(const struct provider *provider, const struct pair *pair)
{
	struct buffer texts[FIELD_COUNT];
	const char *pointers[FIELD_COUNT] = {NULL};
	char lower[SYMBOL_MAX];
	size_t bad;

	for (size_t i = 0; i < FIELD_COUNT; i++) {
		buffer_init(&texts[i], POINTER_MAX);
		for (const char *at = provider->field_texts[i]; at != NULL && *at != '\0';) {
			bool first = strncmp(at, "{from}", 6) == 0;
			if (!first && strncmp(at, "{to}", 4) != 0) {
				buffer_add(&texts[i], at++, 1);
				continue;
			}
			add_token(&texts[i], own_symbol(provider, pair, first, lower));
			at += strcspn(at, "}") + 1;
		}
		if (provider->field_texts[i] != NULL)
			pointers[i] = buffer_text(&texts[i]);
	}
	struct json_pointers *fields = json_pointers_compile(pointers, FIELD_COUNT, &bad);
	for (size_t i = 0; i < FIELD_COUNT; i++)
		buffer_free(&texts[i]);
	return fields;
}
