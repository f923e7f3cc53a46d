/* rate: finds the fields of a response and writes records, in the form that its definition names. */
#include <stdlib.h>
#include "base/memory.h"
#include "rate/rate.h"
#include "rate/rate_fields.h"
#include "rate/rate_order.h"
#include "rate/rate_record.h"
#include "rate/reply.h"
#include "base/environment.h"

enum {
	RECORDS_MAX = 64 * 1024 * 1024, /* of one line, as text */
	PROVIDERS = 64, /* kept loaded */
	TICKER_TEXT = 6 * SUBJECT_SIZE /* escapes and all */
};

struct rates {
	const char *config;
	struct provider *providers[PROVIDERS];
	size_t count;
	struct moments *moments;
	struct buffer text;
	struct rate_order order; /* of the records in text */
};

/* Of a line. */
struct source {
	struct rate_origin origin;
	const struct subject *asked; /* what the response answers; NULL: not known */
	bool named; /* asked is one subject, whose name is the origin's */
	struct subject wanted; /* for asked */
	char name[SUBJECT_SIZE]; /* for the origin's */
	char received[TIMESTAMP_SIZE]; /* to the millisecond, if it is not a line of fxfetch */
};

struct rates *
rates_open(const char *config)
{
	struct rates *rates = memory_new(1, sizeof(*rates));
	rates->config = config;
	rates->moments = moments_open(
	    environment_zones(), ", or set \"repeated_time\" in the provider's definition");
	buffer_init(&rates->text, RECORDS_MAX);
	rate_order_init(&rates->order, RECORDS_MAX);
	return rates;
}

void
rates_close(struct rates *rates)
{
	if (rates == NULL)
		return;
	for (size_t i = 0; i < rates->count; i++)
		provider_free(rates->providers[i]);
	moments_close(rates->moments);
	buffer_free(&rates->text);
	rate_order_free(&rates->order);
	free(rates);
}

static bool
refuse(struct failure *failure, const char *reason)
{
	return fail(failure, FAILURE_REFUSED, "%s", reason);
}

/* The provider of that name. The list begins with the one used last. */
static const struct provider *
find_provider(struct rates *rates, struct span name, struct failure *failure)
{
	for (size_t i = 0; i < rates->count; i++) {
		struct provider *provider = rates->providers[i];
		if (!span_is(name, provider->name))
			continue;
		if (i > 0) {
			memmove(&rates->providers[1], &rates->providers[0], i * sizeof(provider));
			rates->providers[0] = provider;
		}
		return provider;
	}
	char text[PROVIDER_NAME + 2];
	if (name.length >= sizeof(text) || memchr(name.start, '\0', name.length) != NULL) {
		refuse(failure, "\"provider\" is not the name of a provider");
		return NULL;
	}
	memcpy(text, name.start, name.length);
	text[name.length] = '\0';
	struct provider *provider = provider_load(text, rates->config, failure);
	if (provider == NULL)
		return NULL;
	if (rates->count == PROVIDERS)
		provider_free(rates->providers[--rates->count]);
	memmove(&rates->providers[1], &rates->providers[0], rates->count * sizeof(provider));
	rates->providers[0] = provider;
	rates->count++;
	return provider;
}

const struct provider *
rates_provider(struct rates *rates, const char *name, struct failure *failure)
{
	const struct provider *provider = find_provider(rates, span_of(name), failure);

	if (provider == NULL) {
		failure->kind = FAILURE_PERMANENT;
	} else if (!provider_names_subject(provider)) {
		fail(failure, FAILURE_PERMANENT,
		    "the responses of %s do not name the %s that they are about: only lines of "
		    "fxfetch do",
		    provider->name, subject_noun(provider->asks));
		provider = NULL;
	} else if (provider->fields_by_subject) {
		fail(failure, FAILURE_PERMANENT,
		    "the fields of %s depend on the %s that it was asked for: only lines of "
		    "fxfetch "
		    "say which",
		    provider->name, subject_noun(provider->asks));
		provider = NULL;
	}
	return provider;
}

/* The inside of a member that must be a string. */
static bool
take_text(const struct json_wanted *wanted, const char *problem, struct span *text,
    struct failure *failure)
{
	if (wanted->times != 1 || json_kind(wanted->value) != JSON_STRING)
		return refuse(failure, problem);
	*text = json_inside(wanted->value);
	return true;
}

static void
set_name(struct source *source, const struct subject *subject)
{
	source->origin.name = span_of(subject_name(subject, source->name));
}

/* The records of a response that was asked for all pairs name them. */
static bool
take_all(struct source *source, struct failure *failure)
{
	source->named = false;
	return provider_takes(source->origin.provider, &source->wanted) ||
	       refuse(failure, "its responses do not hold all pairs");
}

/*
 * The provider is known. A slash may be escaped; without escapes the text of a pair or ticker is
 * also its name.
 */
static bool
take_ticker(const struct json_wanted *wanted, struct source *source, struct failure *failure)
{
	char plain[TICKER_TEXT];
	enum subject_kind kind = source->origin.provider->asks;
	bool good = wanted->times == 1 && json_kind(wanted->value) == JSON_STRING;
	source->asked = &source->wanted;
	source->named = true;
	if (good) {
		struct span text = json_inside(wanted->value);
		if (kind != SUBJECT_PLACE && subject_parse(kind, text, &source->wanted)) {
			source->origin.name = text;
			return text.start[text.length - 1] != SUBJECT_ALL[0] ||
			       take_all(source, failure);
		}
		good = text.length <= sizeof(plain);
		if (good)
			text = (struct span){plain, json_unescape(text, plain)};
		good = good && subject_parse(kind, text, &source->wanted);
	}
	if (!good)
		return fail(
		    failure, FAILURE_REFUSED, "\"ticker\" must be one %s", subject_form(kind) + 2);
	set_name(source, &source->wanted);
	return !subject_is_all(&source->wanted) || take_all(source, failure);
}

static bool
take_fetched(const struct json_wanted *wanted, char time[TIMESTAMP_SIZE], struct failure *failure)
{
	static const char problem[] =
	    "\"fetched\" must be one time, as \"2025-10-21T14:30:00.123Z\"";
	struct span text;
	int64_t milliseconds;
	if (!take_text(wanted, problem, &text, failure))
		return false;
	if (!timestamp_parse(text, &milliseconds))
		return refuse(failure, problem);
	rate_fields_time(text, text.start[text.length - 1] == 'Z', milliseconds, time);
	return true;
}

/* Takes the subject from the record, if nobody asked for one, or for all. */
static bool
name_record(struct source *source, const struct span fields[FORM_FIELDS], struct failure *failure)
{
	const struct provider *provider = source->origin.provider;
	if (source->named || provider->form->fields[FORM_VALUE].type == FIELD_VALUES)
		return true;
	struct subject subject;
	if (!provider_subject(provider, fields, &subject))
		return fail(
		    failure, FAILURE_REFUSED, "it names no %s", subject_form(provider->asks) + 2);
	set_name(source, &subject);
	return true;
}

/*
 * Adds what the record makes, to *count the number. FAILURE_NONE: nothing, as it has no value or is
 * about another subject (*skipped).
 */
static bool
add_record(struct rates *rates, struct source *source, const struct reply_records *records,
    struct span record, size_t *count, bool *skipped, struct failure *failure)
{
	const struct provider *provider = source->origin.provider;
	struct span fields[FORM_FIELDS];
	char time[TIMESTAMP_SIZE];
	size_t before = *count;
	failure->kind = FAILURE_NONE;
	reply_fields(provider, source->asked, records, record, fields);
	*skipped = provider->names_subject && !reply_is_about(provider, source->asked, fields);
	if (*skipped || fields[FORM_VALUE].start == NULL)
		return false;
	if (!rate_fields_check(rates->moments, provider, fields, time, failure) ||
	    !name_record(source, fields, failure))
		return false;
	if (provider->oldest_first)
		rate_order_add(&rates->order, rates->text.length,
		    fields[FORM_TIME].start != NULL ? time : source->origin.instead);
	if (provider->form->fields[FORM_VALUE].type == FIELD_VALUES)
		return rate_observations_add(
		           &rates->text, &source->origin, fields, time, count, failure) &&
		       *count > before;
	++*count;
	return rate_record_add(&rates->text, &source->origin, fields, time, failure);
}

/* Fails as before, and says in which of the response's records. */
static bool
fail_in_record(const struct reply_records *records, size_t number, struct failure *failure)
{
	struct failure cause = *failure;
	struct shown shown;

	if (records->name.start == NULL)
		return fail(
		    failure, cause.kind, "record %zu of the response: %s", number, cause.text);
	show(&shown, records->name.start, records->name.length < 60 ? records->name.length : 60);
	return fail(
	    failure, cause.kind, "record \"%s\" of the response: %s", shown.text, cause.text);
}

/* A response without a record. The message is ours, as the response may quote a key. */
static bool
refuse_response(const struct source *source, struct span response, struct failure *failure)
{
	const struct provider *provider = source->origin.provider;
	struct said said = {.sentence = ""};
	if (source->asked != NULL)
		reply_read(provider, source->asked, 200, false, response, NULL, &said);
	return fail(failure, FAILURE_REFUSED, "%s sent no %s: %s", provider->name,
	    provider->form->name,
	    said.sentence[0] != '\0' ? said.sentence : provider->form->missing);
}

static bool
add_records(struct rates *rates, struct source *source, struct span response, size_t *count,
    struct failure *failure)
{
	const struct provider *provider = source->origin.provider;
	struct reply_records records;
	struct span record;
	bool skipped;
	if (provider->oldest_first)
		rate_order_clear(&rates->order);
	reply_records(provider, response, &records);
	for (size_t number = 1; reply_next(&records, &record); number++) {
		if (add_record(rates, source, &records, record, count, &skipped, failure) ||
		    skipped)
			continue;
		if (failure->kind == FAILURE_NONE) {
			if (*count == 0)
				break;
			fail(failure, FAILURE_REFUSED, "%s", provider->form->missing);
		}
		return provider->records != NULL ? fail_in_record(&records, number, failure)
		                                 : false;
	}
	if (*count == 0)
		return refuse_response(source, response, failure);
	if (provider->oldest_first)
		rate_order_apply(&rates->order, &rates->text);
	return true;
}

bool
rates_read(struct rates *rates, struct span line, struct span *records, size_t *count,
    struct failure *failure)
{
	enum { PROVIDER, TICKER, FETCHED, RESPONSE, WANTED };
	struct json_wanted wanted[WANTED] = {[PROVIDER] = {.name = span_of("provider")},
	    [TICKER] = {.name = span_of("ticker")},
	    [FETCHED] = {.name = span_of("fetched")},
	    [RESPONSE] = {.name = span_of("response")}};
	struct json_error error;
	struct source source;
	struct span name;

	*count = 0;
	buffer_clear(&rates->text);
	if (!json_find(line, JSON_DEPTH, wanted, WANTED, NULL, &error))
		return fail(failure, FAILURE_REFUSED, "not a line of fxfetch: byte %zu: %s",
		    error.offset + 1, error.reason);
	if (!take_text(&wanted[PROVIDER], "\"provider\" must be one name", &name, failure))
		return false;
	source.origin.provider = find_provider(rates, name, failure);
	if (source.origin.provider == NULL || !take_ticker(&wanted[TICKER], &source, failure) ||
	    !take_fetched(&wanted[FETCHED], source.origin.fetched, failure))
		return false;
	source.origin.instead = source.origin.fetched;
	if (wanted[RESPONSE].times != 1)
		return refuse(failure, "\"response\" must occur once");
	if (!add_records(rates, &source, wanted[RESPONSE].value, count, failure))
		return false;
	*records = buffer_span(&rates->text);
	return true;
}

bool
rates_read_alone(struct rates *rates, const struct provider *provider, struct span line,
    int64_t now, struct span *records, size_t *count, struct failure *failure)
{
	struct source source = {.origin = {.provider = provider}};
	struct json_error error;

	*count = 0;
	buffer_clear(&rates->text);
	if (!json_check(line, REPLY_DEPTH, &error))
		return fail(failure, FAILURE_REFUSED, "not JSON: byte %zu: %s", error.offset + 1,
		    error.reason);
	timestamp_format(now, false, source.origin.fetched);
	source.origin.instead = provider->form->fine ? timestamp_format(now, true, source.received)
	                                             : source.origin.fetched;
	if (!add_records(rates, &source, line, count, failure))
		return false;
	*records = buffer_span(&rates->text);
	return true;
}
