/* serve_options: reads fxserve's command line. */
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "fxserve/serve_options.h"
#include "stream_options/start_option.h"
#include "table/item.h"
#include "text/json.h"

enum { CONNECTIONS = 4096, MOST_CONNECTIONS = 100000 };

static void
add(struct tool *tool, const char *option, const char *text, const char **values, size_t *count,
    size_t most)
{
	if (text[0] == '\0')
		tool_usage(tool, "option %s: its value is empty", option);
	if (*count == most)
		tool_usage(tool, "option %s: at most %zu are possible", option, most);
	values[(*count)++] = text;
}

static void
add_key(struct tool *tool, const char *option, const char *text, void *target)
{
	struct options *options = target;

	if (strlen(text) > ITEM_PARTITION_MAX)
		tool_usage(tool,
		    "option %s: a partition key has at most %d bytes, and this one %zu", option,
		    ITEM_PARTITION_MAX, strlen(text));
	if (!json_is_utf8(span_of(text)))
		tool_usage(tool, "option %s: the key is not UTF-8", option);
	for (size_t i = 0; i < options->key_count; i++) {
		if (strcmp(options->keys[i], text) == 0)
			return;
	}
	add(tool, option, text, options->keys, &options->key_count, SERVE_LIST);
}

static void
add_group(struct tool *tool, const char *option, const char *text, void *target)
{
	struct options *options = target;
	const char *name;

	group_option(tool, option, text, &name);
	add(tool, option, name, options->groups, &options->group_count, SERVE_LIST);
}

/* Is it NAME, ADDRESS or [ADDRESS], with or without :PORT? */
static bool
is_host(const char *text)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	size_t length = text[0] == '[' ? strspn(text + 1, "0123456789abcdefABCDEF:.") + 2
	                               : strspn(text, letters);

	if (length == 0)
		return false;
	if (text[0] == '[' && (length == 2 || length > strlen(text) || text[length - 1] != ']'))
		return false;
	text += length;
	return text[0] == '\0' ||
	       (text[0] == ':' && text[1] != '\0' &&
	           strspn(text + 1, "0123456789") == strlen(text + 1) && atol(text + 1) < 65536);
}

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);

	return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

/* Is it one as browsers send it: in lower case, without the usual port? */
static bool
is_origin(const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (*c >= 'A' && *c <= 'Z')
			return false;
	}
	if (strncmp(text, "https://", 8) == 0)
		return is_host(text + 8) && !ends_with(text, ":443");
	return strncmp(text, "http://", 7) == 0 && is_host(text + 7) && !ends_with(text, ":80");
}

static void
read_origin(struct tool *tool, const char *option, const char *text, void *target)
{
	struct options *options = target;

	if (strcmp(text, "*") != 0 && !is_origin(text))
		tool_usage(tool, "option %s: \"%s\" is not an origin such as https://example.com",
		    option, text);
	options->origin = text;
}

static void
add_host(struct tool *tool, const char *option, const char *text, void *target)
{
	struct options *options = target;

	if (!is_host(text))
		tool_usage(tool, "option %s: \"%s\" is not a host such as rates.example.com:8443",
		    option, text);
	/* Two are the address itself. */
	add(tool, option, text, options->hosts, &options->host_count, ACCESS_HOSTS - 2);
}

static void
read_file(struct tool *tool, const char *option, const char *text, void *target)
{
	if (text[0] == '\0')
		tool_usage(tool, "option %s: the name of the file is empty", option);
	*(const char **)target = text;
}

static void
read_dygraphs(struct tool *tool, const char *option, const char *text, void *target)
{
	struct options *options = target;

	read_file(tool, option, text, &options->dygraphs);
	options->dygraphs_named = true;
}

static void
read_table(struct tool *tool, const char *option, const char *text, void *target)
{
	struct options *options = target;

	(void)tool, (void)option;
	options->table = text[0] != '\0' ? text : NULL;
	options->table_named = true;
}

static void
read_stream(struct tool *tool, const char *option, const char *text, void *target)
{
	struct options *options = target;

	(void)tool, (void)option;
	options->stream = text[0] != '\0' ? text : NULL;
	options->stream_named = true;
}

#define AT(member) OPTION_AT(struct options, member)
#define WHOLE 0, sizeof(struct options) /* the function finds its members */

static const struct option_row rows[] = {
    {'t', "table", "TABLE", OPTION_CALL, WHOLE, .read = read_table, .values = "<table>",
        .help = "the table (default: $FX_TABLE, else rates, once it exists): NAME, a path, "
                "dynamodb:NAME or an ARN; \"\": none"},
    {'s', "stream", "STREAM", OPTION_CALL, WHOLE, .read = read_stream, .values = "<stream>",
        .help = "the stream (default: $FX_STREAM, else rates, once it exists): NAME, a path, "
                "kinesis:NAME or an ARN; \"\": none"},
    {0, "alerts", "STREAM", OPTION_TEXT, AT(alerts), .values = "<stream>",
        .help = "mark the alerts of this stream, which fxalert writes, on the page"},
    {'l', "listen", "ADDRESS", OPTION_TEXT, AT(listen),
        .help = "wait for clients at HOST:PORT or unix:PATH (default 127.0.0.1:8080)"},
    {0, "token-file", "FILE", OPTION_CALL, AT(token), .read = read_file, .values = "<file>",
        .help = "require the token in FILE (default: one that is made at each start)"},
    {0, "no-token", NULL, OPTION_FLAG, AT(no_token), .help = "require no token, at a Unix socket"},
    {0, "host", "NAME", OPTION_CALL, WHOLE, .read = add_host,
        .help = "also answer requests for the host NAME or NAME:PORT; may be repeated"},
    {0, "cors", "ORIGIN", OPTION_CALL, WHOLE, .read = read_origin,
        .help = "let pages of ORIGIN (https://example.com) read, if they have the token"},
    {0, "certificate", "FILE", OPTION_CALL, AT(certificate), .read = read_file, .values = "<file>",
        .help = "use TLS with the certificate in FILE, in PEM"},
    {0, "private-key", "FILE", OPTION_CALL, AT(key), .read = read_file, .values = "<file>",
        .help = "its private key, in PEM"},
    {0, "key", "KEY", OPTION_CALL, WHOLE, .read = add_key,
        .help = "show this partition key; may be repeated (default: all of an embedded table, "
                "none of DynamoDB)"},
    {0, "rate", "UNITS", OPTION_NUMBER, AT(rate), .least = 1, .most = 1000000,
        .help = "on AWS: consume up to UNITS read capacity units a second (default 10)"},
    {'g', "group", "GROUP", OPTION_CALL, WHOLE, .read = add_group, .values = "<group>",
        .help = "/v1/health also checks that this group keeps up; may be repeated"},
    {0, "max-age", "TIME", OPTION_TEXT, AT(max_age_text),
        .help = "how old the newest record may be, for /v1/health (default 5m)"},
    {0, "disk", "PERCENT", OPTION_NUMBER, AT(disk), .least = 0, .most = 100,
        .help = "how full the disk of $FX_HOME may be, for /v1/health (default 90)"},
    {0, "dygraphs", "DIRECTORY", OPTION_CALL, WHOLE, .read = read_dygraphs, .values = "<file>",
        .help = "where dygraph.min.js is (default /usr/share/javascript/dygraphs)"},
    {0, "connections", "N", OPTION_NUMBER, AT(connections), .least = 1, .most = MOST_CONNECTIONS,
        .help =
            "take up to N connections at once (default 4096; fewer if fewer files may be open)"},
    OPTION_END};

static const struct option_table table = {.name = "fxserve",
    .about = "answer queries over HTTP, with a page of live charts",
    .details = "Prints the address of its page, with a token that belongs to it, and answers "
               "requests until it is stopped.",
    .rows = rows,
    .aws = true};

/* A token that can stand in a URL and a cookie is checked when its file is read. */
void
serve_options_read(struct tool *tool, int argc, char **argv, struct options *options)
{
	*options = (struct options){.table = environment_table(),
	    .stream = environment_stream(),
	    .dygraphs = "/usr/share/javascript/dygraphs",
	    .max_age_text = "5m",
	    .max_lag = {.text = "1m", .seconds = 60},
	    .disk = 90,
	    .rate = 10,
	    .connections = CONNECTIONS};
	tool_start(tool, &table, argc, argv, options);
	if (options->table == NULL && options->stream == NULL)
		tool_usage(tool, "-t and -s are both empty: there is nothing to show");
	if (options->no_token && options->token != NULL)
		tool_usage(tool, "--no-token and --token-file exclude each other");
	if ((options->certificate != NULL) != (options->key != NULL))
		tool_usage(tool, "--certificate and --private-key go together");
	if (options->group_count > 0 && options->stream == NULL)
		tool_usage(tool, "-g requires a stream");
	options->max_age = option_duration(tool, "--max-age", options->max_age_text);
}

void
serve_options_check(
    struct tool *tool, const struct options *options, const struct listener *listener)
{
	if (options->no_token && !listener->local)
		tool_usage(tool,
		    "--no-token is for a Unix socket: other users and web pages reach %s",
		    listener->host);
	if (listener->local && !options->no_token && options->token == NULL)
		tool_usage(tool,
		    "a Unix socket wants --no-token, as its permissions decide who may ask, or "
		    "--token-file");
	if (!listener->loopback && options->certificate == NULL)
		tool_usage(tool,
		    "%s can be reached from other machines: give --certificate and --private-key",
		    listener->host);
	if (listener->any && options->host_count == 0)
		tool_usage(tool,
		    "%s stands for all addresses of this machine: give those that clients use with "
		    "--host",
		    listener->host);
}
