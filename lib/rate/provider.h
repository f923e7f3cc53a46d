/*
 * provider: a source of rates, described by a JSON document (fxfetch(1),
 * PROVIDERS): compiled in, or the user's own, which overrides.
 */
#ifndef RATE_PROVIDER_H
#define RATE_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "rate/rate_limit.h"
#include "rate/pair.h"
#include "text/json_pointer.h"

enum { PROVIDER_NAME = 64, PROVIDER_LIMITS = 8 };

/* The parts of a record that a definition points to. */
enum provider_field { FIELD_RATE, FIELD_REFRESHED, FIELD_ZONE, FIELD_BID, FIELD_ASK, FIELD_COUNT };

/* What a reply says. */
enum means {
	MEANS_RATE, /* what was asked for */
	MEANS_UNKNOWN, /* JSON in which no rate was found */
	MEANS_PAIR, /* this pair will never do */
	MEANS_KEY, /* the key is wrong or missing */
	MEANS_BARRED, /* it will not serve us at all */
	MEANS_BURST, /* too fast */
	MEANS_QUOTA, /* no more for hours */
	MEANS_TROUBLE /* the same again may work */
};

/* One way in which the provider says no: all that is set has to hold. */
struct answer {
	int status; /* HTTP status; 0: any */
	struct json_pointers *at; /* one: what contains is looked for in; NULL: all of the reply */
	char *contains; /* ASCII letters in either case; NULL: at being there is enough */
	enum means means;
	int64_t wait; /* ms until the same may work; -1: not said */
	char *say; /* a sentence for the user; NULL: a general one */
};

struct symbol {
	char *common; /* BTC */
	char *own; /* XBT */
};

struct provider {
	char name[PROVIDER_NAME + 1];
	char *url; /* with {from} {to} {key} {samples} */
	bool uses_key;
	char *key_host; /* the one host that the key may go to */
	char *key_hint; /* where to get a key; may be NULL */
	size_t reply_bytes; /* the ceiling of a reply */
	char *accept; /* media type to ask for */
	struct symbol *symbols;
	size_t symbol_count;
	struct rate_limit limits[PROVIDER_LIMITS];
	size_t limit_count;
	unsigned
	    requests_per_day; /* that a key has, which the provider counts itself; 0: not said */
	struct json_pointers *fields; /* FIELD_COUNT of them, in a record */
	struct json_pointers *records; /* one: where many records are; NULL: the reply is one */
	char **absent; /* texts that stand for nothing */
	size_t absent_count;
	struct answer *answers; /* in the order in which they are tried */
	size_t answer_count;
};

/* A definition compiled in; the last has the name NULL. */
struct provider_source {
	const char *name;
	const char *text;
};
extern const struct provider_source provider_sources[];

/*
 * The provider of that name: CONFIG/providers/NAME.json where there is one,
 * else compiled in. FAILURE_REFUSED where there is neither; FAILURE_PERMANENT
 * where the definition is wrong or cannot be read.
 */
struct provider *provider_load(const char *name, const char *config, struct failure *failure);
void provider_free(struct provider *provider);

/* Names of those that need no key, as "coinbase, kraken"; caller frees. */
char *provider_keyless(const char *config);

/*
 * The URL that asks for pair. key: what stands for {key}; samples: the
 * directory that stands for {samples}, NULL where the URL has none.
 */
bool provider_url(const struct provider *provider, const struct pair *pair, struct span key,
    const char *samples, struct buffer *url, struct failure *failure);

/* Where recorded replies are: beside the executable, else as installed. Caller frees. */
char *provider_samples(void);

#endif
