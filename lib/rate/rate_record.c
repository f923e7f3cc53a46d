/* rate_record: copies the fields' bytes between the names of the form's members. */
#include <string.h>
#include "rate/rate_record.h"

enum { FIXED = 512 /* more than the text of a record besides its name and fields */ };

/* Where a record is being written; there is room for all of it. */
struct pen {
	char *at;
};

static inline void
put(struct pen *pen, const void *bytes, size_t length)
{
	memcpy(pen->at, bytes, length);
	pen->at += length;
}

#define PUT(pen, literal) put(pen, literal, sizeof(literal) - 1)

static inline void
put_text(struct pen *pen, const char *text)
{
	put(pen, text, strlen(text));
}

/* A time; most have no fraction. */
static inline void
put_instant(struct pen *pen, const char time[TIMESTAMP_SIZE])
{
	enum { SECONDS = sizeof("2025-10-21T14:30:00Z") - 1 };

	if (time[SECONDS] == '\0')
		put(pen, time, SECONDS);
	else
		put_text(pen, time);
}

/* A member whose text is in quotes if it is not a number. */
static inline void
put_field(struct pen *pen, const struct form_field *field, struct span value)
{
	memcpy(pen->at, field->before, FORM_BEFORE);
	pen->at += field->before_length;
	if (field->type <= FIELD_VALUES) {
		put(pen, value.start, value.length);
	} else {
		PUT(pen, "\"");
		put(pen, value.start, value.length);
		PUT(pen, "\"");
	}
}

/* The provider's own time, else that of the fetch. */
static void
put_time(struct pen *pen, const struct rate_origin *origin, bool own, const char *time)
{
	const struct form_field *field = &origin->provider->form->fields[FORM_TIME];

	memcpy(pen->at, field->before, FORM_BEFORE);
	pen->at += field->before_length;
	PUT(pen, "\"");
	put_instant(pen, own ? time : origin->instead);
	PUT(pen, "\"");
	if (!own) {
		PUT(pen, ",\"");
		put_text(pen, field->name);
		PUT(pen, "_from\":\"fetch\"");
	}
}

static void
write_record(struct pen *pen, const struct rate_origin *origin,
    const struct span fields[FORM_FIELDS], const char *time)
{
	const struct form *form = origin->provider->form;

	memcpy(pen->at, form->opening, FORM_BEFORE);
	pen->at += form->opening_length;
	put(pen, origin->name.start, origin->name.length);
	PUT(pen, "\"");
	for (size_t i = 0; i < form->count; i++) {
		unsigned field = form->order[i];
		if (field == FORM_FETCHED) {
			PUT(pen, ",\"timestamp\":\"");
			put_instant(pen, origin->fetched);
			PUT(pen, "\"");
		} else if (field == FORM_TIME) {
			put_time(pen, origin, fields[field].start != NULL, time);
		} else if (field < origin->provider->field_count && fields[field].start != NULL) {
			put_field(pen, &form->fields[field], fields[field]);
		}
	}
	PUT(pen, ",\"source\":\"");
	put_text(pen, origin->provider->name);
	PUT(pen, "\"}\n");
}

bool
rate_record_add(struct buffer *text, const struct rate_origin *origin,
    const struct span fields[FORM_FIELDS], const char *time, struct failure *failure)
{
	size_t most = FIXED + origin->name.length;

	for (size_t i = 0; i < origin->provider->field_count; i++)
		most += fields[i].length;
	if (!buffer_reserve(text, most))
		return fail(failure, FAILURE_REFUSED,
		    "the response makes more than %zu MiB of records", text->ceiling >> 20);
	struct pen pen = {text->data + text->length};
	write_record(&pen, origin, fields, time);
	text->length = (size_t)(pen.at - text->data);
	return true;
}
