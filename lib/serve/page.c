/* page: the page at /, and the files that it loads. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "serve/internal.h"
#include "serve/page_file.h"

/* Nothing but its own files; no page of another site can show it in a frame. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static const char *
type_of(const char *name)
{
	const char *end = strrchr(name, '.');

	if (strcmp(end, ".js") == 0)
		return "text/javascript; charset=utf-8";
	if (strcmp(end, ".json") == 0)
		return "application/json";
	return strcmp(end, ".css") == 0 ? "text/css; charset=utf-8" : "text/html; charset=utf-8";
}

static void
give(struct request *request, const char *name, const struct body *body)
{
	struct reply made = {.status = 200,
	    .type = type_of(name),
	    .ready = body,
	    .tagged = true,
	    .headers = {{"Content-Security-Policy", policy}}};

	request_reply(request, &made);
}

/*
 * The token leaves the address: it goes into a cookie of this browser only. Whoever came here has
 * it, even if the one in the address is an old one. A page leads to the other one, for after a
 * redirection of a link that another site shows the browser would not send the cookie.
 */
static void
take_token(const struct service *service, struct request *request)
{
	static const char onward[] = "<!DOCTYPE html><html lang=\"en\"><title>fxserve</title>"
	                             "<link rel=\"icon\" href=\"data:,\">"
	                             "<meta http-equiv=\"refresh\" content=\"0;url=/\">"
	                             "<p><a href=\"/\">Continue to the page</a>";
	struct reply made = {.status = 200,
	    .type = type_of("index.html"),
	    .headers = {{"Content-Security-Policy", policy}}};
	const struct service_settings *settings = &service->settings;
	struct buffer text;

	buffer_init(&made.body, sizeof onward);
	buffer_add_text(&made.body, onward);
	buffer_init(&text, 1024);
	if (settings->token != NULL) {
		buffer_add_format(&text, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s",
		    settings->cookie, settings->token, settings->secure ? "; Secure" : "");
		made.headers[1] = (struct reply_header){"Set-Cookie", buffer_text(&text)};
	}
	request_reply(request, &made);
	buffer_free(&text);
}

/* The file of a path, which may not exist. */
static const char *
name_of(const char *path)
{
	if (strcmp(path, "/") == 0)
		return "index.html";
	if (strcmp(path, "/v1/openapi.json") == 0)
		return "openapi.json";
	return strcmp(path, "/openapi.json") == 0 ? "" : path + 1;
}

static size_t
count_files(void)
{
	size_t count = 0;

	while (page_files[count].name != NULL)
		count++;
	return count;
}

void
page_open(struct service *service)
{
	service->pages = memory_new(count_files(), sizeof service->pages[0]);
	for (size_t i = 0; page_files[i].name != NULL; i++) {
		struct buffer text;

		buffer_init(&text, page_files[i].length);
		buffer_add(&text, page_files[i].text, page_files[i].length);
		body_make(&service->pages[i], &text);
	}
}

void
page_close(struct service *service)
{
	for (size_t i = 0; service->pages != NULL && page_files[i].name != NULL; i++)
		body_free(&service->pages[i]);
	free(service->pages);
}

void
page_handle(struct service *service, struct request *request)
{
	const struct query *query = request_query(request);
	const char *name = name_of(query->path);
	size_t times;

	if (query_find(query, "token", &times).start != NULL && query->path[1] == '\0') {
		take_token(service, request);
		return;
	}
	for (size_t i = 0; page_files[i].name != NULL; i++) {
		if (strcmp(page_files[i].name, name) == 0) {
			give(request, name, &service->pages[i]);
			return;
		}
	}
	for (size_t i = 0; i < SERVICE_CHARTS; i++) {
		if (strcmp(name, service->charts[i].name) != 0)
			continue;
		give(request, name, &service->charts[i].body);
		return;
	}
	request_problem(request, 404, "there is nothing here: /v1/openapi.json says what there is");
}
