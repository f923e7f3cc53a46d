/* plot_screen: when to draw, and how to draw over the picture before. */
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/environment.h"
#include "fxplot/plot_screen.h"
#include "system/screen.h"

enum {
	COLUMNS = 80, /* without a terminal */
	ROWS = 24,
	TEXT = 64 * 1024 * 1024, /* more than the largest picture has */
	REDRAW = 100, /* ms between pictures, at least */
	LOOK = 250 /* ms: how often the size of the terminal is looked at */
};

static size_t
within(size_t size, size_t least)
{
	return size < least ? least : size > PICTURE_MOST ? PICTURE_MOST : size;
}

/* Has the size changed? */
static bool
measure(struct plot_screen *screen)
{
	const struct plot_options *options = screen->options;
	struct winsize size = {.ws_row = 0};
	struct picture_settings *settings = &screen->settings;
	size_t columns = COLUMNS, rows = ROWS;
	bool changed;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
	    size.ws_row > 1 && size.ws_col > 1) {
		columns = size.ws_col;
		rows = size.ws_row - 1U; /* the cursor is below the picture */
	}
	screen->height = rows + 1;
	if (options->width > 0 && (!screen->live || options->width < columns))
		columns = options->width;
	if (options->height > 0 && (!screen->live || options->height < rows))
		rows = options->height;
	columns = within(columns, PICTURE_COLUMNS_LEAST);
	rows = within(rows, PICTURE_ROWS_LEAST);
	changed = columns != settings->columns || rows != settings->rows;
	settings->columns = columns;
	settings->rows = rows;
	return changed;
}

void
plot_screen_init(struct plot_screen *screen, struct tool *tool, const struct plot_options *options)
{
	const char *kind = environment_terminal("TERM");
	bool terminal = isatty(STDOUT_FILENO) && kind != NULL && strcmp(kind, "dumb") != 0;

	*screen = (struct plot_screen){
	    .tool = tool, .options = options, .live = options->follow && terminal};
	screen->settings.style = options->style;
	screen->settings.colours = options->colour == PLOT_COLOUR_ALWAYS ||
	                           (options->colour == PLOT_COLOUR_AUTO && terminal &&
	                               environment_terminal("NO_COLOR") == NULL);
	measure(screen);
	buffer_init(&screen->text, TEXT);
}

void
plot_screen_free(struct plot_screen *screen)
{
	buffer_free(&screen->text);
}

static int64_t
since_drawn(const struct plot_screen *screen)
{
	return screen->drawn == 0 ? REDRAW : (clock_steady() - screen->drawn) / 1000;
}

int
plot_screen_patience(const struct plot_screen *screen)
{
	int64_t since;

	if (!screen->live)
		return -1;
	if (!screen->stale)
		return LOOK;
	since = since_drawn(screen);
	return since < REDRAW ? (int)(REDRAW - since) : 0;
}

/* Makes room by scrolling what was on the screen out of it, into the terminal's memory. */
static bool
begin(struct plot_screen *screen, struct failure *failure)
{
	for (size_t i = 0; i < screen->height; i++) {
		if (!output_add(screen->tool->output, "\n", 1, failure))
			return false;
	}
	return true;
}

static bool
draw(struct plot_screen *screen, const struct chart *chart, struct failure *failure)
{
	struct output *output = screen->tool->output;
	bool first = screen->drawn == 0;
	struct span text;

	buffer_clear(&screen->text);
	screen->settings.refused = screen->tool->stats.refused;
	picture_add(chart, &screen->settings, &screen->text);
	screen->stale = false;
	text = buffer_span(&screen->text);
	if (text.length == 0)
		return true;
	screen->drawn = clock_steady();
	if (!screen->live)
		return output_add(output, text.start, text.length, failure);
	return (!first || begin(screen, failure)) &&
	       screen_paint(screen->tool->output, text, SIZE_MAX, failure);
}

bool
plot_screen_look(struct plot_screen *screen, const struct chart *chart, struct failure *failure)
{
	if (!screen->live)
		return true;
	if (measure(screen))
		screen->stale = true;
	return !screen->stale || since_drawn(screen) < REDRAW || draw(screen, chart, failure);
}

bool
plot_screen_end(struct plot_screen *screen, const struct chart *chart, struct failure *failure)
{
	if (screen->live) {
		measure(screen);
		screen->stale = true;
	}
	return draw(screen, chart, failure);
}
