/* credentials_source: what the places of credentials have in common; for lib/credentials*.c. */
#ifndef AWS_CREDENTIALS_SOURCE_H
#define AWS_CREDENTIALS_SOURCE_H

#include <stdint.h>
#include "aws/settings/config.h"
#include "base/buffer.h"
#include "aws/credentials/credentials.h"
#include "base/failure.h"

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
	struct buffer tried; /* "AWS_ACCESS_KEY_ID is not set; …" */
	bool ran_programs;
	bool on_instance; /* keys have come from the instance before: out of reach is a passing
	                     thing */
};

enum outcome {
	OUTCOME_FOUND,
	OUTCOME_ABSENT, /* why was said with search_tried; the next place is asked */
	OUTCOME_FAILED /* this is the place, and it did not work: failure is filled */
};

/* Says why a place did not serve; cut where there is no more room. */
void search_tried(struct search *search, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* As fail, with "credentials: " before it. */
enum outcome search_failed(struct failure *failure, enum failure_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A time as ms since 1970; false where it is none. */
bool search_time(const char *text, int64_t *time);
void found_free(struct found_keys *found); /* wipes them */
/* Copies them; session_token may be NULL. */
void found_set(struct found_keys *found, const char *access_key, const char *secret_key,
    const char *session_token);

/* The text of a small file, a newline at its end cut off, for memory_wipe_text. FAILURE_PERMANENT. */
bool token_read(const char *path, char **text, struct failure *failure);

/* A member of a JSON object; start NULL: there is none, or it is no such object. */
struct span document_member(struct span document, const char *name);
/* That of a string or number, for memory_wipe_text; NULL: none, or an empty one. */
char *document_text(struct span document, const char *name);
/* How a document calls them. */
struct key_names {
	const char *access_key;
	const char *secret_key;
	const char *session_token;
	const char *until;
};
/* Returns the name of the member that is missing or wrong, else NULL. */
const char *document_keys(
    struct span document, const struct key_names *names, struct found_keys *found);

/* The places. Each fills found, which is to be freed with found_free in any case. */
typedef enum outcome credentials_place(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure);
credentials_place credentials_environment;
credentials_place credentials_role; /* role_arn with source_profile or credential_source */
credentials_place credentials_web_identity; /* of the environment, else of the profile */
credentials_place credentials_profile_identity; /* of the profile alone */
credentials_place credentials_sso;
credentials_place credentials_shared_file;
credentials_place credentials_login;
credentials_place credentials_process;
credentials_place credentials_config_file;
credentials_place credentials_container;
credentials_place credentials_instance;

#endif
