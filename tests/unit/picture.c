/* picture: pictures of random charts have the size that was asked for, and the canvas its dots. */
#include <math.h>
#include <stdlib.h>
#include "plot/gnuplot.h"
#include "plot/label.h"
#include "plot/picture.h"
#include "tap.h"

enum { CHARTS = 1500, TEXT = 16 * 1024 * 1024 };

static void
fill(struct chart *chart, size_t members, size_t records)
{
	static const char *const keys[] = {"\"A\"", "\"\xE6\x97\xA5\xE6\x9C\xAC\"", "1", "true"};
	struct chart_record record = {.x = rand() % 1000000};
	struct failure failure;

	for (size_t i = 0; i < records; i++) {
		double scale = pow(10, rand() % 20 - 10);

		record.key = span_of(keys[members == 0 ? 0 : rand() % 4]);
		record.x += rand() % 100000;
		for (size_t at = 0; at < CHART_MEMBERS; at++) {
			record.values[at] = (rand() % 1000 - 500) * scale;
			record.texts[at] = span_of(rand() % 2 != 0 ? "12345.678901234567890" : "1");
		}
		chart_add(chart, &record, &failure);
	}
}

/* Has text that many rows, none of them too wide, and no control bytes? */
static bool
fits(struct buffer *text, const struct picture_settings *settings)
{
	char *at = (char *)(uintptr_t)buffer_text(text);
	size_t rows = 0;

	for (char *end; (end = strchr(at, '\n')) != NULL; at = end + 1, rows++) {
		*end = '\0';
		for (const char *byte = at; byte < end; byte++) {
			if ((unsigned char)*byte < ' ')
				return false;
		}
		if (label_width(at) > settings->columns)
			return false;
	}
	return rows == settings->rows && *at == '\0';
}

static void
test_sizes(void)
{
	static const char *const members[] = {"rate", "a member with a rather long name", "c"};
	unsigned wrong = 0, silent = 0;

	for (int i = 0; i < CHARTS; i++) {
		struct picture_settings settings = {.columns = 20 + (size_t)rand() % 100,
		    .rows = 6 + (size_t)rand() % 40,
		    .style = (enum canvas_style)(rand() % 3),
		    .refused = (uint64_t)(rand() % 2)};
		struct chart_settings chart_settings = {
		    .members = members, .member_count = (size_t)(rand() % 4)};
		struct chart chart;
		struct buffer text, script;

		chart_init(&chart, &chart_settings);
		chart.numbered = rand() % 2 != 0;
		fill(&chart, chart_settings.member_count, 1 + (size_t)(rand() % 50));
		buffer_init(&text, TEXT);
		buffer_init(&script, TEXT);
		picture_add(&chart, &settings, &text);
		if (!fits(&text, &settings) && wrong++ < 3)
			printf("# %zu by %zu, style %d, %zu members\n", settings.columns,
			    settings.rows, settings.style, chart_settings.member_count);
		silent += !gnuplot_script(
		    &chart, &(struct gnuplot_settings){i % 2 == 0, 500, 300}, &script);
		buffer_free(&script);
		buffer_free(&text);
		chart_free(&chart);
	}
	ok(wrong == 0, "%d charts have the size that was asked for", CHARTS);
	ok(silent == 0, "each has a script for gnuplot");
}

static void
test_canvas(void)
{
	const struct canvas_pen pen = {'x', 31};
	struct canvas canvas;
	struct buffer text;

	buffer_init(&text, TEXT);
	canvas_init(&canvas, CANVAS_BRAILLE, 3, 2);
	canvas_line(&canvas, (struct canvas_dot){0, 0}, (struct canvas_dot){3, 3}, pen);
	canvas_dot(&canvas, (struct canvas_dot){-1, 0}, pen);
	canvas_dot(&canvas, (struct canvas_dot){6, 0}, pen);
	canvas_dot(&canvas, (struct canvas_dot){0, 8}, pen);
	canvas_put(&canvas, 3, 0, 'y', 0);
	canvas_put(&canvas, 1, 1, 'y', 0);
	canvas_write(&canvas, false, &text);
	is_span(buffer_span(&text), span_of("\xE2\xA0\x91\xE2\xA2\x84\n y\n"), "a diagonal");
	buffer_clear(&text);
	canvas_write(&canvas, true, &text);
	is_span(buffer_span(&text), span_of("\033[31m\xE2\xA0\x91\xE2\xA2\x84\033[0m\n y\n"),
	    "and in red");
	canvas_free(&canvas);
	buffer_clear(&text);
	canvas_init(&canvas, CANVAS_BLOCKS, 2, 1);
	canvas_line(&canvas, (struct canvas_dot){0, 0}, (struct canvas_dot){3, 1}, pen);
	canvas_write(&canvas, false, &text);
	is_span(buffer_span(&text), span_of("\xE2\x96\x80\xE2\x96\x84\n"), "in blocks");
	canvas_free(&canvas);
	buffer_clear(&text);
	canvas_init(&canvas, CANVAS_ASCII, 4, 2);
	canvas_line(&canvas, (struct canvas_dot){3, 0}, (struct canvas_dot){0, 1}, pen);
	canvas_write(&canvas, false, &text);
	is_span(buffer_span(&text), span_of("  xx\nxx\n"), "in ASCII, backwards");
	canvas_free(&canvas);
	buffer_free(&text);
}

int
main(void)
{
	srand(1);
	test_sizes();
	test_canvas();
	return done();
}
