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
	bool keyless = provider != NULL && provider->url != NULL && !provider->uses_key;
	provider_free(provider);
	return keyless;
}

char *
provider_keyless(const char *config)
{
	return list_names(config, is_keyless);
}

static void
free_texts(struct provider_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free((char *)texts->texts[i].start);
	free(texts->texts);
}

static void
provider_clear(struct provider *provider)
{
	for (size_t i = 0; i < provider->symbol_count; i++) {
		free(provider->symbols[i].common);
		free(provider->symbols[i].own);
	}
	for (size_t i = 0; i < provider->answer_count; i++) {
		json_pointers_free(provider->answers[i].at);
		free(provider->answers[i].contains);
		free(provider->answers[i].say);
	}
	for (size_t i = 0; i < FORM_FIELDS; i++)
		free(provider->constants[i]);
	for (size_t choice = 0; choice < PROVIDER_CHOICES; choice++) {
		for (size_t i = 0; i < FORM_FIELDS; i++)
			free(provider->field_texts[choice][i]);
		json_pointers_free(provider->fields[choice]);
	}
	free_texts(&provider->absent);
	free_texts(&provider->ignore);
	free(provider->symbols);
	free(provider->answers);
	json_pointers_free(provider->common);
	json_pointers_free(provider->records);
	free(provider->accept);
	free(provider->time_zone);
	free(provider->key_host);
	free(provider->key_hint);
	free(provider->url);
}

/* The text of a definition. */
struct source {
	const char *name; /* of the provider */
	char *path; /* of the user's own */
	bool own; /* that exists */
	struct stat status;
	struct buffer text;
};

static void
source_free(struct source *source)
{
	buffer_free(&source->text);
	free(source->path);
}

/* For messages. */
static const char *
origin_of(const struct source *source)
{
	return source->own ? source->path : source->name;
}

/* The user's own definition, if there is such a file. */
static bool
read_own(struct source *source, struct failure *failure)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *path = source->path;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	source->own = file >= 0 || (errno != ENOENT && errno != ENOTDIR);
	if (!source->own)
		return true;
	if (file < 0)
		return fail_errno(failure, errno, "%s cannot be opened", path);
	bool good = (fstat(file, &source->status) == 0 && S_ISREG(source->status.st_mode)) ||
	            fail(failure, FAILURE_PERMANENT, "%s is not a regular file", path);
	good = good && file_read_all(file, path, DEFINITION_MAX, &source->text, failure);
	if (good && span_begins(buffer_span(&source->text), mark)) { /* by an editor */
		source->text.length -= strlen(mark);
		memmove(source->text.data, source->text.data + strlen(mark), source->text.length);
	}
	close(file);
	return good;
}

/* The user's own text, else the one that is built in. */
static bool
source_read(struct source *source, const char *name, const char *config, struct failure *failure)
{
	buffer_init(&source->text, DEFINITION_MAX + 1);
	source->name = name;
	source->path = memory_format("%s/providers/%s.json", config, name);
	if (!read_own(source, failure))
		return false;
	if (source->own)
		return true;
	const char *built_in = find_built_in(name);
	if (built_in != NULL)
		return buffer_add_text(&source->text, built_in);
	char *known = list_names(NULL, any);
	fail(failure, FAILURE_REFUSED, "there is no provider '%s': use %s, or describe it in %s",
	    name, known, source->path);
	free(known);
	return false;
}

/* A definition says where the key is sent: only the user and root may write it. */
static bool
check_owner(const struct source *source, struct failure *failure)
{
	if (!source->own)
		return true;
	if (source->status.st_uid != geteuid() && source->status.st_uid != 0)
		return fail(failure, FAILURE_PERMANENT,
		    "%s says where the key is sent, and belongs to another user: it is not used",
		    source->path);
	if ((source->status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return fail(failure, FAILURE_PERMANENT,
		    "%s says where the key is sent, and other users may write it: run chmod go-w "
		    "on it",
		    source->path);
	return true;
}

/* base: of the definition that it is based on; its text is empty if there is none. */
static bool
read_both(struct provider *provider, const struct source *source, const struct source *base,
    struct failure *failure)
{
	if (!definition_read(provider, buffer_span(&source->text), buffer_span(&base->text),
	        origin_of(source), !source->own, failure))
		return false;
	return !provider->uses_key || (check_owner(source, failure) && check_owner(base, failure));
}

/* Fails with "ORIGIN: line N: "based_on" is NAME: WHY". */
static bool
fail_base(
    const char *origin, size_t line, const char *name, const char *why, struct failure *failure)
{
	struct shown shown;
	struct failure cause;

	/* why may be the text of the same failure */
	fail(&cause, FAILURE_PERMANENT, "%s: line %zu: \"based_on\" is \"%s\": %s", origin, line,
	    show(&shown, name, strlen(name)), why);
	*failure = cause;
	return false;
}

/* The definition that another one is based on must be valid itself. */
static bool
read_base(const struct source *source, const char *name, size_t line, const char *config,
    struct source *base, struct failure *failure)
{
	struct provider alone = {0};
	size_t its_line;
	const char *origin = origin_of(source);
	char *further;
	bool good;

	if (!is_name(name) || strcmp(name, source->name) == 0)
		return fail_base(
		    origin, line, name, "the name of another provider is required", failure);
	if (!source_read(base, name, config, failure))
		return fail_base(origin, line, name, failure->text, failure);
	further = definition_base(buffer_span(&base->text), &its_line);
	if (further != NULL) {
		free(further);
		return fail_base(
		    origin, line, name, "that is based on another one itself", failure);
	}
	strcpy(alone.name, name);
	good = read_both(&alone, base, &(struct source){.own = false}, failure);
	provider_clear(&alone);
	return good;
}

static bool
load(struct provider *provider, const char *config, struct failure *failure)
{
	struct source source = {.own = false}, base = {.own = false};
	char *name = NULL;
	size_t line;
	bool good = source_read(&source, provider->name, config, failure);

	if (good)
		name = definition_base(buffer_span(&source.text), &line);
	if (name != NULL) {
		good = read_base(&source, name, line, config, &base, failure);
		if (good)
			strcpy(provider->account, name);
	}
	good = good && read_both(provider, &source, &base, failure);
	free(name);
	source_free(&source);
	source_free(&base);
	return good;
}

struct provider *
provider_load(const char *name, const char *config, struct failure *failure)
{
	struct shown shown;

	if (!is_name(name)) {
		fail(failure, FAILURE_REFUSED,
		    "'%s' is not the name of a provider: use a-z, 0-9, _ and -",
		    show(&shown, name, strlen(name)));
		return NULL;
	}
	struct provider *provider = memory_new(1, sizeof(*provider));
	strcpy(provider->name, name);
	strcpy(provider->account, name);
	if (!load(provider, config, failure)) {
		provider_free(provider);
		provider = NULL;
	}
	return provider;
}

void
provider_free(struct provider *provider)
{
	if (provider != NULL)
		provider_clear(provider);
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
