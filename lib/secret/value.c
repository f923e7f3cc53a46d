/* value: finds the secret in a reply, and a member in a secret. */
#include <string.h>
#include "text/base64.h"
#include "text/json.h"
#include "secret/secret.h"
#include "secret/value.h"

/* A string's bytes. */
static bool
add_string(struct buffer *to, struct span string)
{
	struct span inside = json_inside(string);

	if (!buffer_reserve(to, inside.length + 1))
		return false;
	to->length += json_unescape(inside, to->data + to->length);
	return true;
}

static bool
add_base64(struct buffer *to, struct span string)
{
	struct buffer text;
	bool good;

	buffer_init(&text, string.length + 1);
	good = add_string(&text, string) && base64_decode(to, buffer_span(&text));
	buffer_wipe(&text);
	return good;
}

bool
secret_value_read(struct span reply, struct buffer *secret, struct failure *failure)
{
	struct json_wanted wanted[] = {
	    {.name = span_of("SecretString")}, {.name = span_of("SecretBinary")}};
	struct span string, binary;
	struct json_error error;
	struct buffer bytes;
	bool good;

	if (!json_find(reply, JSON_DEPTH, wanted, 2, NULL, &error))
		return fail(
		    failure, FAILURE_PERMANENT, "the reply is not a JSON object: %s", error.reason);
	string = json_present(wanted[0].value);
	binary = json_present(wanted[1].value);
	if ((string.start != NULL) == (binary.start != NULL))
		return fail(failure, FAILURE_PERMANENT, "the reply holds %s",
		    string.start != NULL ? "two secrets" : "no secret");
	if (json_kind(string.start != NULL ? string : binary) != JSON_STRING)
		return fail(failure, FAILURE_PERMANENT, "the secret in the reply is not a string");
	/* With escapes it may be longer than the secret. */
	buffer_init(&bytes, reply.length + 1);
	good = string.start != NULL ? add_string(&bytes, string) : add_base64(&bytes, binary);
	if (!good)
		fail(failure, FAILURE_PERMANENT, "the reply's SecretBinary is not base64");
	else if (bytes.length > SECRET_MAX)
		good = fail(failure, FAILURE_PERMANENT, "it is longer than 64 KiB");
	else
		good = buffer_reserve(secret, SECRET_MAX - secret->length) &&
		       buffer_add(secret, bytes.data, bytes.length);
	buffer_wipe(&bytes);
	return good;
}

bool
secret_value_pick(struct buffer *secret, const char *field, const char *id, struct failure *failure)
{
	struct json_wanted wanted = {.name = span_of(field)};
	struct json_error error;
	struct shown shown;
	struct buffer value;

	show(&shown, field, strlen(field));
	/* Does not say where and why it is not JSON: that would reveal parts of it. */
	if (!json_find(buffer_span(secret), JSON_DEPTH, &wanted, 1, NULL, &error))
		return fail(failure, FAILURE_PERMANENT,
		    "secret %s is not a JSON object, so it has no member %s: omit #%s", id,
		    shown.text, shown.text);
	if (wanted.times != 1)
		return fail(failure, FAILURE_PERMANENT, "secret %s has %s member %s", id,
		    wanted.times == 0 ? "no" : "more than one", shown.text);
	buffer_init(&value, SECRET_MAX + 1);
	if (json_kind(wanted.value) == JSON_STRING)
		add_string(&value, wanted.value);
	else
		buffer_add(&value, wanted.value.start, wanted.value.length);
	buffer_wipe(secret);
	*secret = value;
	return true;
}
