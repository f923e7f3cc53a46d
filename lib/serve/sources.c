/* sources: opens the table and the streams, those that need not exist yet once they do. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/name.h"
#include "serve/internal.h"
#include "system/directory.h"

enum {
	SECOND = 1000000, /* us */
	KEPT = 16 * 1024 * 1024 /* bytes of events */
};

/* The file of an embedded table or stream, to be freed; NULL: it is a service's. */
static char *
file_of(const char *name, const struct name_kind *kind)
{
	struct failure ignored;
	struct name parsed;
	char *path = NULL;

	if (name_parse(name, kind, &parsed, &ignored) && parsed.path != NULL)
		path = memory_copy_text(parsed.path);
	name_free(&parsed);
	return path;
}

/* NAME, the name of a file, or SCHEME:NAME of a service; name NULL: none. */
static char *
label_of(const char *name, const struct name_kind *kind)
{
	struct failure ignored;
	struct name parsed;
	const char *slash;
	char *label;

	if (name == NULL)
		return NULL;
	slash = strrchr(name, '/');
	if (name_parse(name, kind, &parsed, &ignored) && parsed.name != NULL)
		label = memory_format("%s:%s", parsed.scheme, parsed.name);
	else
		label = memory_copy_text(slash != NULL ? slash + 1 : name);
	name_free(&parsed);
	return label;
}

void
sources_name(struct service *service)
{
	const struct service_settings *settings = &service->settings;

	service->table_label = label_of(settings->table, &name_table);
	service->stream_label = label_of(settings->stream, &name_stream);
	service->alerts_label = label_of(settings->alerts, &name_stream);
	if (service->table_label != NULL)
		service->table_trouble =
		    memory_format("the table %s cannot be read", service->table_label);
}

/* Allows what can be opened later; failure: why it cannot be now. False: it is not embedded. */
static bool
await(const char *name, const struct name_kind *kind, const struct caller *caller,
    struct sandbox *sandbox, struct failure *failure)
{
	char *path = file_of(name, kind), *directory;
	struct failure ignored;

	if (path == NULL)
		return false;
	caller_warn(caller, "without a %s until there is one: %s", kind->kind, failure->text);
	(void)directory_make(path, &ignored);
	directory = directory_of(path);
	sandbox_write(sandbox, directory);
	free(directory);
	free(path);
	failure->kind = FAILURE_NONE;
	return true;
}

/* Can the keys of --key be keys of the table? */
static bool
check_shown(
    const struct service_settings *settings, const struct table *table, struct failure *failure)
{
	struct item_reader *reader = item_reader_open(table_own_key(table));
	struct failure why;
	struct shown shown;
	struct span value;
	bool good = true;

	for (const char *const *key = settings->keys; key != NULL && *key != NULL && good; key++)
		good = item_key_value(reader, false, span_of(*key), &value, &why) ||
		       fail(failure, FAILURE_PERMANENT,
		           "the key \"%s\" cannot be shown: no key of the table %s: %s",
		           show(&shown, *key, strlen(*key)), settings->table, why.text);
	item_reader_close(reader);
	return good;
}

static bool
allow_table(
    const struct service_settings *settings, struct sandbox *sandbox, struct failure *failure)
{
	struct table_settings table = {.caller = settings->caller};
	struct table *opened;
	bool good;

	if (settings->table == NULL || table_sandbox(settings->table, &settings->caller, sandbox))
		return true;
	opened = table_open(settings->table, TABLE_READ, &table, failure);
	if (opened == NULL)
		return settings->table_may_come &&
		       await(settings->table, &name_table, &settings->caller, sandbox, failure);
	sandbox_write(sandbox, table_directory(opened));
	good = check_shown(settings, opened, failure);
	table_close(opened);
	return good;
}

static bool
allow_stream(const char *name, bool may_come, const struct caller *caller, struct sandbox *sandbox,
    struct failure *failure)
{
	struct stream_settings stream = {.caller = *caller};
	struct stream *opened;

	if (name == NULL)
		return true;
	checkpoints_sandbox(name, NULL, false, caller, sandbox);
	if (stream_sandbox(name, caller, sandbox))
		return true;
	opened = stream_open(name, STREAM_READ, &stream, NULL, failure);
	if (opened == NULL)
		return may_come && await(name, &name_stream, caller, sandbox, failure);
	sandbox_write(sandbox, stream_directory(opened));
	stream_close(opened);
	return true;
}

bool
sources_sandbox(
    const struct service_settings *settings, struct sandbox *sandbox, struct failure *failure)
{
	const struct caller *caller = &settings->caller;

	return allow_table(settings, sandbox, failure) &&
	       allow_stream(
	           settings->stream, settings->stream_may_come, caller, sandbox, failure) &&
	       allow_stream(settings->alerts, false, caller, sandbox, failure);
}

static void
close_tables(struct service *service)
{
	table_close(service->watched);
	service->watched = NULL;
	/* The first one last: the others share its rate. */
	for (unsigned i = service->settings.crew; service->tables != NULL && i > 0; i--) {
		table_close(service->tables[i - 1].table);
		service->tables[i - 1].table = NULL;
	}
}

/* Each thread of the crew has a table of its own, and the server's has one if it is embedded. */
static bool
open_tables(struct service *service, struct failure *failure)
{
	const struct service_settings *settings = &service->settings;
	struct table_settings table = {
	    .caller = settings->caller, .eventual = true, .rate = settings->rate};

	for (unsigned i = 0; i < settings->crew; i++) {
		struct own_table *own = &service->tables[i];

		*own = (struct own_table){
		    .name = settings->table, .settings = table, .key = &service->key};
		own->table = table_open(settings->table, TABLE_READ, &table, failure);
		if (own->table == NULL)
			return false;
		table.shares = service->tables[0].table;
	}
	if (table_directory(service->tables[0].table) == NULL)
		return true;
	service->watched = table_open(settings->table, TABLE_READ, &table, failure);
	return service->watched != NULL;
}

static bool
open_table(struct service *service, struct failure *failure)
{
	const struct service_settings *settings = &service->settings;
	const struct table *table;
	bool latest_is_free;

	if (!open_tables(service, failure) ||
	    !check_shown(settings, service->tables[0].table, failure)) {
		close_tables(service);
		return false;
	}
	table = service->tables[0].table;
	service->key = *table_own_key(table);
	service->reader = item_reader_open(&service->key);
	if (service->watched != NULL)
		service->kept = kept_open();
	else
		service->rated = table;
	latest_is_free = table_has_newest(table);
	service->latest_settings = (struct latest_settings){
	    .key = &service->key, .keys = settings->keys, .most_time = settings->most_time * 1000};
	if (settings->keys != NULL || latest_is_free)
		service->latest = shared_open(&(struct shared_settings){.crew = service->crew,
		    .age = latest_is_free ? SECOND : 10 * SECOND,
		    .ceiling = LATEST_BODY,
		    .make = latest_make,
		    .owner = &service->latest_settings,
		    .trouble = service->trouble,
		    .what = service->table_trouble});
	service->has_table = true;
	return true;
}

static struct follower *
open_follower(const struct service *service, const char *stream, struct failure *failure)
{
	const struct follower_settings settings = {
	    .stream = stream, .bytes = KEPT, .caller = service->settings.caller};

	return follower_open(&settings, failure);
}

static bool
open_stream(struct service *service, struct failure *failure)
{
	service->follower = open_follower(service, service->settings.stream, failure);
	if (service->follower != NULL)
		service->has_stream = true;
	return service->has_stream;
}

/* Need it not be there yet? failure: why it could not be opened. */
static bool
may_wait(bool may_come, const char *name, const struct name_kind *kind, struct failure *failure)
{
	char *path = may_come ? file_of(name, kind) : NULL;

	if (path == NULL)
		return false;
	free(path);
	failure->kind = FAILURE_NONE;
	return true;
}

bool
sources_open(struct service *service, struct failure *failure)
{
	const struct service_settings *settings = &service->settings;

	if (settings->table != NULL && !open_table(service, failure)) {
		service->awaits_table =
		    may_wait(settings->table_may_come, settings->table, &name_table, failure);
		if (!service->awaits_table)
			return false;
	}
	if (settings->stream != NULL && !open_stream(service, failure)) {
		service->awaits_stream =
		    may_wait(settings->stream_may_come, settings->stream, &name_stream, failure);
		if (!service->awaits_stream)
			return false;
	}
	if (settings->alerts == NULL)
		return true;
	service->alerts = open_follower(service, settings->alerts, failure);
	return service->alerts != NULL;
}

/* Says that it has been opened, or why a file that exists cannot be. */
static void
note_look(struct service *service, const char *what, const char *name, const struct name_kind *kind,
    bool awaited, const struct failure *failure)
{
	char *path;

	if (!awaited) {
		caller_warn(&service->settings.caller, "the %s %s is there now", what, name);
		return;
	}
	path = file_of(name, kind);
	if (path != NULL && access(path, F_OK) == 0)
		trouble_note(service->trouble, name, failure->text);
	free(path);
}

bool
service_look(struct service *service)
{
	const struct service_settings *settings = &service->settings;
	struct failure failure;

	if (service->awaits_table) {
		service->awaits_table = !open_table(service, &failure);
		note_look(service, "table", settings->table, &name_table, service->awaits_table,
		    &failure);
	}
	if (service->awaits_stream) {
		service->awaits_stream = !open_stream(service, &failure);
		note_look(service, "stream", settings->stream, &name_stream, service->awaits_stream,
		    &failure);
	}
	return service->awaits_table || service->awaits_stream;
}

void
sources_close(struct service *service)
{
	follower_close(service->follower);
	follower_close(service->alerts);
	close_tables(service);
	kept_close(service->kept);
	if (service->reader != NULL)
		item_reader_close(service->reader);
	free(service->table_label);
	free(service->stream_label);
	free(service->alerts_label);
	free(service->table_trouble);
}
