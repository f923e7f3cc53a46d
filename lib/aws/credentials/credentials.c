/* credentials: tries the sources in botocore's order, assumes the role that was given as an option,
 * and renews keys before they expire. */
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "aws/credentials/sts.h"
#include "base/memory.h"
#include "text/timestamp.h"

enum {
	ADVISORY = 15 * 60 * 1000, /* ms before their end: try to renew them */
	MANDATORY = 10 * 60 * 1000, /* ms before their end: renewal must succeed */
	PAUSE = 60 * 1000, /* ms after a failed renewal */
	TRIED_MAX = 900
};

/* The keys, and when they are renewed. */
struct credentials {
	struct credentials_settings settings;
	struct found_keys found; /* access_key NULL: none yet */
	int64_t fetched; /* ms since 1970 */
	int64_t not_before; /* no renewal before this time, while the keys are valid */
	bool again; /* the files were read before and may have changed */
	bool refused;
	bool on_instance;
};

struct credentials *
credentials_open(const struct credentials_settings *settings)
{
	struct credentials *credentials = memory_new(1, sizeof(*credentials));
	credentials->settings = *settings;
	return credentials;
}

void
credentials_close(struct credentials *credentials)
{
	if (credentials == NULL)
		return;
	source_free_keys(&credentials->found);
	free(credentials);
}

/* Keys become parts of headers. */
static bool
is_one_line(const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			return false;
	return true;
}

static enum outcome
check(const struct found_keys *found, struct failure *failure)
{
	if (is_one_line(found->access_key) && is_one_line(found->secret_key) &&
	    is_one_line(found->session_token))
		return OUTCOME_FOUND;
	return source_failed(failure, FAILURE_PERMANENT,
	    "those from %s hold a line break or another control character", found->where);
}

/* The first source that has keys, or should have them and fails, ends the search. */
static enum outcome
search_sources(struct search *search, struct found_keys *found, struct failure *failure)
{
	static credentials_source *const sources[] = {credentials_environment, credentials_role,
	    credentials_web_identity, credentials_sso, credentials_shared_file, credentials_login,
	    credentials_process, credentials_config_file, credentials_container,
	    credentials_instance};
	const char *profile = aws_config_profile(search->config);
	enum outcome outcome = OUTCOME_ABSENT;
	/* As in botocore, also where other keys would be used: the reference is an error. */
	if (!credentials_check_session(search, profile, failure))
		return OUTCOME_FAILED;
	/* The first is the environment. */
	bool chosen = aws_config_choice(search->config)->profile != NULL;
	if (chosen)
		source_tried(search, "keys in the environment are ignored with --profile");
	for (size_t i = chosen ? 1 : 0;
	     outcome == OUTCOME_ABSENT && i < sizeof(sources) / sizeof(*sources); i++) {
		outcome = sources[i](search, profile, found, failure);
		if (outcome == OUTCOME_FOUND)
			outcome = check(found, failure);
		if (outcome != OUTCOME_FOUND)
			source_free_keys(found);
	}
	return outcome;
}

/* Replaces the keys that were found by those of the role that was given as an option. */
static enum outcome
assume_chosen(struct search *search, struct found_keys *found, struct failure *failure)
{
	struct role role = {.arn = aws_config_choice(search->config)->role_arn};
	struct found_keys source = *found;
	enum outcome outcome;

	if (role.arn == NULL)
		return OUTCOME_FOUND;
	*found = (struct found_keys){.access_key = NULL};
	outcome = sts_assume_role(search, &role, &source, found, failure);
	if (outcome == OUTCOME_FOUND) {
		char *where = memory_format("%s, assumed with %s", found->where, source.where);
		free(found->where);
		found->where = where;
		outcome = check(found, failure);
	}
	if (outcome != OUTCOME_FOUND)
		source_free_keys(found);
	source_free_keys(&source);
	return outcome;
}

static bool
fetch(struct credentials *credentials, struct found_keys *found, struct failure *failure)
{
	struct aws_config *reread = NULL;
	struct search search = {.config = credentials->settings.config,
	    .settings = &credentials->settings,
	    .on_instance = credentials->on_instance};
	const struct aws_choice *choice = aws_config_choice(search.config);
	if (credentials->again &&
	    (search.config = reread = aws_config_open(choice, failure)) == NULL)
		return false;
	credentials->again = true;
	buffer_init(&search.tried, TRIED_MAX);
	enum outcome outcome = search_sources(&search, found, failure);
	if (outcome == OUTCOME_FOUND)
		outcome = assume_chosen(&search, found, failure);
	else if (outcome == OUTCOME_ABSENT)
		fail(failure, FAILURE_PERMANENT, "no AWS credentials: %.*s",
		    (int)search.tried.length, search.tried.data);
	credentials->on_instance = search.on_instance;
	buffer_free(&search.tried);
	aws_config_close(reread);
	return outcome == OUTCOME_FOUND;
}

static void
report(const struct credentials *credentials)
{
	const struct found_keys *found = &credentials->found;
	char until[TIMESTAMP_SIZE] = "";

	if (found->until != 0)
		timestamp_format(found->until, false, until);
	caller_detail(&credentials->settings.caller, "credentials: %s%s%s", found->where,
	    found->until != 0 ? ", until " : "", until);
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How long before their end to try to renew keys with that lifetime. */
static int64_t
advisory(int64_t life)
{
	return smaller(ADVISORY, life / 2);
}

/* How long before their end renewal must succeed; a short lifetime is used to its end. */
static int64_t
mandatory(int64_t life)
{
	return life > ADVISORY ? smaller(MANDATORY, life / 3) : 0;
}

enum need { NEED_NONE, NEED_WISH, NEED_MUST };

static enum need
need_of(const struct credentials *credentials, int64_t now)
{
	int64_t left = credentials->found.until - now, life;
	if (credentials->found.access_key == NULL || credentials->refused)
		return NEED_MUST;
	if (credentials->found.until == 0 || now < credentials->not_before)
		return NEED_NONE;
	life = credentials->found.until - credentials->fetched;
	if (left <= mandatory(life))
		return NEED_MUST;
	return left <= advisory(life) ? NEED_WISH : NEED_NONE;
}

/* No renewal for a second to a minute. */
static void
pause_asking(struct credentials *credentials, int64_t now)
{
	int64_t pause = smaller(PAUSE, (credentials->found.until - now) / 4);
	credentials->not_before = now + (pause > 1000 ? pause : 1000);
}

static void
take_found(struct credentials *credentials, struct found_keys *found, int64_t now)
{
	struct found_keys *old = &credentials->found;
	bool same = old->access_key != NULL && old->until == found->until &&
	            strcmp(old->access_key, found->access_key) == 0;
	int64_t fetched = same ? credentials->fetched : now;
	source_free_keys(old);
	*old = *found;
	credentials->fetched = fetched;
	credentials->not_before = 0;
	credentials->refused = false;
	/* The same keys: there are no newer ones yet. Expired long ago: our clock is wrong. */
	if (found->until != 0 && found->until <= now)
		credentials->not_before = now + (now - found->until < PAUSE ? 1000 : PAUSE);
	else if (found->until != 0 && same)
		pause_asking(credentials, now);
	if (!same)
		report(credentials);
}

bool
credentials_get(struct credentials *credentials, struct sigv4_keys *keys, struct failure *failure)
{
	int64_t now = clock_now();
	enum need need = need_of(credentials, now);
	struct found_keys found = {.access_key = NULL};
	if (need != NEED_NONE && fetch(credentials, &found, failure))
		take_found(credentials, &found, now);
	else if (need == NEED_MUST)
		return false;
	else if (need == NEED_WISH)
		pause_asking(credentials, now);
	const struct found_keys *have = &credentials->found;
	struct span none = {"", 0};
	*keys = (struct sigv4_keys){.access_key = span_of(have->access_key),
	    .secret_key = span_of(have->secret_key),
	    .session_token = have->session_token != NULL ? span_of(have->session_token) : none};
	return true;
}

void
credentials_redact(const struct credentials *credentials, struct buffer *text)
{
	source_redact(&credentials->found, text);
}

void
credentials_refused(struct credentials *credentials)
{
	credentials->refused = true;
}
