/* schema: creates and checks the tables of a file. */
#include <string.h>
#include <strings.h>

#include "sqlite/schema.h"

enum { SHOWN = 60 /* bytes of a name in a message */ };

static const char create_table[] = "CREATE TABLE ";

bool
schema_create(
    struct database *database, const struct database_format *format, struct failure *failure)
{
	for (const char *const *sql = format->schema; *sql != NULL; sql++) {
		if (!database_run(database, *sql, failure))
			return false;
	}
	return true;
}

/* Is sql the statement? A # in it stands for one or more digits; a *, at most one, for any text. */
static bool
is_statement(const char *sql, const char *statement)
{
	for (; *statement != '\0'; statement++) {
		if (*statement == '*') {
			size_t length = strlen(sql), rest = strlen(statement + 1);

			return length >= rest && strcmp(sql + length - rest, statement + 1) == 0;
		}
		if (*statement != '#') {
			if (*sql++ != *statement)
				return false;
			continue;
		}
		if (*sql < '0' || *sql > '9')
			return false;
		sql += strspn(sql, "0123456789");
	}
	return *sql == '\0';
}

static bool
is_among(const char *sql, const char *const *statements)
{
	for (; statements != NULL && *statements != NULL; statements++) {
		if (is_statement(sql, *statements))
			return true;
	}
	return false;
}

/* Does one of the statements create a table of that name? */
static bool
creates(const char *const *statements, const char *name)
{
	size_t length = strlen(name);

	for (; statements != NULL && *statements != NULL; statements++) {
		const char *created = *statements + sizeof create_table - 1;

		if (strncmp(*statements, create_table, sizeof create_table - 1) == 0 &&
		    strncasecmp(created, name, length) == 0 && created[length] == ' ')
			return true;
	}
	return false;
}

static bool
is_ours(const struct database_format *format, const char *table)
{
	return creates(format->schema, table) || creates(format->others, table);
}

/* May this object be in the file? sql: NULL if SQLite made it by itself. */
static bool
is_allowed(const struct database_format *format, const char *type, const char *name,
    const char *table, const char *sql)
{
	bool known =
	    sql != NULL && (is_among(sql, format->schema) || is_among(sql, format->others));

	if (strcmp(type, "table") == 0 && sql != NULL)
		return is_ours(format, name)
		           ? known
		           : strncasecmp(sql, create_table, sizeof create_table - 1) == 0;
	if (strcmp(type, "index") == 0)
		return sql == NULL || !is_ours(format, table);
	return strcmp(type, "view") == 0 && known;
}

static const char *
text_of(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text != NULL ? text : "";
}

bool
schema_check(
    struct database *database, const struct database_format *format, struct failure *failure)
{
	sqlite3_stmt *row = database_prepare(
	    database, "SELECT type, name, tbl_name, sql FROM sqlite_schema", failure);
	bool good = row != NULL;
	struct shown type, name;
	int code = SQLITE_DONE;

	while (good && (code = sqlite3_step(row)) == SQLITE_ROW) {
		good = is_allowed(format, text_of(row, 0), text_of(row, 1), text_of(row, 2),
		    (const char *)sqlite3_column_text(row, 3));
		if (!good)
			fail(failure, FAILURE_PERMANENT,
			    "%s is damaged: fxpipe did not make its %s \"%s\" (drop it with "
			    "sqlite3, or "
			    "restore the file)",
			    database->path,
			    show(&type, text_of(row, 0), strnlen(text_of(row, 0), SHOWN)),
			    show(&name, text_of(row, 1), strnlen(text_of(row, 1), SHOWN)));
	}
	if (good && code != SQLITE_DONE)
		good = database_failed(database, failure, "read");
	sqlite3_finalize(row);
	return good;
}
