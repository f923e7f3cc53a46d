/* fxcron: runs pipelines on a schedule, from the user's crontab or systemd, or as services. */
#include <signal.h>
#include <string.h>

#include "base/environment.h"
#include "fxcron/list.h"
#include "fxcron/messages.h"
#include "fxcron/options.h"
#include "fxcron/run.h"
#include "schedule/crontab.h"
#include "schedule/daemon.h"

static void
install(struct fxcron *fx, struct failure *failure)
{
	struct buffer printed;
	const char *fault;
	struct entries_settings settings = {.quota = fx->options.quota,
	    .force = fx->options.force,
	    .print = fx->options.print ? &printed : NULL};

	buffer_init(&printed, CRONTAB_MOST);
	if (entries_install(&fx->place, &fx->entry, &settings, failure)) {
		output_add(fx->tool.output, printed.data, printed.length, failure);
		if (!fx->options.print && !fx->options.systemd && (fault = daemon_fault()) != NULL)
			messages_say(fx, "%s", fault);
	}
	buffer_free(&printed);
}

static void
remove_entry(struct fxcron *fx, struct failure *failure)
{
	bool removed;

	if (entries_remove(&fx->place, fx->entry.name, &removed, failure) && !removed)
		messages_detail(fx, "there is no such entry");
}

int
main(int argc, char **argv)
{
	static struct fxcron fx;
	struct failure failure = {.kind = FAILURE_NONE};
	struct caller caller;
	const char *what;

	/* If a parent ignored it, exit statuses of programs would be lost. */
	signal(SIGCHLD, SIG_DFL);
	options_read(&fx, argc, argv);
	what = fx.tool.subcommand->name;
	tool_ready(&fx.tool);
	caller = messages_caller(&fx);
	if (strcmp(what, "run") == 0 || strcmp(what, "loop") == 0)
		run(&fx, strcmp(what, "loop") == 0, &failure);
	else if (!place_open(&fx.place, &caller, environment_all(), &failure))
		;
	else if (strcmp(what, "install") == 0)
		install(&fx, &failure);
	else if (strcmp(what, "remove") == 0)
		remove_entry(&fx, &failure);
	else
		list(&fx, &failure);
	messages_failed(&fx, &failure);
	run_finish();
	place_free(&fx.place);
	entry_free(&fx.entry);
	tool_end(&fx.tool, &failure);
}
