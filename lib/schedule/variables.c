/* variables: refuses secrets among an entry's variables, and takes over those of the tools. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schedule/secret_words.h"
#include "schedule/variables.h"

#define ADVICE \
	"keys of AWS belong in ~/.aws, with -e AWS_PROFILE=NAME, or come from a role; a " \
	"provider's key in a file of mode 600 or in Secrets Manager (fxfetch -K)"

/* The last is the beginning of several names. */
static const char *const inherited[] = {"FX_HOME", "FX_STREAM", "FX_TABLE", "FX_PROVIDER",
    "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
    "SSL_CERT_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME",
    "AWS_ENDPOINT_URL"};

enum { INHERITED = sizeof inherited / sizeof *inherited };

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), part = strlen(end);

	return length >= part && strcmp(text + length - part, end) == 0;
}

bool
variables_is_secret(const char *name)
{
	char *upper = memory_copy_text(name);
	bool secret;

	for (char *at = upper; *at != '\0'; at++)
		*at = (char)toupper((unsigned char)*at);
	secret = !ends_with(upper, "_FILE") &&
	         (ends_with(upper, "AWS_ACCESS_KEY_ID") || ends_with(upper, "_KEY") ||
	             ends_with(upper, "APIKEY") || strstr(upper, "TOKEN") != NULL ||
	             strstr(upper, "SECRET") != NULL || strstr(upper, "PASSWORD") != NULL ||
	             strstr(upper, "PASSPHRASE") != NULL);
	free(upper);
	return secret;
}

/* A URL with USER:PASSWORD@ in it. */
static bool
has_password(const char *value)
{
	const char *host = strstr(value, "://"), *colon;

	colon = host != NULL ? strchr(host + 3, ':') : NULL;
	return colon != NULL && strchr(colon, '@') != NULL;
}

/* A URL with anything before an @, which may be a token. */
static bool
has_user(const char *value)
{
	const char *host = strstr(value, "://");

	return host != NULL && strchr(host + 3, '@') != NULL;
}

static char *
name_of(const char *setting)
{
	return memory_copy(setting, strcspn(setting, "="));
}

static bool
check_setting(const char *setting, struct failure *failure)
{
	char *name = name_of(setting);
	const char *value = setting + strlen(name) + 1;
	struct span found;
	struct shown shown;
	bool good = true;

	if (variables_is_secret(name))
		good = fail(failure, FAILURE_PERMANENT,
		    "%s is a secret, which does not belong in a crontab or a unit: " ADVICE, name);
	else if (has_password(value))
		good = fail(failure, FAILURE_PERMANENT,
		    "%s holds a password, which does not belong in a crontab or a unit", name);
	else if (secret_words_in(span_of(value), &found))
		good = fail(failure, FAILURE_PERMANENT,
		    "%s holds %s, a secret, which does not belong in a crontab or a unit: " ADVICE,
		    name, show(&shown, found.start, found.length));
	free(name);
	return good;
}

bool
variables_check(const struct entry *entry, struct failure *failure)
{
	struct words found;
	struct span secret;
	struct shown shown;
	bool good = true;

	for (size_t i = 0; good && i < entry->variables.count; i++)
		good = check_setting(entry->variables.list[i], failure);
	words_split_command(span_of(entry->command), &found);
	for (size_t i = 0; good && i < found.count; i++) {
		char *name = name_of(found.list[i]);

		if (entry_variable_is_valid(found.list[i]) && variables_is_secret(name))
			good = fail(failure, FAILURE_PERMANENT,
			    "COMMAND holds %s, a secret, which everyone can read there: " ADVICE,
			    name);
		free(name);
	}
	if (good && secret_words_find(&found, &secret))
		good = fail(failure, FAILURE_PERMANENT,
		    "COMMAND holds %s, a secret, which everyone can read there: " ADVICE,
		    show(&shown, secret.start, secret.length));
	words_free(&found);
	return good;
}

const char *
variables_get(const struct entry *entry, const char *name)
{
	const char *value = NULL;
	size_t length = strlen(name);

	for (size_t i = 0; i < entry->variables.count; i++) {
		const char *setting = entry->variables.list[i];

		if (strncmp(setting, name, length) == 0 && setting[length] == '=')
			value = setting + length + 1;
	}
	return value;
}

/* Is it the value that holds without it? */
static bool
is_default(const struct place *place, const char *name, const char *value)
{
	static const char *const defaults[][2] = {{"XDG_DATA_HOME", ".local/share"},
	    {"XDG_CONFIG_HOME", ".config"}, {"XDG_STATE_HOME", ".local/state"},
	    {"XDG_CACHE_HOME", ".cache"}};
	size_t length = strlen(place->home);

	for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
		if (strcmp(name, defaults[i][0]) == 0)
			return strncmp(value, place->home, length) == 0 && value[length] == '/' &&
			       strcmp(value + length + 1, defaults[i][1]) == 0;
	}
	return false;
}

static void
add_setting(struct entry *entry, const struct place *place, const char *name, const char *setting)
{
	char *home = strcmp(name, "FX_HOME") == 0 ? place_home(place) : NULL;
	char *text = home != NULL ? memory_format("FX_HOME=%s", home) : memory_copy_text(setting);

	words_add(&entry->variables, text);
	free(text);
	free(home);
}

static bool
inherit(
    struct entry *entry, const struct place *place, const char *setting, struct failure *failure)
{
	char *name = name_of(setting);
	const char *value = setting + strlen(name) + 1;
	bool good = true;

	if (variables_get(entry, name) != NULL || value[0] == '\0' || strchr(value, '\n') != NULL ||
	    is_default(place, name, value) || !entry_variable_is_valid(setting))
		good = true;
	else if (has_user(value))
		good = fail(failure, FAILURE_PERMANENT,
		    "%s holds a password, which does not belong in a crontab or a unit: unset it, "
		    "or set another with -e",
		    name);
	else
		add_setting(entry, place, name, setting);
	free(name);
	return good;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order of inherited; those that begin with its last in the order of their names. */
bool
variables_inherit(struct entry *entry, const struct place *place, struct failure *failure)
{
	size_t count = 0;
	const char **sorted;
	bool good = true;

	while (place->environment[count] != NULL)
		count++;
	sorted = memory_new(count + 1, sizeof *sorted);
	for (size_t i = 0; i < count; i++)
		sorted[i] = place->environment[i];
	qsort(sorted, count, sizeof *sorted, compare);
	for (size_t wanted = 0; good && wanted < INHERITED; wanted++) {
		size_t length = strlen(inherited[wanted]);

		for (size_t i = 0; good && i < count; i++) {
			if (strncmp(sorted[i], inherited[wanted], length) == 0 &&
			    strchr(sorted[i], '=') != NULL &&
			    (sorted[i][length] == '=' || wanted == INHERITED - 1))
				good = inherit(entry, place, sorted[i], failure);
		}
	}
	free(sorted);
	return good;
}
