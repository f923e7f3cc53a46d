/* message: makes a message from a line, by the templates and members that the user named. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/memory.h"
#include "record/position.h"
#include "text/base64.h"
#include "text/digest.h"
#include "topic/message.h"
#include "topic/template.h"

enum { BUILT = 4 * MESSAGE_TEXT, RECORD = 64 * 1024 * 1024, NAME = 256, SUBJECT = 1000 };

struct message_plan {
	struct fields fields;
	struct template *text, *subject; /* NULL: the record, none */
	bool slack; /* texts are escaped for it */
	bool fifo;
	char *names[MESSAGE_ATTRIBUTES]; /* of attributes */
	size_t attributes[MESSAGE_ATTRIBUTES]; /* their fields */
	size_t attribute_count;
	bool has_group, has_deduplication;
	size_t group, deduplication; /* their fields */
	struct buffer record, built; /* of the message that is being made */
};

/* A name of an attribute, by SNS's rules. */
static bool
is_attribute_name(const char *name)
{
	size_t length = strlen(name);

	return length >= 1 && length <= NAME && name[0] != '.' && name[length - 1] != '.' &&
	       strstr(name, "..") == NULL && strncasecmp(name, "AWS.", 4) != 0 &&
	       strncasecmp(name, "Amazon.", 7) != 0 &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") ==
	           length;
}

static bool
plan_attribute(struct message_plan *plan, struct span name, struct failure *failure)
{
	struct shown shown;
	char *text;
	size_t field;

	if (plan->attribute_count == MESSAGE_ATTRIBUTES)
		return fail(failure, FAILURE_PERMANENT,
		    "--attribute: more than %d members are named", MESSAGE_ATTRIBUTES);
	text = memory_copy(name.start, name.length);
	plan->names[plan->attribute_count++] = text;
	if (!is_attribute_name(text))
		return fail(failure, FAILURE_PERMANENT,
		    "--attribute: \"%s\" is not a name that SNS accepts: letters, digits, \"_\", "
		    "\"-\" and single \".\" inside",
		    show(&shown, name.start, name.length));
	if (!fields_add(&plan->fields, name, &field, failure))
		return false;
	for (size_t i = 0; i + 1 < plan->attribute_count; i++) {
		if (plan->attributes[i] == field)
			return fail(failure, FAILURE_PERMANENT,
			    "--attribute: \"%s\" is named twice",
			    show(&shown, name.start, name.length));
	}
	plan->attributes[plan->attribute_count - 1] = field;
	return true;
}

static bool
plan_attributes(struct message_plan *plan, const char *names, struct failure *failure)
{
	while (names != NULL) {
		size_t length = strcspn(names, ",");

		if (!plan_attribute(plan, (struct span){names, length}, failure))
			return false;
		names = names[length] == ',' ? names + length + 1 : NULL;
	}
	return true;
}

static bool
plan_template(const char *option, const char *text, struct message_plan *plan,
    struct template **template, struct failure *failure)
{
	struct failure why;

	if (text == NULL)
		return true;
	if (*text == '\0')
		return fail(failure, FAILURE_PERMANENT, "%s: the template is empty", option);
	*template = template_parse(text, &plan->fields, &why);
	return *template != NULL ||
	       fail(failure, FAILURE_PERMANENT, "%s: %.900s", option, why.text);
}

static bool
plan_member(const char *option, const char *name, struct message_plan *plan, bool *has,
    size_t *field, struct failure *failure)
{
	struct failure why;

	*has = name != NULL;
	return name == NULL || fields_add(&plan->fields, span_of(name), field, &why) ||
	       fail(failure, FAILURE_PERMANENT, "%s: %.900s", option, why.text);
}

struct message_plan *
message_plan_open(const struct topic_settings *settings, bool fifo, struct failure *failure)
{
	struct message_plan *plan = memory_new(1, sizeof *plan);

	plan->slack = settings->format == TOPIC_SLACK;
	plan->fifo = fifo;
	buffer_init(&plan->record, RECORD);
	buffer_init(&plan->built, BUILT);
	if (plan_template("--text", settings->text, plan, &plan->text, failure) &&
	    plan_template("--subject", settings->subject, plan, &plan->subject, failure) &&
	    plan_attributes(plan, settings->attributes, failure) &&
	    plan_member(
	        "--group-id", settings->group, plan, &plan->has_group, &plan->group, failure) &&
	    plan_member("--deduplication-id", settings->deduplication, plan,
	        &plan->has_deduplication, &plan->deduplication, failure))
		return plan;
	message_plan_close(plan);
	return NULL;
}

void
message_plan_close(struct message_plan *plan)
{
	if (plan == NULL)
		return;
	template_free(plan->text);
	template_free(plan->subject);
	for (size_t i = 0; i < plan->attribute_count; i++)
		free(plan->names[i]);
	buffer_free(&plan->record);
	buffer_free(&plan->built);
	free(plan);
}

/* Takes the record of a line: without its position, a _raw decoded. */
static bool
take_record(struct message_plan *plan, struct span line, struct positioned *found, bool *positioned,
    struct failure *failure)
{
	struct buffer *record = &plan->record;
	bool fits;

	*positioned = position_of_line(line, found) == POSITION_RECORD;
	buffer_clear(record);
	if (!*positioned)
		fits = buffer_add(record, line.start, line.length);
	else if (found->raw.start != NULL)
		fits = base64_decode(record, found->raw) ||
		       fail(failure, FAILURE_REFUSED,
		           "_raw is not base64: a filter must leave _raw as it is");
	else
		fits = buffer_add(record, found->before.start, found->before.length) &&
		       buffer_add(record, found->after.start, found->after.length);
	return fits;
}

/* Adds what the message's text is. */
static bool
build_text(struct message_plan *plan, struct span *text, struct failure *failure)
{
	struct buffer *built = &plan->built;
	size_t start = built->length;

	if (plan->text != NULL) {
		if (!template_fill(plan->text, &plan->fields, plan->slack, built, failure))
			return false;
	} else if (plan->slack ? !fields_escape(buffer_span(&plan->record), built)
	                       : !buffer_add(built, plan->record.data, plan->record.length)) {
		return fail(failure, FAILURE_REFUSED, "the message would be longer than %d bytes",
		    MESSAGE_TEXT);
	}
	/* The spans get their place once the message has it. */
	*text = (struct span){NULL, built->length - start};
	if (text->length == 0)
		return fail(failure, FAILURE_REFUSED, "the message would be empty");
	if (text->length > MESSAGE_TEXT)
		return fail(failure, FAILURE_REFUSED,
		    "the message would be %zu bytes long, %d is the most", text->length,
		    MESSAGE_TEXT);
	return json_is_utf8((struct span){built->data + start, text->length}) ||
	       fail(failure, FAILURE_REFUSED, "the message would not be UTF-8");
}

/* A subject has no control characters: it becomes a header of a mail. */
static bool
build_subject(struct message_plan *plan, struct span *subject, struct failure *failure)
{
	struct buffer *built = &plan->built;
	size_t start = built->length;

	if (plan->subject == NULL)
		return true;
	if (!template_fill(plan->subject, &plan->fields, false, built, failure))
		return false;
	*subject = (struct span){NULL, built->length - start};
	for (size_t i = start; i < built->length; i++) {
		if ((unsigned char)built->data[i] < ' ' || built->data[i] == 0x7F)
			return fail(failure, FAILURE_REFUSED,
			    "the subject would hold a line break or another control character");
	}
	if (subject->length == 0)
		return fail(failure, FAILURE_REFUSED, "the subject would be empty");
	if (subject->length > SUBJECT)
		return fail(failure, FAILURE_REFUSED,
		    "the subject would be %zu bytes long, %d is the most", subject->length,
		    SUBJECT);
	return json_is_utf8((struct span){built->data + start, subject->length}) ||
	       fail(failure, FAILURE_REFUSED, "the subject would not be UTF-8");
}

/* Adds the attribute, unless the member is absent, null or an empty string. */
static bool
build_attribute(
    struct message_plan *plan, size_t number, struct message *message, struct failure *failure)
{
	size_t field = plan->attributes[number], start = plan->built.length;
	struct span value = json_present(plan->fields.wanted[field].value);
	struct message_attribute *attribute = &message->attributes[message->attribute_count];
	enum json_kind kind;

	if (value.start == NULL || span_is(value, "\"\""))
		return true;
	kind = json_kind(value);
	if (kind == JSON_OBJECT)
		return fail(failure, FAILURE_REFUSED,
		    "member \"%s\" is an object, which cannot be an attribute",
		    plan->names[number]);
	attribute->name = plan->names[number];
	attribute->type = kind == JSON_NUMBER  ? "Number"
	                  : kind == JSON_ARRAY ? "String.Array"
	                                       : "String";
	if (!fields_text(&plan->fields, field, false, &plan->built, failure))
		return false;
	attribute->value = (struct span){NULL, plan->built.length - start};
	message->size +=
	    strlen(attribute->name) + strlen(attribute->type) + attribute->value.length;
	message->attribute_count++;
	return true;
}

/* A group or deduplication id. Source: SNS API Reference, Publish. */
static bool
build_id(struct message_plan *plan, size_t field, struct span *id, struct failure *failure)
{
	size_t start = plan->built.length;
	struct span name = plan->fields.wanted[field].name;
	struct shown shown;
	bool good;

	if (!fields_text(&plan->fields, field, false, &plan->built, failure))
		return false;
	*id = (struct span){NULL, plan->built.length - start};
	good = id->length >= 1 && id->length <= MESSAGE_ID;
	for (size_t i = start; good && i < plan->built.length; i++)
		good = plan->built.data[i] > ' ' && plan->built.data[i] <= '~';
	return good || fail(failure, FAILURE_REFUSED,
	                   "member \"%s\" is not an id of 1 to %d letters, digits and punctuation",
	                   show(&shown, name.start, name.length), MESSAGE_ID);
}

/*
 * The position and a digest of the text: a record that is read again has the same id, and two
 * lines that a filter made from one record do not.
 */
static bool
build_position_id(struct message_plan *plan, struct span text, struct span position,
    struct span *id, struct failure *failure)
{
	char digest[2 * MD5_BYTES + 1], all[2 * MD5_BYTES + 1];
	size_t start = plan->built.length;

	if (!md5_text((struct span){plan->built.data, text.length}, digest, failure))
		return false;
	buffer_add(&plan->built, position.start, position.length);
	buffer_add_text(&plan->built, "/");
	buffer_add_text(&plan->built, digest);
	id->length = plan->built.length - start;
	if (id->length <= MESSAGE_ID)
		return true;
	if (!md5_text((struct span){plan->built.data + start, id->length}, all, failure))
		return false;
	plan->built.length = start;
	id->length = strlen(all);
	return buffer_add_text(&plan->built, all);
}

/* Builds all but the place of the spans, whose bytes are in built in their order. */
static bool
build(struct message_plan *plan, struct span line, struct message *message, struct failure *failure)
{
	struct positioned found;
	bool positioned;

	buffer_clear(&plan->built);
	if (!take_record(plan, line, &found, &positioned, failure) ||
	    !fields_find(&plan->fields, buffer_span(&plan->record), failure) ||
	    !build_text(plan, &message->text, failure) ||
	    !build_subject(plan, &message->subject, failure))
		return false;
	message->size = message->text.length;
	for (size_t i = 0; i < plan->attribute_count; i++) {
		if (!build_attribute(plan, i, message, failure))
			return false;
	}
	if (plan->has_group && !build_id(plan, plan->group, &message->group, failure))
		return false;
	if (plan->has_deduplication)
		return build_id(plan, plan->deduplication, &message->deduplication, failure);
	return !plan->fifo || !positioned ||
	       build_position_id(plan, message->text, found.text, &message->deduplication, failure);
}

/* Gives a span its place among the bytes at *at, in the order in which they were built. */
static void
place(struct span *span, char **at)
{
	if (span->length == 0)
		return;
	span->start = *at;
	*at += span->length;
}

struct message *
message_make(struct message_plan *plan, struct span line, struct failure *failure)
{
	struct message made = {.size = 0}, *message;
	struct json_error ignored;
	char *at;

	if (!build(plan, line, &made, failure))
		return NULL;
	made.json = plan->text == NULL && !plan->slack &&
	            (plan->fields.count > 0 ||
	                json_check(buffer_span(&plan->record), JSON_DEPTH, &ignored));
	message = memory_resize(NULL, 1, sizeof *message + plan->built.length);
	*message = made;
	memcpy(message->room, plan->built.data, plan->built.length);
	at = message->room;
	place(&message->text, &at);
	place(&message->subject, &at);
	for (size_t i = 0; i < message->attribute_count; i++)
		place(&message->attributes[i].value, &at);
	place(&message->group, &at);
	place(&message->deduplication, &at);
	return message;
}
