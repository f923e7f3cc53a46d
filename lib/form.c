/* form: see form.h. */
#include "form.h"
#include "url.h"

bool
form_add_span(struct buffer *form, const char *name, struct span value)
{
	return (form->length == 0 || buffer_add(form, "&", 1)) &&
	       url_encode(form, span_of(name), "") && buffer_add(form, "=", 1) &&
	       url_encode(form, value, "");
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
