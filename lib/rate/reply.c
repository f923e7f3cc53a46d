/* reply: matches replies with the definition, then by their status. */
#include <stdlib.h>
#include <strings.h>
#include "base/memory.h"
#include "rate/reply.h"

static const char *
sentence_of(const struct provider *provider, enum means means)
{
	static const char *const unknown[] = {[SUBJECT_PAIR] = "it does not know this pair",
	    [SUBJECT_TICKER] = "it does not know this ticker",
	    [SUBJECT_PLACE] = "it does not know this place"};

	switch (means) {
	case MEANS_SUBJECT:
		return unknown[provider->asks];
	case MEANS_KEY:
		return "it does not accept the key";
	case MEANS_BARRED:
		return "it refuses to serve this machine";
	case MEANS_BURST:
		return "too many requests at once";
	case MEANS_QUOTA:
		return "the quota of requests is spent";
	case MEANS_TROUBLE:
		return "it reports a temporary error";
	case MEANS_UNKNOWN:
		return provider->form->missing;
	case MEANS_RECORD:
		break;
	}
	return "";
}

/* sentence: NULL for the usual one. */
static void
set_said(const struct provider *provider, struct said *said, enum means means, const char *sentence)
{
	said->means = means;
	said->wait = -1;
	said->sentence = sentence != NULL ? sentence : sentence_of(provider, means);
}

/* Does text contain what? ASCII letters match in either case. */
static bool
holds(struct span text, const char *what)
{
	size_t length = strlen(what);
	for (size_t i = 0; i + length <= text.length; i++)
		if (strncasecmp(text.start + i, what, length) == 0)
			return true;
	return false;
}

/* As holds, for a JSON value; a string is unescaped first. */
static bool
value_holds(struct span value, const char *what)
{
	if (json_kind(value) != JSON_STRING)
		return holds(value, what);
	struct span inside = json_inside(value);
	char *plain = memory_new(inside.length + 1, 1);
	bool found = holds((struct span){plain, json_unescape(inside, plain)}, what);
	free(plain);
	return found;
}

static bool
answer_fits(const struct answer *answer, int status, struct span body, bool is_json)
{
	if (answer->status != 0 && answer->status != status)
		return false;
	if (answer->at == NULL)
		return answer->contains == NULL || holds(body, answer->contains);
	if (!is_json)
		return false;
	struct span value;
	json_pointers_follow(answer->at, body, &value);
	return value.start != NULL &&
	       (answer->contains == NULL || value_holds(value, answer->contains));
}

/* Does a reply say that the provider is out of service for some time? */
static bool
is_outage(struct span body)
{
	static const char *const words[] = {"maintenance", "downtime", "outage", "out of service",
	    "service unavailable", "temporarily", "overloaded", "again later", "again soon",
	    "again in ", "retry later"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (holds(body, words[i]))
			return true;
	return false;
}

/* Only by the status, if the definition does not match. passing: a retry later may work. */
static void
read_status(
    const struct provider *provider, int status, bool passing, bool is_json, struct said *said)
{
	if (status == 429)
		set_said(provider, said, MEANS_BURST, NULL);
	else if (passing)
		set_said(provider, said, MEANS_TROUBLE, NULL);
	else if (is_json && provider->uses_key && (status == 401 || status == 403))
		set_said(provider, said, MEANS_KEY, NULL);
	else if (status == 401 || status == 403 || status == 407 || status == 451)
		set_said(provider, said, MEANS_BARRED, NULL);
	else if (is_json && status >= 400 && status < 500 && status != 408 && status != 425)
		set_said(provider, said, MEANS_SUBJECT, NULL);
	else if (status >= 300 && status < 400)
		set_said(provider, said, MEANS_TROUBLE, "it redirects too often, or to nowhere");
	else
		set_said(provider, said, MEANS_TROUBLE, NULL);
}

static bool
has_record(const struct provider *provider, const struct subject *subject, struct span body)
{
	struct span fields[FORM_FIELDS], record;
	struct reply_records records;
	reply_records(provider, body, &records);
	while (reply_next(&records, &record)) {
		reply_fields(provider, subject, &records, record, fields);
		if (reply_is_about(provider, subject, fields))
			return fields[FORM_VALUE].start != NULL;
	}
	return false;
}

static bool
is_empty(struct span body)
{
	enum json_kind kind = json_kind(body);
	struct json_cursor cursor = json_enter(body);
	struct span name, value;
	if (kind == JSON_OBJECT)
		return !json_next_member(&cursor, &name, &value);
	return kind != JSON_ARRAY || !json_next_element(&cursor, &value);
}

/* Has the reply records, but none about the subject? */
static bool
is_missing(const struct provider *provider, struct span body)
{
	struct span record;
	struct reply_records records;
	if (provider->fields_by_subject)
		return json_kind(body) == JSON_OBJECT;
	reply_records(provider, body, &records);
	for (size_t i = FORM_OTHERS; i < provider->field_count; i++) {
		enum field_type type = provider->form->fields[i].type;
		if ((type == FIELD_FIRST || type == FIELD_SECOND) &&
		    (provider->field_texts[0][i] != NULL || provider->name_field == i + 1))
			return reply_next(&records, &record);
	}
	return false;
}

void
reply_read(const struct provider *provider, const struct subject *subject, int status, bool delayed,
    struct span body, const char *problem, struct said *said)
{
	struct json_error error;
	bool is_json = problem == NULL && json_check(body, REPLY_DEPTH, &error);
	bool good = status >= 200 && status < 300;
	bool passing = !good && (delayed || is_outage(body));

	said->missing = false;
	if (good && is_json && has_record(provider, subject, body)) {
		set_said(provider, said, MEANS_RECORD, NULL);
		return;
	}
	for (size_t i = 0; i < provider->answer_count; i++) {
		const struct answer *answer = &provider->answers[i];
		/* That a subject is unknown takes more than a status while the service is out of
		 * order. */
		bool vague = answer->means == MEANS_SUBJECT && answer->contains == NULL;
		if (!(passing && vague) && answer_fits(answer, status, body, is_json)) {
			set_said(provider, said, answer->means, answer->say);
			said->wait = answer->wait;
			return;
		}
	}
	if (!good)
		read_status(provider, status, passing, is_json, said);
	else if (!is_json)
		set_said(provider, said, MEANS_TROUBLE,
		    problem != NULL ? problem : "its reply is not JSON");
	else if ((said->missing = is_missing(provider, body)))
		set_said(provider, said, MEANS_SUBJECT, NULL);
	else if (is_empty(body))
		set_said(provider, said, MEANS_TROUBLE, "its reply is empty");
	else
		set_said(provider, said, MEANS_UNKNOWN, NULL);
}

bool
reply_next(struct reply_records *records, struct span *record)
{
	if (records->next.start != NULL) {
		*record = records->next;
		records->next.start = NULL;
		return true;
	}
	if (records->cursor.at == NULL)
		return false;
	return records->object ? json_next_member(&records->cursor, &records->name, record)
	                       : json_next_element(&records->cursor, record);
}

static bool
is_absent(const struct provider *provider, struct span text)
{
	for (size_t i = 0; i < provider->absent.count; i++)
		if (span_equal(text, provider->absent.texts[i]))
			return true;
	return text.length == 0;
}

/* A value as reply_fields returns it. */
static struct span
value_text(const struct provider *provider, enum field_type type, struct span value)
{
	char first = value.start[0]; /* a pointer leads to the first byte of a value */
	struct span text = value;
	if (first == '"')
		text = (struct span){value.start + 1, value.length - 2};
	bool container = first == '{' || first == '[';
	if (first == 'n' || is_absent(provider, text) || (container && type >= FIELD_TEXT))
		text.start = NULL;
	else if (type == FIELD_VALUES || type == FIELD_UNITS)
		return value;
	return text;
}

static void
take_texts(const struct provider *provider, size_t count, struct span fields[FORM_FIELDS])
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].start != NULL)
			fields[i] = value_text(provider, provider->form->fields[i].type, fields[i]);
}

void
reply_records(const struct provider *provider, struct span body, struct reply_records *records)
{
	struct span many;

	records->next = body;
	records->name = (struct span){NULL, 0};
	records->cursor.at = NULL;
	if (provider->common != NULL) {
		json_pointers_follow(provider->common, body, records->common);
		take_texts(provider, FORM_FIELDS, records->common);
	}
	if (provider->records == NULL)
		return;
	json_pointers_follow(provider->records, body, &many);
	records->next.start = NULL;
	if (many.start == NULL)
		return;
	enum json_kind kind = json_kind(many);
	records->object = kind == JSON_OBJECT;
	if (kind == JSON_OBJECT || kind == JSON_ARRAY)
		records->cursor = json_enter(many);
}

/* What is not in the record itself. */
static void
add_shared(const struct provider *provider, const struct reply_records *records,
    struct span fields[FORM_FIELDS])
{
	for (size_t i = 0; i < provider->field_count; i++) {
		if (fields[i].start == NULL && provider->name_field == i + 1)
			fields[i] = records->name;
		if (fields[i].start == NULL && provider->common != NULL)
			fields[i] = records->common[i];
		if (fields[i].start == NULL && provider->constants[i] != NULL)
			fields[i] = span_of(provider->constants[i]);
	}
}

static void
follow(const struct provider *provider, const struct subject *subject, size_t choice,
    struct span record, struct span fields[FORM_FIELDS])
{
	struct json_pointers *own =
	    provider->fields_by_subject ? provider_fields(provider, subject, choice) : NULL;

	json_pointers_follow(own != NULL ? own : provider->fields[choice], record, fields);
	json_pointers_free(own);
	take_texts(provider, provider->field_count, fields);
}

void
reply_fields(const struct provider *provider, const struct subject *subject,
    const struct reply_records *records, struct span record, struct span fields[FORM_FIELDS])
{
	struct span further[FORM_FIELDS];
	size_t i;

	follow(provider, subject, 0, record, fields);
	for (size_t choice = 1; choice < provider->choice_count; choice++) {
		follow(provider, subject, choice, record, further);
		for (i = 0; i < provider->field_count; i++)
			if (fields[i].start == NULL)
				fields[i] = further[i];
	}
	if (provider->has_shared)
		add_shared(provider, records, fields);
	for (i = provider->field_count; i < FORM_OTHERS; i++)
		fields[i] = (struct span){NULL, 0};
}

bool
reply_is_about(const struct provider *provider, const struct subject *subject,
    const struct span fields[FORM_FIELDS])
{
	for (size_t i = FORM_OTHERS; subject != NULL && i < provider->field_count; i++) {
		enum field_type type = provider->form->fields[i].type;
		if ((type == FIELD_FIRST || type == FIELD_SECOND) && fields[i].start != NULL &&
		    !provider_calls(provider, subject, type == FIELD_FIRST, fields[i]))
			return false;
	}
	return true;
}
