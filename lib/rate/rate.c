/* rate: finds the fields of a response and writes records, in the form that its definition names. */
#include <stdlib.h>
#include "base/memory.h"
#include "rate/rate.h"
#include "rate/rate_fields.h"
#include "rate/reply.h"
#include "base/environment.h"

enum {
	RECORDS_MAX = 64 * 1024 * 1024, /* of one line, as text */
	RECORD_FIXED = 512, /* more than the text of a record besides its digits */
	PROVIDERS = 64, /* kept loaded */
	TICKER_TEXT = 6 * SUBJECT_SIZE /* escapes and all */
};

struct rates {
	const char *config;
	struct provider *providers[PROVIDERS];
	size_t count;
	struct moments *moments;
	struct buffer text;
};

/* What all records of a line share. */
struct origin {
	const struct provider *provider;
	struct subject subject;
	char name[SUBJECT_SIZE]; /* of the subject */
	char fetched[TIMESTAMP_SIZE]; /* to the second */
};

struct rates *
rates_open(const char *config)
{
	struct rates *rates = memory_new(1, sizeof(*rates));
	rates->config = config;
	rates->moments = moments_open(
	    environment_zones(), ", or set \"repeated_time\" in the provider's definition");
	buffer_init(&rates->text, RECORDS_MAX);
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
		memmove(&rates->providers[1], &rates->providers[0], i * sizeof(provider));
		rates->providers[0] = provider;
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

/* The slash of a pair may be escaped. The provider is known. */
static bool
take_ticker(const struct json_wanted *wanted, struct origin *origin, struct failure *failure)
{
	char plain[TICKER_TEXT];
	struct span text;
	enum subject_kind kind = origin->provider->asks;
	bool good = wanted->times == 1 && json_kind(wanted->value) == JSON_STRING;
	if (good) {
		text = json_inside(wanted->value);
		good = text.length <= sizeof(plain);
	}
	if (good && memchr(text.start, '\\', text.length) != NULL)
		text = (struct span){plain, json_unescape(text, plain)};
	if (!good || !subject_parse(kind, text, &origin->subject))
		return fail(
		    failure, FAILURE_REFUSED, "\"ticker\" must be one %s", subject_form(kind) + 2);
	subject_name(&origin->subject, origin->name);
	return true;
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

/* Where a record is being written; there is room for all of it. */
struct pen {
	char *at;
};

static inline void
put(struct pen *pen, const void *bytes, size_t length)
{
	memcpy(pen->at, bytes, length);
	pen->at += length;
}

#define PUT(pen, literal) put(pen, literal, sizeof(literal) - 1)

static inline void
put_text(struct pen *pen, const char *text)
{
	put(pen, text, strlen(text));
}

/* A member whose text is in quotes if it is not a number. */
static void
put_field(struct pen *pen, const struct form_field *field, struct span value)
{
	PUT(pen, ",\"");
	put_text(pen, field->name);
	if (field->type <= FIELD_AMOUNT) {
		PUT(pen, "\":");
		put(pen, value.start, value.length);
	} else {
		PUT(pen, "\":\"");
		put(pen, value.start, value.length);
		PUT(pen, "\"");
	}
}

/* The provider's own time, else that of the fetch. */
static void
put_time(struct pen *pen, const struct origin *origin, bool own, const char *time)
{
	const struct form_field *field = &origin->provider->form->fields[FORM_TIME];

	put_field(pen, field, span_of(own ? time : origin->fetched));
	if (!own) {
		PUT(pen, ",\"");
		put_text(pen, field->name);
		PUT(pen, "_from\":\"fetch\"");
	}
}

static void
write_record(struct pen *pen, const struct origin *origin, const struct span fields[FORM_FIELDS],
    const char *time)
{
	const struct form *form = origin->provider->form;

	PUT(pen, "{\"");
	put_text(pen, form->subject);
	PUT(pen, "\":\"");
	put_text(pen, origin->name);
	PUT(pen, "\"");
	for (size_t i = 0; i < form->count; i++) {
		unsigned field = form->order[i];
		if (field == FORM_FETCHED) {
			PUT(pen, ",\"timestamp\":\"");
			put_text(pen, origin->fetched);
			PUT(pen, "\"");
		} else if (field == FORM_TIME) {
			put_time(pen, origin, fields[field].start != NULL, time);
		} else if (fields[field].start != NULL) {
			put_field(pen, &form->fields[field], fields[field]);
		}
	}
	PUT(pen, ",\"source\":\"");
	put_text(pen, origin->provider->name);
	PUT(pen, "\"}\n");
}

/* FAILURE_NONE: the record has no value. *skipped: it is about another subject. */
static bool
add_record(struct rates *rates, const struct origin *origin, struct span record, bool *skipped,
    struct failure *failure)
{
	struct span fields[FORM_FIELDS];
	char time[TIMESTAMP_SIZE];
	size_t most = RECORD_FIXED;
	failure->kind = FAILURE_NONE;
	reply_fields(origin->provider, &origin->subject, record, fields);
	*skipped = !reply_is_about(origin->provider, &origin->subject, fields);
	if (*skipped || fields[FORM_VALUE].start == NULL)
		return false;
	if (!rate_fields_check(rates->moments, origin->provider, fields, time, failure))
		return false;
	for (size_t i = 0; i < origin->provider->field_count; i++)
		most += fields[i].length;
	if (!buffer_reserve(&rates->text, most))
		return refuse(failure, "the response makes more than 64 MiB of records");
	struct pen pen = {rates->text.data + rates->text.length};
	write_record(&pen, origin, fields, time);
	rates->text.length = (size_t)(pen.at - rates->text.data);
	return true;
}

/* A response without a record. The message is ours, as the response may quote a key. */
static bool
refuse_response(const struct origin *origin, struct span response, struct failure *failure)
{
	struct said said;
	reply_read(origin->provider, &origin->subject, 200, false, response, &said);
	return fail(failure, FAILURE_REFUSED, "%s sent no %s: %s", origin->provider->name,
	    origin->provider->form->name, said.sentence);
}

static bool
add_records(struct rates *rates, const struct origin *origin, struct span response, size_t *count,
    struct failure *failure)
{
	struct reply_records records = reply_records(origin->provider, response);
	struct span record;
	bool skipped;
	while (reply_next(&records, &record)) {
		if (add_record(rates, origin, record, &skipped, failure))
			++*count;
		else if (failure->kind != FAILURE_NONE)
			return false;
		else if (!skipped && *count > 0)
			return fail(failure, FAILURE_REFUSED, "in one of the response's records %s",
			    origin->provider->form->missing);
		else if (!skipped)
			break;
	}
	return *count > 0 || refuse_response(origin, response, failure);
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
	struct origin origin;
	struct span name;

	*count = 0;
	buffer_clear(&rates->text);
	if (!json_find(line, JSON_DEPTH, wanted, WANTED, NULL, &error))
		return fail(failure, FAILURE_REFUSED, "not a line of fxfetch: byte %zu: %s",
		    error.offset + 1, error.reason);
	if (!take_text(&wanted[PROVIDER], "\"provider\" must be one name", &name, failure))
		return false;
	origin.provider = find_provider(rates, name, failure);
	if (origin.provider == NULL || !take_ticker(&wanted[TICKER], &origin, failure) ||
	    !take_fetched(&wanted[FETCHED], origin.fetched, failure))
		return false;
	if (wanted[RESPONSE].times != 1)
		return refuse(failure, "\"response\" must occur once");
	if (!add_records(rates, &origin, wanted[RESPONSE].value, count, failure))
		return false;
	*records = buffer_span(&rates->text);
	return true;
}
