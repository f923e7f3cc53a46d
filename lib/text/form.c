/* form: percent-encoded fields joined by "&". */
#include "text/form.h"
#include "text/url.h"

/* A form writes a space as "+". */
static bool
add_text(struct buffer *form, struct span text)
{
	size_t at = form->length;

	if (!url_encode(form, text, " "))
		return false;
	for (; at < form->length; at++) {
		if (form->data[at] == ' ')
			form->data[at] = '+';
	}
	return true;
}

bool
form_add_span(struct buffer *form, const char *name, struct span value)
{
	return (form->length == 0 || buffer_add(form, "&", 1)) && add_text(form, span_of(name)) &&
	       buffer_add(form, "=", 1) && add_text(form, value);
}

bool
form_add(struct buffer *form, const char *name, const char *value)
{
	return value == NULL || form_add_span(form, name, span_of(value));
}

bool
form_begin(struct buffer *form, const char *action, const char *version)
{
	buffer_clear(form);
	return form_add(form, "Action", action) && form_add(form, "Version", version);
}
