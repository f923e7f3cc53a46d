/* error: finds code, message and request id in JSON and XML. */
#include <stdlib.h>

#include "aws/client/error.h"
#include "text/json.h"
#include "text/xml.h"

enum { BODY_MOST = 256 * 1024 /* a longer body is not an error of a service */ };

static bool
is_code_byte(char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-';
}

/* "com.amazonaws.x#NotFound:http://…" is NotFound. Invalid codes are ignored. */
static void
set_code(struct aws_error *error, struct span text)
{
	const char *colon = memchr(text.start, ':', text.length);
	if (colon != NULL)
		text.length = (size_t)(colon - text.start);
	const char *hash = memchr(text.start, '#', text.length);
	if (hash != NULL) {
		text.length -= (size_t)(hash + 1 - text.start);
		text.start = hash + 1;
	}
	if (text.length == 0 || text.length >= sizeof error->code)
		return;
	for (size_t i = 0; i < text.length; i++) {
		if (!is_code_byte(text.start[i]))
			return;
	}
	memcpy(error->code, text.start, text.length);
	error->code[text.length] = '\0';
}

static void
set_text(char *to, size_t size, struct span text)
{
	size_t length = text.length < size - 1 ? text.length : size - 1;

	if (length > 0)
		memcpy(to, text.start, length);
	to[length] = '\0';
}

/* The inside of a string, still escaped; start NULL: value is not a string. */
static struct span
string_of(struct span value)
{
	if (value.start == NULL || json_kind(value) != JSON_STRING)
		return (struct span){NULL, 0};
	return json_inside(value);
}

static void
set_message(struct aws_error *error, struct span inside)
{
	if (inside.start != NULL && inside.length < sizeof error->message) {
		error->message[json_unescape(inside, error->message)] = '\0';
		return;
	}
	set_text(error->message, sizeof error->message, inside);
}

static void
read_json(struct aws_error *error, struct span body)
{
	enum { CODE, TYPE, LOWER, UPPER, ALL };
	struct json_wanted wanted[ALL] = {[CODE] = {.name = span_of("code")},
	    [TYPE] = {.name = span_of("__type")},
	    [LOWER] = {.name = span_of("message")},
	    [UPPER] = {.name = span_of("Message")}};
	struct json_error ignored;

	if (!json_find(body, JSON_DEPTH, wanted, ALL, NULL, &ignored))
		return;
	for (size_t i = CODE; i <= TYPE; i++) {
		struct span text = string_of(wanted[i].value);

		if (text.start != NULL && error->code[0] == '\0')
			set_code(error, text);
	}
	struct span message = string_of(wanted[LOWER].value);
	set_message(error, message.start != NULL ? message : string_of(wanted[UPPER].value));
}

static void
set_element(char *to, size_t size, struct span body, const char *name)
{
	char *text = xml_text(body, name);

	if (text != NULL)
		set_text(to, size, span_of(text));
	free(text);
}

static void
read_xml(struct aws_error *error, struct span body)
{
	char *code = xml_text(body, "Code");

	if (code == NULL)
		return;
	if (error->code[0] == '\0')
		set_code(error, span_of(code));
	free(code);
	set_element(error->message, sizeof error->message, body, "Message");
	set_element(error->id, sizeof error->id, body, "RequestId");
}

void
aws_error_read(struct aws_error *error, struct span body, const char *type)
{
	*error = (struct aws_error){.code = ""};
	if (type != NULL)
		set_code(error, span_of(type));
	while (body.length > 0 && strchr(" \t\r\n", *body.start) != NULL && *body.start != '\0') {
		body.start++;
		body.length--;
	}
	if (body.length == 0 || body.length > BODY_MOST)
		return;
	if (*body.start == '{')
		read_json(error, body);
	else if (*body.start == '<')
		read_xml(error, body);
}
