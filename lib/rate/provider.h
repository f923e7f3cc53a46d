/*
 * provider: a source of records, described by a JSON document (fxfetch(1), PROVIDERS). Some are
 * built in; the user's own take precedence.
 */
#ifndef RATE_PROVIDER_H
#define RATE_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "rate/form.h"
#include "rate/rate_limit.h"
#include "rate/subject.h"
#include "system/moment.h"
#include "text/json_pointer.h"

enum {
	PROVIDER_NAME = 64,
	PROVIDER_LIMITS = 8,
	PROVIDER_SUBJECTS = 100, /* in a request */
	PROVIDER_CHOICES = 8 /* pointers of a field */
};

/* What a reply means. */
enum means {
	MEANS_RECORD, /* it holds a record */
	MEANS_UNKNOWN, /* JSON without a record */
	MEANS_SUBJECT, /* the provider does not know this pair, ticker or place */
	MEANS_KEY, /* the key is wrong or missing */
	MEANS_BARRED, /* it does not serve this machine at all */
	MEANS_BURST, /* too many requests at once */
	MEANS_QUOTA, /* no more requests for hours */
	MEANS_TROUBLE /* a temporary error */
};

/* An answer to recognise: all conditions that are set must hold. */
struct answer {
	int status; /* HTTP status; 0: any */
	struct json_pointers *at; /* the one place where contains is searched; NULL: everywhere */
	char *contains; /* ASCII letters in either case; NULL: at must exist */
	enum means means;
	int64_t wait; /* ms until a retry may work; -1: not known */
	char *say; /* the message for it; NULL: a general one */
};

struct provider_texts {
	struct span *texts; /* owned */
	size_t count;
};

struct symbol {
	char *common; /* BTC; BTC/ or /BTC: only as the first or second half of a pair */
	char *own; /* XBT */
};

struct provider {
	char name[PROVIDER_NAME + 1];
	/* The provider whose key and rate limits it shares: the one that it is based on, or itself.
	 */
	char account[PROVIDER_NAME + 1];
	enum subject_kind asks; /* what it is asked for */
	bool asks_known; /* a place or a field of the definition says so; else it is the usual */
	/* With the places of provider_place, {key} and {samples}; NULL: only fxenc reads it. */
	char *url;
	bool uses_key;
	char *key_host; /* the only host that the key may be sent to */
	char *key_hint; /* where to get a key; may be NULL */
	size_t reply_bytes; /* the ceiling of a reply */
	char *accept; /* media type to ask for */
	bool xml; /* its replies are XML, which xml_json turns into JSON */
	struct symbol *symbols;
	size_t symbol_count;
	struct rate_limit limits[PROVIDER_LIMITS];
	size_t limit_count;
	/* The requests a day that a key allows, as the provider counts them; 0: not specified. */
	unsigned requests_per_day;
	unsigned subjects_per_request; /* the most that one request asks for; 0: 1 */
	bool lower_case; /* halves without a symbol are sent in lower case */
	const struct form *form; /* of its records */
	size_t field_count; /* only fields of the form before that one may have values */
	/* field_count pointers each, in a record; a value that one does not find, the next may. */
	struct json_pointers *fields[PROVIDER_CHOICES];
	size_t choice_count;
	char *field_texts[PROVIDER_CHOICES][FORM_FIELDS]; /* as written; NULL: none */
	bool fields_by_subject; /* they hold {from}, {to} or {ticker}: fields is not used */
	bool names_subject; /* a field or constant names what a record is about */
	bool has_shared; /* one of the following three is given */
	size_t name_field; /* the field whose value is the record's name in its object, plus 1 */
	struct json_pointers *common; /* FORM_FIELDS pointers into the reply; NULL: none */
	char *constants[FORM_FIELDS]; /* the same in all records; inside of a JSON string; or NULL */
	struct json_pointers *records; /* one pointer, to the records; NULL: the reply is a record */
	char *time_zone; /* of times without a zone; NULL: UTC */
	enum moment_twice repeated_time; /* which is meant if a local time occurs twice */
	bool oldest_first; /* the records of a reply are put in order of their times */
	bool negative_rates; /* rates of 0 or below are valid */
	struct provider_texts absent; /* texts that mean "no value" */
	struct provider_texts ignore; /* members of a value that are no values */
	struct answer *answers; /* in the order in which they are matched */
	size_t answer_count;
};

/* The built-in definitions; the last has the name NULL. */
struct provider_source {
	const char *name;
	const char *text;
};
extern const struct provider_source provider_sources[];

/*
 * The provider of that name: from CONFIG/providers/NAME.json if it exists, else built in.
 * FAILURE_REFUSED: there is neither. FAILURE_PERMANENT: the definition is wrong or unreadable.
 */
struct provider *provider_load(const char *name, const char *config, struct failure *failure);
void provider_free(struct provider *provider);

/* The names of those that need no key, "coinbase, kraken"; to be freed. */
char *provider_keyless(const char *config);

/*
 * Can it be asked for the subject? All pairs (EUR and SUBJECT_ALL) takes records that name their
 * pairs, and a URL that does not.
 */
bool provider_takes(const struct provider *provider, const struct subject *subject);

/* A place in a URL or a pointer for a part of the subject. */
struct provider_place {
	const char *text; /* "{from}" */
	enum subject_kind kind; /* the kind that has this part */
	bool first; /* the subject's first part, else its second */
};
/* The place that text begins with, or NULL. */
const struct provider_place *provider_place(const char *text);

/*
 * Adds the URL that asks for count subjects, with commas between the parts of several. key replaces
 * {key}; samples, a directory or NULL, {samples}.
 */
bool provider_url(const struct provider *provider, const struct subject subjects[], size_t count,
    struct span key, const char *samples, struct buffer *url, struct failure *failure);

/* fields[choice] for a subject, if fields_by_subject; free it with json_pointers_free. */
struct json_pointers *provider_fields(
    const struct provider *provider, const struct subject *subject, size_t choice);

/*
 * Does the provider call that part of the subject so, or is that SUBJECT_ALL? text is the inside of
 * a JSON string.
 */
bool provider_calls(
    const struct provider *provider, const struct subject *subject, bool first, struct span text);

/* Do its records say what they are about, so that nobody needs to ask? */
bool provider_names_subject(const struct provider *provider);
/* The subject that a record names by its fields; false: it names none that is valid. */
bool provider_subject(const struct provider *provider, const struct span fields[FORM_FIELDS],
    struct subject *subject);

/* The directory of recorded replies: beside the program, else as installed. To be freed. */
char *provider_samples(void);

#endif
