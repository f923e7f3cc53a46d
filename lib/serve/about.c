/* about: GET /v1/about: what is shown here, and how the table is keyed. */
#include <string.h>

#include "serve/arguments.h"
#include "serve/internal.h"
#include "text/json.h"

enum { BODY = 8 * 1024 * 1024 };

/* Adds a member; text NULL or "": null. */
static void
add(struct buffer *body, const char *name, const char *text)
{
	buffer_add_format(body, "%s\"%s\":", body->length == 0 ? "{" : ",", name);
	if (text != NULL && text[0] != '\0')
		json_add_string(body, text, strlen(text));
	else
		buffer_add_text(body, "null");
}

/* The keys of --key, or null: all are shown. */
static void
add_keys(struct buffer *body, const char *const *keys)
{
	buffer_add_text(body, keys != NULL ? ",\"keys\":[" : ",\"keys\":null");
	for (size_t i = 0; keys != NULL && keys[i] != NULL; i++) {
		buffer_add_text(body, i > 0 ? "," : "");
		json_add_string(body, keys[i], strlen(keys[i]));
	}
	buffer_add_text(body, keys != NULL ? "]" : "");
}

void
about_handle(struct service *service, struct request *request)
{
	const struct service_settings *settings = &service->settings;
	struct reply made = {.status = 200, .type = "application/json", .tagged = true};
	bool has_table = service->has_table;

	if (!arguments_read(request, NULL, 0))
		return;
	buffer_init(&made.body, BODY);
	add(&made.body, "table", has_table ? service->table_label : NULL);
	add(&made.body, "partition", has_table ? service->key.partition.name : NULL);
	add(&made.body, "sort", has_table ? service->key.sort.name : NULL);
	add_keys(&made.body, settings->keys);
	buffer_add_format(
	    &made.body, ",\"latest\":%s", has_table && service->latest != NULL ? "true" : "false");
	add(&made.body, "stream", service->has_stream ? service->stream_label : NULL);
	add(&made.body, "alerts", service->alerts_label);
	buffer_add_text(&made.body, "}\n");
	request_reply(request, &made);
}
