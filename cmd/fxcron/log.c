/* log: a process that writes lines with their time to a file, or to syslog by logger(1). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fxcron/log.h"
#include "fxcron/messages.h"
#include "system/append.h"
#include "system/directory.h"
#include "system/program.h"
#include "system/spawn.h"
#include "text/timestamp.h"

enum { CHUNK = 64 * 1024, LINE_MOST = 1024 * 1024, FIRST_KEPT = 3 };

static pid_t writer; /* 0: there is none */

/* A line that cannot be written is lost; the command continues. */
static void
write_line(int file, struct span line)
{
	char time[TIMESTAMP_SIZE];
	struct buffer text;

	buffer_init(&text, LINE_MOST + CHUNK);
	buffer_add_format(&text, "%s ", timestamp_format(clock_now(), false, time));
	buffer_add(&text, line.start, line.length);
	buffer_add_text(&text, "\n");
	append_line(file, text.data, text.length);
	buffer_free(&text);
}

/* Writes the complete lines, or all, and keeps the rest. The file may be renamed at any time. */
static void
write_lines(const char *path, struct buffer *lines, bool all)
{
	int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	size_t at = 0;

	while (at < lines->length) {
		const char *start = lines->data + at;
		const char *newline = memchr(start, '\n', lines->length - at);
		size_t length = newline != NULL ? (size_t)(newline - start) : lines->length - at;

		if (newline == NULL && !all && length < LINE_MOST)
			break;
		if (file >= 0)
			write_line(file, (struct span){start, length});
		at += length + (newline != NULL);
	}
	memmove(lines->data, lines->data + at, lines->length - at);
	lines->length -= at;
	if (file >= 0)
		close(file);
}

static ssize_t
read_some(int from, char *chunk)
{
	ssize_t got;

	while ((got = read(from, chunk, CHUNK)) < 0 && errno == EINTR)
		;
	return got;
}

static void
write_file(int from, const char *path)
{
	static char chunk[CHUNK];
	struct buffer lines;
	ssize_t got;

	buffer_init(&lines, LINE_MOST + CHUNK);
	while ((got = read_some(from, chunk)) > 0) {
		buffer_add(&lines, chunk, (size_t)got);
		write_lines(path, &lines, false);
	}
	if (lines.length > 0)
		write_lines(path, &lines, true);
	buffer_free(&lines);
}

/* If logger ends early, the rest is read and lost. Signals to our group do not reach it. */
static void
write_syslog(int from, const char *tag)
{
	static char chunk[CHUNK];
	char *const words[] = {
	    (char[]){"logger"}, (char[]){"-i"}, (char[]){"-t"}, (char *)(uintptr_t)tag, NULL};
	struct spawn spawn = {
	    .words = words, .output = -1, .error = -1, .grouped = true, .survives = true};
	int ends[2] = {-1, -1};
	bool started = false;
	ssize_t got;
	pid_t logger;

	if (spawn_pipe(ends)) {
		spawn.input = ends[0];
		started = spawn_start(&spawn, &logger) == 0;
		close(ends[0]);
	}
	while ((got = read_some(from, chunk)) > 0) {
		for (ssize_t at = 0, gone = 1; at < got && gone > 0; at += gone)
			gone = write(ends[1], chunk + at, (size_t)(got - at));
	}
	close(ends[1]);
	while (started && waitpid(logger, NULL, 0) < 0 && errno == EINTR)
		;
}

/* In the new process. It holds no lock, and no signal ends it. */
static _Noreturn void
become_writer(const struct entry *entry, int from)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
	long most = sysconf(_SC_OPEN_MAX);

	alarm(0);
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	for (int fd = FIRST_KEPT; fd < most && fd < 64; fd++) {
		if (fd != from)
			close(fd);
	}
	if (strcmp(entry->log, "syslog") == 0) {
		char *tag = memory_format("fxpipe.%s", entry->name != NULL ? entry->name : "");

		write_syslog(from, tag);
		free(tag);
	} else {
		write_file(from, entry->log);
	}
	_exit(0);
}

/* Can the log be written? */
static bool
is_usable(struct fxcron *fx)
{
	const char *log = fx->entry.log;
	struct failure ignored;
	int file;

	if (log == NULL || strcmp(log, "-") == 0)
		return false;
	if (strcmp(log, "syslog") == 0) {
		char *logger = program_find("logger", getenv("PATH"));
		bool found = logger != NULL;

		free(logger);
		return found;
	}
	file = directory_make(log, &ignored)
	           ? open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600)
	           : -1;
	if (file < 0)
		messages_say(fx, "%s cannot be written: messages go to standard error", log);
	else
		close(file);
	return file >= 0;
}

void
log_open(struct fxcron *fx)
{
	int ends[2];

	if (!is_usable(fx) || !spawn_pipe(ends))
		return;
	writer = fork();
	if (writer == 0) {
		close(ends[1]);
		become_writer(&fx->entry, ends[0]);
	}
	close(ends[0]);
	if (writer > 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
	} else {
		writer = 0;
	}
	close(ends[1]);
}

void
log_close(void)
{
	int nowhere;

	if (writer == 0)
		return;
	nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	while (waitpid(writer, NULL, 0) < 0 && errno == EINTR)
		;
	writer = 0;
}
