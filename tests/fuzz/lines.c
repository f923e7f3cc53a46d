/*
 * lines: however the input is cut into pieces, and whatever the limits, what
 * comes out is what splitting it at its newlines gives.
 */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "text/json.h"
#include "system/lines.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOBODY = -1, NOW = 0, FOREVER = -1 };

/* The input, and what of it was handed out. */
struct model {
	struct span left;
	uint64_t number;
	size_t max_line;
};

/* May a last line without a newline be taken? It must not be the beginning of a longer one. */
static bool
is_complete(struct span text)
{
	struct json_error error;
	size_t space = 0;

	while (space < text.length && memchr(" \t\r", text.start[space], 3) != NULL)
		space++;
	return space < text.length && memchr("{[\"", text.start[space], 3) != NULL &&
	       json_check(text, JSON_DEPTH, &error);
}

static void
is_next(struct model *model, const struct line *line)
{
	const char *newline =
	    model->left.length > 0 ? memchr(model->left.start, '\n', model->left.length) : NULL;
	size_t length =
	    newline != NULL ? (size_t)(newline - model->left.start) : model->left.length;
	struct span text = {model->left.start, length};
	enum line_state state = length > model->max_line               ? LINE_LONG
	                        : newline != NULL || is_complete(text) ? LINE_WHOLE
	                                                               : LINE_CUT;

	must(newline != NULL || length > 0);
	must(line->number == ++model->number);
	must(line->bytes == length);
	must(line->state == state);
	if (state == LINE_LONG && text.length > LINES_KEPT)
		text.length = LINES_KEPT;
	must(span_equal(line->text, text));
	length += newline != NULL;
	model->left.start += length;
	model->left.length -= length;
}

/* All lines that are there, kept until the last has come: they must not move. */
static void
take(struct lines *lines, struct model *model)
{
	static struct line batch[LINES_BATCH + 1];
	size_t count = 0;

	while (lines_next(lines, &batch[count]))
		must(++count <= LINES_BATCH);
	must(!lines_next(lines, &batch[count]));
	for (size_t i = 0; i < count; i++)
		is_next(model, &batch[i]);
}

static void
feed(struct lines *lines, int out, struct span input, unsigned seed, struct model *model)
{
	struct failure failure;

	while (input.length > 0) {
		size_t piece = 1 + seed % 97;

		seed = seed * 1103515245 + 12345;
		if (piece > input.length)
			piece = input.length;
		must(write(out, input.start, piece) == (ssize_t)piece);
		input.start += piece;
		input.length -= piece;
		must(lines_wait(lines, NOBODY, NOW, &failure) == LINES_READY);
		take(lines, model);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct failure failure;
	struct model model;
	struct lines *lines;
	enum lines_status status;
	int ends[2];

	if (size < 3)
		return 0;
	must(pipe(ends) == 0);
	model = (struct model){{(const char *)data + 3, size - 3}, 0, 1 + data[0]};
	lines = lines_open(ends[0], model.max_line, 1 + (size_t)data[1], NULL);
	feed(lines, ends[1], model.left, data[2], &model);
	close(ends[1]);
	while ((status = lines_wait(lines, NOBODY, FOREVER, &failure)) == LINES_READY)
		take(lines, &model);
	must(status == LINES_END);
	must(model.left.length == 0);
	must(lines_pending(lines) == 0);
	lines_close(lines);
	close(ends[0]);
	return 0;
}
