/* provider: finds and frees definitions. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "prefix.h"
#include "rate/definition.h"
#include "base/memory.h"
#include "rate/provider.h"
#include "system/executable.h"
#include "system/file.h"

static bool
is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t length = strlen(name);
	return length > 0 && length <= PROVIDER_NAME && strspn(name, letters) == length;
}

static const char *
find_built_in(const char *name)
{
	for (const struct provider_source *source = provider_sources; source->name != NULL;
	     source++)
		if (strcmp(source->name, name) == 0)
			return source->text;
	return NULL;
}

/* The names of those that accepts returns true for, as "a, b". */
static char *
list_names(const char *config, bool (*accepts)(const char *name, const char *config))
{
	struct buffer names;
	buffer_init(&names, 4096);
	for (const struct provider_source *source = provider_sources; source->name != NULL;
	     source++) {
		if (!accepts(source->name, config))
			continue;
		if (names.length > 0)
			buffer_add_text(&names, ", ");
		buffer_add_text(&names, source->name);
	}
	return buffer_take_text(&names);
}

static bool
any(const char *name, const char *config)
{
	(void)name;
	(void)config;
	return true;
}

static bool
is_keyless(const char *name, const char *config)
{
	struct failure ignored;
	struct provider *provider = provider_load(name, config, &ignored);
	bool keyless = provider != NULL && !provider->uses_key;
	provider_free(provider);
	return keyless;
}

char *
provider_keyless(const char *config)
{
	return list_names(config, is_keyless);
}

/* The user's own definition. If there is no such file: true, and *there is false. */
static bool
read_own(const char *path, struct buffer *text, bool *there, struct stat *status,
    struct failure *failure)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	*there = file >= 0 || (errno != ENOENT && errno != ENOTDIR);
	if (!*there)
		return true;
	if (file < 0)
		return fail_errno(failure, errno, "%s cannot be opened", path);
	bool good = (fstat(file, status) == 0 && S_ISREG(status->st_mode)) ||
	            fail(failure, FAILURE_PERMANENT, "%s is not a regular file", path);
	good = good && file_read_all(file, path, DEFINITION_MAX, text, failure);
	close(file);
	return good;
}

/* A definition says where the key is sent: only the user and root may write it. */
static bool
check_owner(const char *path, const struct stat *status, struct failure *failure)
{
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return fail(failure, FAILURE_PERMANENT,
		    "%s says where the key is sent, and belongs to another user: it is not used",
		    path);
	if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return fail(failure, FAILURE_PERMANENT,
		    "%s says where the key is sent, and other users may write it: run chmod go-w "
		    "on it",
		    path);
	return true;
}

static bool
load(struct provider *provider, const char *path, struct buffer *text, struct failure *failure)
{
	struct stat status;
	bool there;
	if (!read_own(path, text, &there, &status, failure))
		return false;
	if (there)
		return definition_read(provider, buffer_span(text), path, false, failure) &&
		       (!provider->uses_key || check_owner(path, &status, failure));
	const char *built_in = find_built_in(provider->name);
	if (built_in != NULL)
		return definition_read(provider, span_of(built_in), provider->name, true, failure);
	char *known = list_names(NULL, any);
	fail(failure, FAILURE_REFUSED, "there is no provider '%s': use %s, or describe it in %s",
	    provider->name, known, path);
	free(known);
	return false;
}

struct provider *
provider_load(const char *name, const char *config, struct failure *failure)
{
	struct shown shown;
	struct buffer text;

	if (!is_name(name)) {
		fail(failure, FAILURE_REFUSED,
		    "'%s' is not the name of a provider: use a-z, 0-9, _ and -",
		    show(&shown, name, strlen(name)));
		return NULL;
	}
	buffer_init(&text, DEFINITION_MAX + 1);
	char *path = memory_format("%s/providers/%s.json", config, name);
	struct provider *provider = memory_new(1, sizeof(*provider));
	strcpy(provider->name, name);
	if (!load(provider, path, &text, failure)) {
		provider_free(provider);
		provider = NULL;
	}
	free(path);
	buffer_free(&text);
	return provider;
}

void
provider_free(struct provider *provider)
{
	if (provider == NULL)
		return;
	for (size_t i = 0; i < provider->symbol_count; i++) {
		free(provider->symbols[i].common);
		free(provider->symbols[i].own);
	}
	for (size_t i = 0; i < provider->absent_count; i++)
		free(provider->absent[i]);
	for (size_t i = 0; i < provider->answer_count; i++) {
		json_pointers_free(provider->answers[i].at);
		free(provider->answers[i].contains);
		free(provider->answers[i].say);
	}
	for (size_t i = 0; i < FIELD_COUNT; i++)
		free(provider->field_texts[i]);
	free(provider->symbols);
	free(provider->absent);
	free(provider->answers);
	json_pointers_free(provider->fields);
	json_pointers_free(provider->records);
	free(provider->accept);
	free(provider->time_zone);
	free(provider->key_host);
	free(provider->key_hint);
	free(provider->url);
	free(provider);
}

char *
provider_samples(void)
{
	char *directory = executable_directory();
	if (directory != NULL) {
		char *beside = memory_format("%s/../share/fxpipe/sample", directory);
		char *real = realpath(beside, NULL);
		free(beside);
		free(directory);
		if (real != NULL)
			return real;
	}
	return memory_copy_text(FX_PREFIX "/share/fxpipe/sample");
}
