/* s3get: reads the lines of an archive, in S3 or a directory. */
#include "archive/archive_source.h"
#include "archive/catalog.h"
#include "s3get/by_position.h"
#include "s3get/by_time.h"
#include "s3get/get_options.h"
#include "s3get/object_list.h"

static bool run(struct tool *tool, const struct get_options *options, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct get_options options;
	struct failure failure = {.kind = FAILURE_NONE};

	get_options_read(&tool, argc, argv, &options);
	tool_ready(&tool);
	if (!run(&tool, &options, &failure))
		tool_failed(&tool, &failure);
	tool_end(&tool, &failure);
}

/* Those that are not named as objects may be other files in a bucket that is shared. */
static bool
report_catalog(struct tool *tool, const struct catalog *catalog, struct failure *failure)
{
	struct shown shown;

	if (!catalog->found)
		return fail(failure, FAILURE_PERMANENT, "the archive %s is empty",
		    show(&shown, tool->operands[0], strlen(tool->operands[0])));
	if (catalog->objects == 0 && catalog->others > 0 && !catalog->skipped)
		return fail(failure, FAILURE_PERMANENT,
		    "none of the %llu files in the archive %s has the name of an object that s3put "
		    "has stored",
		    (unsigned long long)catalog->others,
		    show(&shown, tool->operands[0], strlen(tool->operands[0])));
	tool_verbose(tool,
	    "%zu objects are read; %llu other names are not those of objects and were ignored",
	    catalog->count, (unsigned long long)catalog->others);
	return true;
}

static bool
write_catalog(struct tool *tool, struct archive_source *source, const struct catalog *catalog,
    const struct get_options *options, struct failure *failure)
{
	struct selection selection = options->selection;
	bool good;

	if (options->list)
		return object_list_write(tool, catalog, options->selection.limit, failure);
	selection.tool = tool;
	good = options->order == ORDER_TIME
	           ? by_time_write(&selection, source, catalog, failure)
	           : by_position_write(&selection, source, catalog, failure);
	if (good)
		selection_report(&selection);
	return good;
}

static bool
run(struct tool *tool, const struct get_options *options, struct failure *failure)
{
	struct archive_source_settings settings = {
	    .name = tool->operands[0], .caller = tool_caller(tool)};
	struct sandbox sandbox = {.network = false};
	struct archive_source *source;
	struct catalog catalog = {.count = 0};
	bool good;

	archive_source_sandbox(settings.name, &settings.caller, &sandbox);
	tool_confine(tool, &sandbox);
	source = archive_source_open(&settings, failure);
	if (source == NULL)
		return false;
	good = catalog_read(&catalog, source, &options->query, failure) &&
	       report_catalog(tool, &catalog, failure) &&
	       write_catalog(tool, source, &catalog, options, failure);
	tool->stats.retries = archive_source_retries(source);
	tool->stats.throttled = archive_source_throttles(source);
	catalog_free(&catalog);
	archive_source_close(source);
	return good;
}
