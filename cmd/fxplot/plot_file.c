/* plot_file: gives gnuplot its commands, and takes the image from its output. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "fxplot/plot_file.h"
#include "plot/gnuplot.h"
#include "system/directory.h"
#include "system/file.h"
#include "system/program.h"

enum {
	SCRIPT = 256 * 1024 * 1024, /* more than a chart with all series full needs */
	IMAGE = 256 * 1024 * 1024,
	WIDTH = 1000,
	HEIGHT = 600
};

bool
plot_file_begin(
    struct child *gnuplot, const char *picture, struct sandbox *sandbox, struct failure *failure)
{
	/* -d: no settings of the user. */
	static const char *const words[] = {"gnuplot", "-d", NULL};
	char *directory = directory_of(picture);
	bool can_write = access(directory, W_OK | X_OK) == 0;

	if (!can_write)
		fail_errno(failure, errno, "-o: %s cannot be written", picture);
	sandbox_write(sandbox, directory);
	free(directory);
	if (!can_write || program_begin(words, gnuplot, failure))
		return can_write;
	return failure->kind != FAILURE_NONE ? false
	                                     : fail(failure, FAILURE_PERMANENT,
	                                           "-o: there is no gnuplot in PATH (on Debian, "
	                                           "install gnuplot-nox)");
}

/* As a file that the user creates by other means. */
static mode_t
usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static bool
write_image(const char *path, struct program_result *result, struct failure *failure)
{
	struct shown shown;
	char *temporary;
	const char *words = program_messages(result);
	bool written;

	if (result->status != 0 || result->output.length == 0)
		return fail(failure, FAILURE_PERMANENT,
		    "gnuplot ended with status %d and made no picture%s%s", result->status,
		    words[0] != '\0' ? ": " : "", show(&shown, words, strlen(words)));
	if (result->cut)
		return fail(failure, FAILURE_PERMANENT,
		    "the picture has more than %d MiB: make it smaller", IMAGE / 1024 / 1024);
	temporary = memory_format("%s.%ld.new", path, (long)getpid());
	written =
	    file_replace(path, temporary, usual_mode(), buffer_span(&result->output), failure);
	free(temporary);
	return written;
}

bool
plot_file_end(struct tool *tool, struct child *gnuplot, const struct plot_options *options,
    const struct chart *chart, struct failure *failure)
{
	struct gnuplot_settings settings = {.svg = plot_options_svg(options->picture),
	    .width = options->width > 0 ? (unsigned)options->width : WIDTH,
	    .height = options->height > 0 ? (unsigned)options->height : HEIGHT};
	struct program_result result;
	struct buffer script;
	bool any, written;

	buffer_init(&script, SCRIPT);
	any = gnuplot_script(chart, &settings, &script);
	program_end(gnuplot, buffer_span(&script), IMAGE, &result);
	written = !any || write_image(options->picture, &result, failure);
	if (!any)
		tool_message(tool, "there are no records: %s is not written", options->picture);
	program_result_free(&result);
	buffer_free(&script);
	return written;
}
