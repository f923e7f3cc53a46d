/* watch: takes a snapshot repeatedly, and shows it. */
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "kstat/snapshot_text.h"
#include "kstat/watch.h"
#include "system/screen.h"

enum {
	SCREEN = 1024 * 1024, /* bytes at most */
	LINE = 64 * 1024,
	NAP = 500 /* ms: a signal may arrive just before poll */
};

bool
watch_write_lines(
    const struct watch *watch, const struct snapshot *snapshot, bool timed, struct failure *failure)
{
	struct tool *tool = watch->tool;
	const struct snapshot_text how = {watch->stream, watch->failover};
	struct buffer line;
	bool written = true;

	buffer_init(&line, LINE);
	for (size_t i = 0; i < snapshot->count && written; i++) {
		buffer_clear(&line);
		snapshot_json_add(&line, &how, &snapshot->rows[i], timed ? snapshot : NULL);
		written = output_add_line(tool->output, buffer_span(&line), failure);
		tool->stats.lines += written;
		tool->stats.done += written;
	}
	buffer_free(&line);
	return written && output_flush(tool->output, failure);
}

struct watching {
	const struct watch *watch;
	bool screen; /* a terminal */
	bool succeeded; /* a snapshot has been taken before */
	bool reported; /* why none can be taken now */
	struct snapshot snapshots[2];
	size_t turn;
};

/* reason: why there is no snapshot; NULL: show the snapshot. */
static bool
paint_snapshot(struct watching *watching, const char *reason, struct failure *failure)
{
	struct winsize size = {.ws_row = 0};
	char safe[4 * sizeof failure->text];
	struct buffer text;
	bool painted;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 2 || size.ws_col < 2)
		size = (struct winsize){.ws_row = 24, .ws_col = 80};
	buffer_init(&text, SCREEN);
	if (reason == NULL) {
		snapshot_table_add(&text,
		    &(struct snapshot_text){watching->watch->stream, watching->watch->failover},
		    &watching->snapshots[watching->turn], &watching->snapshots[1 - watching->turn],
		    size.ws_col);
	} else {
		tool_escape(reason, safe);
		buffer_add_format(&text, "%s\n", safe);
	}
	/* The cursor is below the last line. */
	painted = screen_paint(
	    watching->watch->tool->output, buffer_span(&text), size.ws_row - 1U, failure);
	buffer_free(&text);
	return painted;
}

static bool
wait_for_next(const struct watch *watch, int64_t until, struct failure *failure)
{
	struct pollfd output = {.fd = STDOUT_FILENO};
	int64_t left;

	tool_tick(watch->tool, true, "");
	while (!tool_stop && (left = (until - clock_steady()) / 1000) > 0) {
		if (poll(&output, 1, left < NAP ? (int)left : NAP) > 0 &&
		    output.revents & (POLLERR | POLLHUP))
			return fail_reader_gone(failure);
	}
	return !tool_stop || fail_stopped(failure);
}

/*
 * Reports once why there is no snapshot. Continues if that may pass, or if there was a snapshot
 * before.
 */
static bool
may_continue(struct watching *watching, bool missing, struct failure *failure)
{
	struct failure reason = *failure;
	bool ends = reason.kind == FAILURE_READER_GONE || reason.kind == FAILURE_STOPPED ||
	            (reason.kind == FAILURE_PERMANENT && !missing && !watching->succeeded);

	if (ends)
		return false;
	failure->kind = FAILURE_NONE;
	if (watching->screen)
		return paint_snapshot(watching, reason.text, failure);
	if (!watching->reported)
		tool_message(watching->watch->tool, "%s", reason.text);
	watching->reported = true;
	return true;
}

static bool
show_once(struct watching *watching, struct failure *failure)
{
	const struct watch *watch = watching->watch;
	struct snapshot *snapshot = &watching->snapshots[watching->turn];
	bool missing;

	if (!watch->take(watch->context, snapshot, &missing, failure)) {
		snapshot->count = 0;
		return may_continue(watching, missing, failure);
	}
	watching->succeeded = true;
	watching->reported = false;
	if (watching->screen)
		return paint_snapshot(watching, NULL, failure);
	return watch_write_lines(watch, snapshot, true, failure);
}

void
watch(const struct watch *watch, struct failure *failure)
{
	struct watching watching = {.watch = watch, .screen = isatty(STDOUT_FILENO) != 0};
	int64_t until = clock_steady();

	do {
		until += (int64_t)watch->seconds * 1000000;
		if (until < clock_steady())
			until = clock_steady();
		if (!show_once(&watching, failure))
			break;
		watching.turn = 1 - watching.turn;
	} while (wait_for_next(watch, until, failure));
	snapshot_free(&watching.snapshots[0]);
	snapshot_free(&watching.snapshots[1]);
}
