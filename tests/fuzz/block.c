/*
 * block: any bytes as a crontab, and as the command of an entry. A block that is removed leaves
 * nothing of it, and takes no line of others with it; one that was commented out, or given another
 * time, is the same entry, paused or with that time.
 */
#include "crontab.h"
#include "schedule/home.h"

enum { TEXT_MOST = 64 * 1024 };

static struct span
take_line(struct span *text)
{
	const char *newline = memchr(text->start, '\n', text->length);
	struct span line = {
	    text->start, newline != NULL ? (size_t)(newline - text->start) + 1 : text->length};

	text->start += line.length;
	text->length -= line.length;
	return line;
}

static bool
is_note_or_mark(struct span line)
{
	return span_begins(line, "# ");
}

/* Is kept text without some lines, none of which can be others'? */
static void
check_kept(struct span text, struct span kept)
{
	struct span wanted = {NULL, 0};

	while (text.length > 0) {
		struct span line = take_line(&text);

		if (wanted.length == 0 && kept.length > 0)
			wanted = take_line(&kept);
		if (wanted.length > 0 && span_equal(line, wanted))
			wanted.length = 0;
		else
			must(is_note_or_mark(line) ||
			     memmem(line.start, line.length, "fxcron", 6) ||
			     memmem(line.start, line.length, " run ", 5) ||
			     memmem(line.start, line.length, " loop ", 6) || line.start[0] == '#');
	}
	must(wanted.length == 0 && kept.length == 0);
}

static void
read_block(struct span text, const char *name)
{
	static char *const none[] = {NULL};
	struct place place = {.environment = none, .home = "/"};
	struct failure failure;
	struct block block;
	struct buffer kept;
	struct entry entry;

	entry_init(&entry);
	if (!block_find(text, name, &block, &failure))
		must(failure.kind == FAILURE_PERMANENT);
	if (block.line.start != NULL && block_entry(&block, &entry, &failure)) {
		char *home = home_of_entry(&place, &entry);

		must(strcmp(entry.name, name) == 0 && entry.schedule != NULL);
		must(home_is_same(home, home));
		free(home);
	}
	entry_free(&entry);
	buffer_init(&kept, text.length);
	block_strip(text, name, &kept);
	check_kept(text, buffer_span(&kept));
	must(block_find(buffer_span(&kept), name, &block, &failure) && block.whole.start == NULL);
	buffer_free(&kept);
}

static void
read_crontab(struct span text)
{
	struct words names;

	block_names(text, &names);
	for (size_t i = 0; i < names.count; i++) {
		must(entry_name_is_valid(names.list[i]));
		must(i == 0 || strcmp(names.list[i - 1], names.list[i]) < 0);
		read_block(text, names.list[i]);
	}
	words_free(&names);
}

/* The block as a user changes it: with text before its line, in place of its first byte if cut. */
static void
check_edited(struct span text, const char *before, bool cut, bool paused, const char *schedule,
    const char *command)
{
	struct failure failure;
	struct buffer edited;
	struct block block;
	struct entry entry;
	size_t head;

	must(block_find(text, "name", &block, &failure) && block.whole.start != NULL);
	head = (size_t)(block.line.start - text.start);
	buffer_init(&edited, 2 * TEXT_MOST);
	buffer_add(&edited, text.start, head);
	buffer_add_text(&edited, before);
	buffer_add(&edited, text.start + head + cut, text.length - head - cut);
	entry_init(&entry);
	must(block_find(buffer_span(&edited), "name", &block, &failure));
	must(block_entry(&block, &entry, &failure));
	must(entry.paused == paused && strcmp(entry.schedule, schedule) == 0);
	must(strcmp(entry.command, command) == 0);
	entry_free(&entry);
	buffer_free(&edited);
}

static void
edit_block(const char *command)
{
	struct failure failure;
	struct entry entry;
	struct buffer text;
	struct words line;

	entry_init(&entry);
	entry_set(&entry.name, "name");
	entry_set(&entry.schedule, "rate(1 minute)");
	entry_set(&entry.command, command);
	entry_words(&entry, "/fxcron", &line);
	buffer_init(&text, TEXT_MOST);
	if (entry_check(&entry, &failure) &&
	    block_format(&entry, "* * * * *", &line, &text, &failure)) {
		struct span whole = buffer_span(&text);

		check_edited(whole, "", false, false, "rate(1 minute)", command);
		check_edited(whole, "# ", false, true, "rate(1 minute)", command);
		check_edited(whole, "##", false, true, "rate(1 minute)", command);
		check_edited(whole, "5", true, false, "5 * * * *", command);
		check_edited(whole, "#5", true, true, "5 * * * *", command);
	}
	words_free(&line);
	buffer_free(&text);
	entry_free(&entry);
}

static void
read_input(struct span input, const char *text)
{
	read_crontab(input);
	if (strspn(text, " \t\n\v\f\r") < strlen(text))
		edit_block(text);
}
