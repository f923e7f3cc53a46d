/* fxserve: answers queries of tables and streams over HTTP, and shows them on a page. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

#include "base/environment.h"
#include "base/memory.h"
#include "serve/service.h"
#include "tool/tool.h"

struct options {
	const char *table, *stream;
	const char *listen;
	const char *token_file;
	bool no_token;
	const char *certificate, *key;
	const char *hosts, *origin;
	unsigned connections;
	unsigned rate;
};

enum { CONNECTIONS = 4096, CREW = 2, PATIENCE = 30, BYTES = 64 * 1024 * 1024, TOKEN = 32 };

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_TABLE(AT(table)), OPTION_STREAM(AT(stream)),
    {'l', "listen", "ADDRESS", OPTION_TEXT, AT(listen),
        .help = "listen at HOST:PORT or unix:PATH (default 127.0.0.1:8080)"},
    {0, "no-token", NULL, OPTION_FLAG, AT(no_token), .help = "with unix:PATH: want no token"},
    OPTION_END};

static const struct option_table option_table = {.name = "fxserve",
    .about = "answer queries of tables and streams over HTTP",
    .rows = rows,
    .aws = true,
    .most = 0};

static void
make_token(char token[TOKEN + 1])
{
	unsigned char bytes[TOKEN / 2];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		abort();
	for (size_t i = 0; i < sizeof bytes; i++)
		sprintf(token + 2 * i, "%02x", bytes[i]);
}

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options = {.table = environment_table(),
	    .stream = environment_stream(),
	    .listen = "127.0.0.1:8080",
	    .connections = CONNECTIONS};
	struct failure failure = {.kind = FAILURE_NONE};
	struct listener listener;
	struct service *service;
	struct server *server;
	char token[TOKEN + 1];

	tool_start(&tool, &option_table, argc, argv, &options);
	tool_ready(&tool);
	if (!listener_open(&listener, options.listen, &failure))
		tool_fail(&tool, &failure);
	service = service_open(&(struct service_settings){.table = options.table,
	                           .stream = options.stream,
	                           .cookie = "fxserve",
	                           .crew = CREW,
	                           .most_rows = 1000000,
	                           .most_time = 5000,
	                           .caller = tool_caller(&tool)},
	    &failure);
	if (service == NULL)
		tool_fail(&tool, &failure);
	make_token(token);
	server = server_start(&listener,
	    &(struct server_settings){.connections = options.connections,
	        .patience = PATIENCE,
	        .most_bytes = BYTES,
	        .access = {.token = options.no_token ? NULL : token,
	            .cookie = "fxserve",
	            .hosts = {listener.host},
	            .host_count = 1},
	        .handle = service_handle,
	        .context = service},
	    &failure);
	if (server == NULL)
		tool_fail(&tool, &failure);
	printf("http://%s/?token=%s\n", listener.host, token);
	fflush(stdout);
	while (!tool_stop)
		poll(NULL, 0, 500);
	server_end(server);
	service_end(service);
	server_close(server);
	service_close(service);
	listener_close(&listener);
	tool_end(&tool, &failure);
}
