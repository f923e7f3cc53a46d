/* template: parses a template into pieces, and joins them for a record. */
#include <stdlib.h>

#include "base/memory.h"
#include "topic/template.h"

struct piece {
	struct span text; /* start NULL: a member */
	size_t field;
};

struct template
{
	size_t count;
	struct piece pieces[];
};

/* Takes the piece at *at. False: it is not valid. */
static bool
take_piece(const char *text, const char **at, struct fields *fields, struct piece *piece,
    struct failure *failure)
{
	const char *start = *at;
	size_t length = strcspn(start, "{}");

	if (length > 0) {
		*piece = (struct piece){.text = {start, length}};
		*at += length;
		return true;
	}
	if (start[1] == start[0]) {
		*piece = (struct piece){.text = {start, 1}};
		*at += 2;
		return true;
	}
	length = strcspn(start + 1, "{}");
	if (start[0] == '}' || start[1 + length] != '}')
		return fail(failure, FAILURE_PERMANENT,
		    "the \"%c\" at byte %zu is not part of a {MEMBER}: write %c%c for the "
		    "character",
		    start[0], (size_t)(start - text) + 1, start[0], start[0]);
	if (length == 0)
		return fail(failure, FAILURE_PERMANENT, "the {} at byte %zu names no member",
		    (size_t)(start - text) + 1);
	*piece = (struct piece){.text = {NULL, 0}};
	*at += length + 2;
	return fields_add(fields, (struct span){start + 1, length}, &piece->field, failure);
}

struct template *
template_parse(const char *text, struct fields *fields, struct failure *failure)
{
	/* Each byte begins a piece at most. */
	struct template *template =
	    memory_new(1, sizeof *template + strlen(text) * sizeof *template->pieces);

	for (const char *at = text; *at != '\0'; template->count++) {
		if (!take_piece(text, &at, fields, &template->pieces[template->count], failure)) {
			free(template);
			return NULL;
		}
	}
	return template;
}

void
template_free(struct template *template)
{
	free(template);
}

bool
template_fill(const struct template *template, const struct fields *fields, bool slack,
    struct buffer *to, struct failure *failure)
{
	for (size_t i = 0; i < template->count; i++) {
		const struct piece *piece = &template->pieces[i];

		if (piece->text.start == NULL
		        ? !fields_text(fields, piece->field, slack, to, failure)
		        : !buffer_add(to, piece->text.start, piece->text.length) &&
		              !fail(failure, FAILURE_REFUSED, "the message would be too long"))
			return false;
	}
	return true;
}
