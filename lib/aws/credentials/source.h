/* source: private to the parts of credentials: what all sources of credentials share. */
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
	int64_t until; /* when they expire, ms since 1970; 0: never */
	char *where; /* for messages: "the profile x in ~/.aws/credentials" */
};

/* One search through the sources. */
struct search {
	const struct aws_config *config;
	const struct credentials_settings *settings;
	struct buffer tried; /* "AWS_ACCESS_KEY_ID is not set; …" */
	bool on_instance; /* the instance gave keys before: if it is unreachable, retry later */
};

enum outcome {
	OUTCOME_FOUND,
	OUTCOME_ABSENT, /* the reason is in tried (source_tried); the next source is asked */
	OUTCOME_FAILED /* this source should have keys, but failed: failure is filled */
};

/* Records why a source has no keys; cut if there is no more room. */
void source_tried(struct search *search, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* As source_tried, but before the reasons recorded so far: it explains more than they do. */
void source_tried_first(struct search *search, const char *text);
/* As fail, with "credentials: " before the text. */
enum outcome source_failed(struct failure *failure, enum failure_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* *time: in ms since 1970. False: text is not a time. */
bool source_time(const char *text, int64_t *time);
/* Removes the secret key and the session token from the text of a service. */
void source_redact(const struct found_keys *found, struct buffer *text);
void source_free_keys(struct found_keys *found); /* also wipes them */
/* Copies the keys; session_token may be NULL. */
void source_set_keys(struct found_keys *found, const char *access_key, const char *secret_key,
    const char *session_token);

/* The text of a small file without the newline at its end, to be freed with memory_wipe_text. */
bool source_read_token(const char *path, char **text, struct failure *failure);

/* Reads a number, such as 2.88E4, without its fraction. False: text is NULL or not a number. */
bool source_number(const char *text, int64_t *whole);

/* A member of a JSON object; start NULL: missing, null, or not an object. */
struct span source_member(struct span document, const char *name);
/*
 * The text of a member that is a string or a number, to be freed with memory_wipe_text; NULL:
 * missing or empty.
 */
char *source_text(struct span document, const char *name);
/* The names of the members of a document. */
struct key_names {
	const char *access_key;
	const char *secret_key;
	const char *session_token;
	const char *until;
};
/* Reads the keys. Returns NULL, or the name of the member that is missing or invalid. */
const char *source_keys(
    struct span document, const struct key_names *names, struct found_keys *found);

/* The sources. Each fills found; free it with source_free_keys in any case. */
typedef enum outcome credentials_source(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure);
credentials_source credentials_environment;
credentials_source credentials_role; /* role_arn with source_profile or credential_source */
credentials_source credentials_web_identity; /* of the environment, else of the profile */
credentials_source credentials_sso;
/* False: the profile's sso_session names no section, or an incomplete one. */
bool credentials_check_session(
    const struct search *search, const char *profile, struct failure *failure);
credentials_source credentials_shared_file;
credentials_source credentials_login;
credentials_source credentials_process;
credentials_source credentials_config_file;
credentials_source credentials_container;
credentials_source credentials_instance;

#endif
