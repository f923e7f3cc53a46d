/* credentials_source: what the places that credentials come from have in common; for lib/credentials*.c. */
#ifndef CREDENTIALS_SOURCE_H
#define CREDENTIALS_SOURCE_H

#include <stdint.h>
#include "aws_config.h"
#include "buffer.h"
#include "credentials.h"
#include "failure.h"

struct found_keys {
	char *access_key;
	char *secret_key;
	char *session_token; /* NULL: none */
	int64_t until; /* ms since 1970; 0: they do not end */
	char *where; /* "the profile x in ~/.aws/credentials" */
};

/* One walk through the places. */
struct search {
	const struct aws_config *config;
	const struct credentials_settings *settings;
	struct buffer tried; /* "no AWS_ACCESS_KEY_ID is set; …" */
	bool ran_programs;
};

enum outcome {
	OUTCOME_FOUND,
	OUTCOME_ABSENT, /* why was said with search_tried; the next place is asked */
	OUTCOME_FAILED /* this is the place, and it did not work: failure is filled */
};

/* Says why a place did not serve; cut where there is no more room. */
void search_tried(struct search *search, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* An RFC 3339 time as ms since 1970; false where it is none. */
bool search_time(const char *text, int64_t *time);
void found_free(struct found_keys *found); /* wipes them */
/* Copies them; session_token may be NULL. */
void found_set(struct found_keys *found, const char *access_key, const char *secret_key,
    const char *session_token);

enum outcome credentials_environment(
    struct search *search, struct found_keys *found, struct failure *failure);
/* Keys written down: in the credentials file, in the config file. */
enum outcome credentials_shared_file(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure);
enum outcome credentials_config_file(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure);

#endif
