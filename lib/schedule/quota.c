/* quota: counts the requests in an entry's command, and compares them with a provider's limit. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "rate/provider.h"
#include "schedule/quota.h"
#include "schedule/variables.h"

enum { DAY = 86400 };

static void
add(struct quota *quota, const char *provider, uint64_t requests)
{
	size_t at = 0;

	while (at < quota->count && strcmp(quota->asked[at].provider, provider) != 0)
		at++;
	if (at == QUOTA_PROVIDERS)
		return;
	if (at == quota->count) {
		quota->asked[at].provider = memory_copy_text(provider);
		quota->count++;
	}
	quota->asked[at].requests += requests;
}

/* The provider that fxfetch would choose. */
static const char *
default_provider(const struct entry *entry, const struct place *place, bool key)
{
	const char *chosen = variables_get(entry, "FX_PROVIDER");
	char *path = memory_format("%s/alphavantage.key", place->config);

	key = key || access(path, F_OK) == 0;
	free(path);
	if (chosen != NULL && chosen[0] != '\0')
		return chosen;
	return key ? "alphavantage" : "coinbase";
}

/* Is the word at *at this option (letter "": none)? Moves *at if its value is the next word. */
static bool
has_value(
    const struct words *words, size_t *at, const char *letter, const char *name, const char **value)
{
	const char *word = words->list[*at];
	size_t length = strlen(name);

	if ((letter[0] != '\0' && strcmp(word, letter) == 0) || strcmp(word, name) == 0) {
		++*at;
		*value = *at < words->count ? words->list[*at] : "";
	} else if (strncmp(word, name, length) == 0 && word[length] == '=') {
		*value = word + length + 1;
	} else if (letter[0] != '\0' && strncmp(word, letter, 2) == 0) {
		*value = word + 2;
	} else {
		return false;
	}
	return true;
}

/* The arguments of one fxfetch, from *at on. */
static void
read_fetch(const struct entry *entry, const struct place *place, const struct words *words,
    size_t *at, const char *own, struct quota *quota)
{
	static const char *const others[][2] = {{"-j", "--jobs"}, {"", "--timeout"},
	    {"", "--stats"}, {"", "--max-line"}, {"", "--log"}, {"", "--profile"}, {"", "--region"},
	    {"", "--endpoint-url"}, {"", "--role-arn"}};
	const char *provider = own, *value;
	uint64_t count = 0;
	bool key = false;

	for (; *at < words->count && strcmp(words->list[*at], "\n") != 0; ++*at) {
		bool known = false;

		if (has_value(words, at, "-p", "--provider", &provider))
			continue;
		if (has_value(words, at, "-K", "--key", &value)) {
			key = true;
			continue;
		}
		for (size_t i = 0; !known && i < sizeof others / sizeof *others; i++)
			known = has_value(words, at, others[i][0], others[i][1], &value);
		if (!known && words->list[*at][0] != '-')
			count++;
	}
	if (count == 0)
		quota->standard_input = true;
	if (provider == NULL || provider[0] == '\0')
		provider = default_provider(entry, place, key);
	add(quota, provider, count == 0 ? 1 : count);
}

static bool
is_fetch(const char *word)
{
	const char *slash = strrchr(word, '/');

	return strcmp(slash != NULL ? slash + 1 : word, "fxfetch") == 0;
}

static void
find_fetches(const struct entry *entry, const struct place *place, struct quota *quota)
{
	static const char setting[] = "FX_PROVIDER=";
	const char *own = NULL, *exported = NULL;
	struct words words;

	words_split_command(span_of(entry->command), &words);
	for (size_t at = 0; at < words.count; at++) {
		const char *word = words.list[at];

		if (strcmp(word, "\n") == 0) {
			own = exported;
		} else if (strncmp(word, setting, strlen(setting)) == 0) {
			own = word + strlen(setting);
			if (at > 0 && strcmp(words.list[at - 1], "export") == 0)
				exported = own;
		} else if (is_fetch(word)) {
			at++;
			read_fetch(entry, place, &words, &at, own, quota);
			at--;
		}
	}
	words_free(&words);
}

/*
 * From pairs to requests: a provider may take several pairs in one. The requests of providers that
 * share an account are counted together.
 */
static void
count_requests(const struct place *place, struct quota *quota)
{
	struct quota asked = *quota;
	struct failure ignored; /* quota_limit reports it */

	*quota = (struct quota){.standard_input = asked.standard_input};
	for (size_t i = 0; i < asked.count; i++) {
		const char *name = asked.asked[i].provider;
		uint64_t requests = asked.asked[i].requests;
		struct provider *provider = provider_load(name, place->config, &ignored);
		uint64_t shared = provider != NULL ? provider->subjects_per_request : 0;

		if (shared > 1)
			requests = (requests + shared - 1) / shared;
		add(quota, provider != NULL ? provider->account : name, requests);
		provider_free(provider);
	}
	quota_free(&asked);
}

static void
find_pairs(const struct entry *entry, const struct place *place,
    const struct quota_settings *settings, struct quota *quota)
{
	uint64_t pairs = settings != NULL ? settings->pairs : 0;

	*quota = (struct quota){.count = 0};
	if (settings != NULL && settings->provider != NULL) {
		add(quota, settings->provider, pairs > 0 ? pairs : 1);
		return;
	}
	find_fetches(entry, place, quota);
	if (pairs == 0)
		return;
	quota->standard_input = false;
	if (quota->count == 0)
		add(quota, default_provider(entry, place, false), pairs);
	for (size_t i = 0; i < quota->count; i++)
		quota->asked[i].requests = pairs;
}

void
quota_find(const struct entry *entry, const struct place *place,
    const struct quota_settings *settings, struct quota *quota)
{
	find_pairs(entry, place, settings, quota);
	count_requests(place, quota);
}

void
quota_free(struct quota *quota)
{
	for (size_t i = 0; i < quota->count; i++)
		free(quota->asked[i].provider);
	quota->count = 0;
}

uint64_t
quota_requests(const struct quota *quota, const char *provider)
{
	for (size_t i = 0; i < quota->count; i++) {
		if (strcmp(quota->asked[i].provider, provider) == 0)
			return quota->asked[i].requests;
	}
	return 0;
}

static void
take_least(uint64_t *least, uint64_t limit)
{
	if (limit > 0 && (*least == 0 || limit < *least))
		*least = limit;
}

uint64_t
quota_limit(const char *name, const struct place *place, const struct quota_settings *settings)
{
	struct failure failure;
	struct provider *provider;
	uint64_t least = 0;

	if (settings != NULL && settings->per_day > 0)
		return settings->per_day;
	provider = provider_load(name, place->config, &failure);
	if (provider == NULL && failure.kind != FAILURE_REFUSED)
		caller_warn(
		    &place->caller, "%s (its limit is not known, and not checked)", failure.text);
	for (size_t i = 0; provider != NULL && i < provider->limit_count; i++)
		take_least(&least, (uint64_t)provider->limits[i].requests * DAY * 1000 /
		                       (uint64_t)provider->limits[i].milliseconds);
	if (provider != NULL)
		take_least(&least, provider->requests_per_day);
	provider_free(provider);
	return least;
}

static void
format_fitting(uint64_t runs, char *text, size_t size)
{
	static const unsigned hours[] = {2, 3, 4, 6, 8, 12},
	                      minutes[] = {1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30};
	size_t at = 0;
	int length;

	if (runs < 1) {
		snprintf(text, size, "not even one run a day");
		return;
	}
	length = snprintf(
	    text, size, "at most %" PRIu64 " run%s a day, e.g. ", runs, runs == 1 ? "" : "s");
	text += length;
	size -= (size_t)length;
	if (runs < 24) {
		while (at < sizeof hours / sizeof *hours && 24 / hours[at] > runs)
			at++;
		if (at < sizeof hours / sizeof *hours)
			snprintf(text, size, "cron(0 */%u * * ? *)", hours[at]);
		else
			snprintf(text, size, "cron(0 0 * * ? *)");
		return;
	}
	while (at < sizeof minutes / sizeof *minutes && 1440 / minutes[at] > runs)
		at++;
	if (at == sizeof minutes / sizeof *minutes)
		snprintf(text, size, "rate(1 hour)");
	else
		snprintf(text, size, "rate(%u minute%s)", minutes[at], minutes[at] == 1 ? "" : "s");
}

bool
quota_check(const char *provider, const char *schedule, uint64_t runs, uint64_t requests,
    uint64_t others, uint64_t limit, struct failure *failure)
{
	uint64_t asked = runs * requests, left = limit > others ? limit - others : 0;
	struct shown whom, when;
	char fitting[100], besides[80] = "";

	if (asked + others <= limit)
		return true;
	format_fitting(left / requests, fitting, sizeof fitting);
	if (others > 0)
		snprintf(besides, sizeof besides, ", and other entries make %" PRIu64, others);
	return fail(failure, FAILURE_PERMANENT,
	    "%s x %" PRIu64 " pair%s = %" PRIu64 " requests a day; %s allows %" PRIu64
	    "%s: %s (--force installs it anyway)",
	    show(&when, schedule, strlen(schedule)), requests, requests == 1 ? "" : "s", asked,
	    show(&whom, provider, strlen(provider)), limit, besides, fitting);
}
