/* local: creates, opens and closes an embedded table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "sqlite/wal.h"
#include "table/local/local.h"
#include "text/json.h"

/*
 * fxpipe-records(5) documents the schema. storage has a rowid and a separate index: that costs a
 * little if items arrive in key order, and saves much if they arrive by time over many keys. A
 * table "made" (by TEXT) with one row holds the note of the maker, if there is one.
 */
static const char *const schema[] = {
    "CREATE TABLE table_key (partition_name TEXT NOT NULL, partition_type TEXT NOT NULL,"
    " sort_name TEXT, sort_type TEXT)",
    "CREATE TABLE storage (pk, sk, typed INTEGER, item TEXT, PRIMARY KEY (pk, sk))", NULL};

static const char *const others[] = {"CREATE TABLE made (by TEXT NOT NULL)",
    "CREATE VIEW items AS SELECT *, item FROM storage", NULL};

const struct database_format table_local_format = {
    .noun = "table",
    .application = 0x66787462, /* "fxtb" */
    .version = 1,
    .schema = schema,
    .others = others,
};

/*
 * A batch of 10,000 items over 1,000 keys changes about 1,900 pages. SQLite writes what the cache
 * does not hold before the batch ends, and then reads all of the batch back for its checksums.
 */
static const char *const writer_settings = "PRAGMA cache_size=-6144; PRAGMA secure_delete=OFF";
enum { LOG_PAGES = 16000 };

/* The view's column for a part of the key; for a number, its text in the item. */
static char *
column(const struct key_part *part, const char *stored, const char *name)
{
	if (part->type != 'N' || strpbrk(part->name, "\"\\") != NULL)
		return sqlite3_mprintf("%s AS \"%w\"", stored, name);
	return sqlite3_mprintf("CASE typed WHEN 0 THEN item -> '$.\"%q\"'"
	                       " ELSE item ->> '$.\"%q\".N' END AS \"%w\"",
	    part->name, part->name, name);
}

/* The view for people: the key under its own names, unless SQLite takes them for the same name. */
static char *
view(const struct table_key *key)
{
	const char *const partition = key->partition.name, *const sort = key->sort.name;
	bool clash = strcasecmp(partition, sort) == 0 || strcasecmp(partition, "item") == 0 ||
	             strcasecmp(sort, "item") == 0;
	char *pk = column(&key->partition, "pk", clash ? "pk" : partition);
	char *sk = column(&key->sort, "sk", clash ? "sk" : sort);
	char *sql = NULL;

	if (pk != NULL && sk != NULL)
		sql = sqlite3_mprintf("CREATE VIEW items AS SELECT %s%s%s, item FROM storage", pk,
		    key->sort.type != '\0' ? ", " : "", key->sort.type != '\0' ? sk : "");
	sqlite3_free(pk);
	sqlite3_free(sk);
	return sql;
}

bool
table_local_make_new(sqlite3 *handle, void *context, struct failure *failure)
{
	struct local_new_table *new = context;
	const struct table_key *key = new->key;
	bool sorts = key->sort.type != '\0';
	char *as_view = view(key);
	char *note = new->made_by != NULL ? sqlite3_mprintf("%s; INSERT INTO made VALUES (%Q);",
	                                        others[0], new->made_by)
	                                  : sqlite3_mprintf("");
	char *sql = sqlite3_mprintf("INSERT INTO table_key VALUES (%Q, '%c', %Q, %Q); %s; %s",
	    key->partition.name, key->partition.type, sorts ? key->sort.name : NULL,
	    sorts ? (char[]){key->sort.type, '\0'} : NULL, as_view, note);
	int code = sql != NULL ? sqlite3_exec(handle, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(as_view);
	sqlite3_free(note);
	sqlite3_free(sql);
	if (code != SQLITE_OK)
		return fail(failure, FAILURE_TEMPORARY, "could not create the table: %s",
		    sqlite3_errmsg(handle));
	new->made = true;
	return true;
}

/* Reads columns of a row of table_key. False: they are not a valid part of a key. */
static bool
load_part(sqlite3_stmt *row, int first, struct key_part *part)
{
	const char *name = (const char *)sqlite3_column_text(row, first);
	const char *type = (const char *)sqlite3_column_text(row, first + 1);

	if (name == NULL || type == NULL || *name == '\0' || strlen(name) > KEY_NAME_MAX ||
	    !json_is_utf8(span_of(name)) || strlen(type) != 1 || strchr("SNB", *type) == NULL)
		return false;
	snprintf(part->name, sizeof part->name, "%s", name);
	part->type = *type;
	return true;
}

bool
table_local_load_key(struct database *database, struct table_key *key, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database,
	    "SELECT partition_name, partition_type, sort_name, sort_type FROM table_key", failure);
	int code;
	bool loaded;

	if (statement == NULL)
		return false;
	code = sqlite3_step(statement);
	loaded = code == SQLITE_ROW && load_part(statement, 0, &key->partition) &&
	         (sqlite3_column_type(statement, 2) == SQLITE_NULL ||
	             load_part(statement, 2, &key->sort)) &&
	         strcmp(key->partition.name, key->sort.name) != 0;
	if (loaded)
		code = sqlite3_step(statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		loaded = database_failed(database, failure, "read");
	else if (!loaded || code != SQLITE_DONE)
		loaded = database_damaged(database, failure, "its key is not valid");
	sqlite3_finalize(statement);
	return loaded;
}

/* Does the table have the key of -k? */
static bool
check_key(const struct table_local *local, const struct table_key *asked, struct failure *failure)
{
	char has[TABLE_KEY_TEXT], wants[TABLE_KEY_TEXT];

	if (asked == NULL)
		return true;
	table_key_format(&local->table.key, has);
	table_key_format(asked, wants);
	if (strcmp(has, wants) == 0)
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "the table %s has the key %s, not %s: omit -k, or use another table",
	    local->database.path, has, wants);
}

static void
local_close(struct table *table)
{
	struct table_local *local = (struct table_local *)table;

	sqlite3_finalize(local->upsert);
	sqlite3_finalize(local->upsert_rows);
	sqlite3_finalize(local->insert);
	sqlite3_finalize(local->insert_rows);
	sqlite3_finalize(local->delete);
	sqlite3_finalize(local->select);
	sqlite3_finalize(local->version);
	database_close(&local->database);
	if (local->reader != NULL)
		item_reader_close(local->reader);
	pool_free(&local->prepared);
	free(local);
}

static const char *
local_directory(const struct table *table)
{
	return ((const struct table_local *)table)->database.directory;
}

static bool
local_still_there(const struct table *table, struct failure *failure)
{
	return database_still_there(&((const struct table_local *)table)->database, failure);
}

/* Source: SQLite, "PRAGMA data_version": it changes when another connection has committed. */
static bool
local_version(struct table *table, uint64_t *version)
{
	struct table_local *local = (struct table_local *)table;
	struct failure failure;
	bool found;

	if (local->version == NULL) {
		local->version =
		    database_prepare(&local->database, "PRAGMA data_version", &failure);
		sqlite3_busy_handler(local->database.handle, NULL, NULL);
	}
	if (local->version == NULL || !database_still_there(&local->database, &failure))
		return false;
	found = sqlite3_step(local->version) == SQLITE_ROW;
	if (found)
		*version = (uint64_t)sqlite3_column_int64(local->version, 0);
	sqlite3_reset(local->version);
	return found;
}

static const struct table_kind kind = {
    .close = local_close,
    .directory = local_directory,
    .still_there = local_still_there,
    .version = local_version,
    .prepare = table_local_prepare,
    .prepare_reset = table_local_prepare_reset,
    .put = table_local_put,
    .query = table_local_query,
    .newest = table_local_newest,
    .get = table_local_get,
};

/* Opens the file; creates it if its key is known. */
static bool
open_file(struct table_local *local, const char *path, enum table_use use,
    const struct table_settings *settings, struct failure *failure)
{
	struct table_key key = {{"ticker", 'S'}, {"last_refreshed", 'S'}};
	bool create = use == TABLE_WRITE && !settings->deletes &&
	              (settings->key != NULL || settings->is_default);
	struct local_new_table new = {.key = settings->key != NULL ? settings->key : &key};
	bool missing = false;

	if (database_open(&local->database, path, &table_local_format,
	        use == TABLE_READ ? DATABASE_READ
	        : create          ? DATABASE_CREATE
	                          : DATABASE_WRITE,
	        table_local_make_new, &new, &missing, failure))
		return true;
	if (!missing || create)
		return false;
	return fail(failure, FAILURE_PERMANENT,
	    settings->deletes ? "there is no table %s to delete from"
	    : use == TABLE_READ
	        ? "there is no table %s: ddbput creates one with -k PK[:T][,SK[:T]]"
	        : "there is no table %s: to create it, give its key with -k PK[:T][,SK[:T]]",
	    path);
}

/* Log copies are rare, because each writes every changed page once. */
static bool
get_ready(struct table_local *local, bool deletes, struct failure *failure)
{
	wal_limit(&local->database, LOG_PAGES);
	return database_run(&local->database, writer_settings, failure) &&
	       (deletes ? table_local_ready_to_delete : table_local_ready_to_put)(local, failure);
}

struct table *
table_local_open(const char *path, enum table_use use, const struct table_settings *settings,
    struct failure *failure)
{
	struct table_local *local;

	if (settings->index != NULL) {
		fail(failure, FAILURE_PERMANENT,
		    "an embedded table has no secondary indexes: omit --index, or query a table of "
		    "DynamoDB");
		return NULL;
	}
	local = memory_new(1, sizeof *local);
	local->table.kind = &kind;
	local->database.lock = -1;
	local->database.caller = settings->caller;
	if (!open_file(local, path, use, settings, failure) ||
	    !table_local_load_key(&local->database, &local->table.key, failure) ||
	    !check_key(local, settings->key, failure) ||
	    (use == TABLE_WRITE && !get_ready(local, settings->deletes, failure))) {
		local_close(&local->table);
		return NULL;
	}
	local->reader = item_reader_open(&local->table.key);
	return &local->table;
}
