/* messages: a program's messages on standard error, as text or as JSON. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/environment.h"
#include "text/json.h"
#include "text/timestamp.h"
#include "tool/tool.h"

enum { PLAIN = 2400, SAFE = 4 * PLAIN, JSON_MOST = 8 * SAFE };

/* As --log and $FX_LOG name them. */
static bool
is_json(const char *text)
{
	return strcmp(text, "json") == 0;
}

void
tool_log_option(struct tool *tool, const char *option, const char *text)
{
	struct shown shown;

	if (!is_json(text) && strcmp(text, "text") != 0)
		tool_usage(tool, "%s \"%s\" is not a format of messages: use text or json", option,
		    show(&shown, text, strlen(text)));
	tool->log_json = is_json(text);
}

void
tool_log_begin(struct tool *tool)
{
	const char *named = environment_log();

	tool->log_json = named != NULL && is_json(named);
	/* Searched before the options are read, so that usage errors have the right format. */
	for (char **at = tool->argv + 1; at[-1] != NULL && *at != NULL; at++) {
		if (strcmp(*at, "--") == 0)
			break;
		if (strncmp(*at, "--log=", 6) == 0)
			tool->log_json = is_json(*at + 6);
		else if (strcmp(*at, "--log") == 0 && at[1] != NULL)
			tool->log_json = is_json(at[1]);
	}
}

void
tool_escape(const char *plain, char *safe)
{
	for (size_t length = strlen(plain); length > 0;) {
		size_t size = show_sequence(plain, length);

		if (size == 0)
			safe += sprintf(safe, "\\x%02x", (unsigned char)*plain);
		memcpy(safe, plain, size);
		safe += size;
		size = size > 0 ? size : 1;
		plain += size;
		length -= size;
	}
	*safe = '\0';
}

static void
print_json(struct tool *tool, const char *level, uint64_t line, const char *message)
{
	char time[TIMESTAMP_SIZE];
	struct buffer text;
	size_t written = 0;

	buffer_init(&text, JSON_MOST);
	buffer_add_format(&text, "{\"time\":\"%s\",\"tool\":\"%s\",\"level\":\"%s\"",
	    timestamp_format(clock_now(), true, time), tool->name, level);
	if (line > 0)
		buffer_add_format(&text, ",\"line\":%llu", (unsigned long long)line);
	buffer_add_text(&text, ",\"message\":");
	json_add_string(&text, message, strlen(message));
	buffer_add_text(&text, "}\n");
	/* In one write, so that messages of several tools do not mix. */
	while (written < text.length) {
		ssize_t more = write(STDERR_FILENO, text.data + written, text.length - written);

		if (more == 0 || (more < 0 && errno != EINTR))
			break;
		written += more > 0 ? (size_t)more : 0;
	}
	buffer_free(&text);
}

static void
print(struct tool *tool, const char *level, uint64_t line, const char *format, va_list arguments)
{
	char plain[PLAIN], safe[SAFE];

	vsnprintf(plain, sizeof plain, format, arguments);
	tool_escape(plain, safe);
	if (tool->log_json) {
		print_json(tool, level, line, safe);
		return;
	}
	if (tool->progress > 0)
		fputs("\r\033[K", stderr);
	if (line > 0)
		fprintf(stderr, "%s: line %llu: %s\n", tool->name, (unsigned long long)line, safe);
	else
		fprintf(stderr, "%s: %s\n", tool->name, safe);
}

static void
print_at(struct tool *tool, const char *level, uint64_t line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(tool, level, line, format, arguments);
	va_end(arguments);
}

void
tool_message(struct tool *tool, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(tool, "warning", 0, format, arguments);
	va_end(arguments);
}

void
tool_verbose(struct tool *tool, const char *format, ...)
{
	va_list arguments;

	if (!tool->verbose)
		return;
	va_start(arguments, format);
	print(tool, "debug", 0, format, arguments);
	va_end(arguments);
}

void
tool_announce_terminal(struct tool *tool)
{
	if (isatty(STDIN_FILENO))
		tool_message(tool, "reading lines from the terminal; Ctrl-D ends them");
}

static void
warn(void *context, const char *sentence)
{
	tool_message(context, "%s", sentence);
}

static void
detail(void *context, const char *sentence)
{
	tool_verbose(context, "%s", sentence);
}

struct caller
tool_caller(struct tool *tool)
{
	return (struct caller){.agent = tool->agent,
	    .aws = &tool->aws,
	    .stop = &tool_stop,
	    .warn = warn,
	    .detail = detail,
	    .context = tool};
}

_Noreturn void
tool_usage(struct tool *tool, const char *format, ...)
{
	char sentence[PLAIN];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	print_at(tool, "error", 0, "%s; try %s --help", sentence, tool->name);
	exit(2);
}

void
tool_message_at(struct tool *tool, uint64_t line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(tool, "warning", line, format, arguments);
	va_end(arguments);
}

void
tool_message_line(struct tool *tool, uint64_t line, const struct failure *failure)
{
	print_at(tool, "error", line, "refused: %s", failure->text);
}

void
tool_failed(struct tool *tool, const struct failure *failure)
{
	if (failure->kind == FAILURE_READER_GONE || failure->kind == FAILURE_STOPPED ||
	    failure->kind == FAILURE_NONE)
		return;
	print_at(tool, "error", 0, "%s", failure->text);
	tool_note_status(tool, failure_status(failure->kind));
}

void
tool_note_status(struct tool *tool, int status)
{
	tool->status = failure_worse_status(tool->status, status);
}
