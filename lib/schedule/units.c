/* units: writes an entry as systemd units, and reads it from them. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schedule/units.h"

enum { UNIT_MOST = 4 * 1024 * 1024 };

static void
add_head(struct buffer *to, const struct entry *entry)
{
	buffer_add_format(to,
	    UNITS_FIRST_LINE "# %s\n[Unit]\nDescription=fxpipe: %s\nDocumentation=man:fxcron(1)\n",
	    entry->schedule, entry->name);
}

/*
 * It has no settings that need namespaces: for a user's unit these are user namespaces, in which
 * root's files seem to be nobody's.
 */
static void
add_service(struct buffer *to, const struct entry *entry, const struct words *line)
{
	add_head(to, entry);
	buffer_add_text(to, entry->service ? "StartLimitIntervalSec=0\n" : "");
	buffer_add_text(to, "\n[Service]\nExecStart=");
	for (size_t i = 0; i < line->count; i++) {
		buffer_add_text(to, i > 0 ? " " : "");
		words_quote_unit(to, line->list[i]);
	}
	buffer_add_text(to,
	    "\nKillMode=mixed\nUMask=0077\nNoNewPrivileges=yes\nLockPersonality=yes\n"
	    "RestrictRealtime=yes\nRestrictSUIDSGID=yes\nSystemCallArchitectures=native\n");
	buffer_add_text(to,
	    entry->service ? "Restart=always\nRestartSec=5\nRestartPreventExitStatus=2 126 127\n\n"
	                     "[Install]\nWantedBy=default.target\n"
	                   : "Type=oneshot\n");
}

static void
add_times(struct buffer *to, const struct expression *expression)
{
	for (size_t i = 0; i < EXPRESSION_EVENTS && expression->events[i] != NULL; i++)
		buffer_add_format(to, "OnCalendar=%s\n", expression->events[i]);
	if (expression->fields != NULL && strcmp(expression->fields, "@reboot") == 0)
		buffer_add_text(to, "OnStartupSec=1s\n");
	else if (expression->every > 0)
		buffer_add_format(to, "OnActiveSec=1s\nOnUnitActiveSec=%umin\n", expression->every);
}

static void
add_timer(struct buffer *to, const struct entry *entry, const struct expression *expression)
{
	add_head(to, entry);
	buffer_add_text(to, "\n[Timer]\n");
	add_times(to, expression);
	/* A run that was missed, because the machine was off, is made up for. */
	if (expression->events[0] != NULL)
		buffer_add_text(to, "Persistent=true\n");
	buffer_add_text(to, "AccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n");
}

bool
units_format(const struct entry *entry, const struct expression *expression,
    const struct words *line, struct units *units, struct failure *failure)
{
	struct shown shown;
	const char *program = line->list[0];

	buffer_init(&units->service, UNIT_MOST);
	buffer_init(&units->timer, UNIT_MOST);
	if (strpbrk(program, "'\"\\") != NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "systemd starts no program with quotes or backslashes in its path: %s",
		    show(&shown, program, strlen(program)));
	add_service(&units->service, entry, line);
	if (!entry->service)
		add_timer(&units->timer, entry, expression);
	return true;
}

void
units_free(struct units *units)
{
	buffer_free(&units->service);
	buffer_free(&units->timer);
}

char *
units_path(const struct place *place, const char *name, const char *kind)
{
	return memory_format("%s/fxpipe-%s.%s", place->units, name, kind);
}

/* The rest of the first line that begins so; start NULL: there is none. */
static struct span
line_after(struct span text, const char *begin)
{
	while (text.length > 0) {
		const char *newline = memchr(text.start, '\n', text.length);
		size_t length = newline != NULL ? (size_t)(newline - text.start) : text.length;
		struct span line = {text.start, length};

		if (span_begins(line, begin))
			return (struct span){
			    line.start + strlen(begin), line.length - strlen(begin)};
		length += newline != NULL;
		text.start += length;
		text.length -= length;
	}
	return (struct span){NULL, 0};
}

/* systemd writes % as %% and $ as $$. */
static void
halve(char *word)
{
	char *to = word;

	for (const char *from = word; *from != '\0'; from++) {
		*to++ = *from;
		if ((*from == '%' || *from == '$') && from[1] == *from)
			from++;
	}
	*to = '\0';
}

bool
units_entry(struct span text, struct entry *entry, struct failure *failure)
{
	struct span start = line_after(text, "ExecStart="), schedule;
	const char *newline = memchr(text.start, '\n', text.length);
	struct words line;
	char *copy;
	bool good;

	if (start.start == NULL || newline == NULL)
		return fail(failure, FAILURE_PERMANENT, "the unit is not as fxcron wrote it");
	schedule = (struct span){newline + 1, text.length - (size_t)(newline + 1 - text.start)};
	newline = memchr(schedule.start, '\n', schedule.length);
	schedule.length = newline != NULL ? (size_t)(newline - schedule.start) : schedule.length;
	if (span_begins(schedule, "# "))
		schedule = (struct span){schedule.start + 2, schedule.length - 2};
	words_split(start, &line);
	for (size_t i = 0; i < line.count; i++)
		halve(line.list[i]);
	entry->systemd = true;
	good = entry_read(entry, &line, failure);
	copy = memory_copy(schedule.start, schedule.length);
	entry_set(&entry->schedule, copy);
	entry->service = strcmp(copy, "service") == 0;
	/* What entry_words adds. */
	if (entry->service && entry->limit == 0)
		entry->limit = ENTRY_LIMIT_DEFAULT;
	free(copy);
	words_free(&line);
	return good;
}

void
units_schedule(struct span timer, struct entry *entry)
{
	struct buffer found, expected, shown;
	struct expression expression;
	struct failure ignored;

	buffer_init(&found, UNIT_MOST);
	buffer_init(&expected, UNIT_MOST);
	buffer_init(&shown, UNIT_MOST);
	while (timer.length > 0) {
		const char *newline = memchr(timer.start, '\n', timer.length);
		size_t length = newline != NULL ? (size_t)(newline - timer.start) : timer.length;

		if (span_begins((struct span){timer.start, length}, "On")) {
			buffer_add(&found, timer.start, length);
			buffer_add_text(&found, "\n");
			buffer_add_text(&shown, shown.length > 0 ? " " : "");
			buffer_add(&shown, timer.start, length);
		}
		length += newline != NULL;
		timer.start += length;
		timer.length -= length;
	}
	if (expression_read(entry->schedule, &expression, &ignored))
		add_times(&expected, &expression);
	expression_free(&expression);
	if (!span_equal(buffer_span(&found), buffer_span(&expected)))
		entry_set(&entry->schedule, buffer_text(&shown));
	buffer_free(&found);
	buffer_free(&expected);
	buffer_free(&shown);
}
