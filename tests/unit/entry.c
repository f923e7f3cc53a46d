/* entry: the words of entries, their quotes, the blocks of a crontab, units, lock files. */
#include <stdlib.h>
#include "schedule/block.h"
#include "schedule/crontab.h"
#include "schedule/lock.h"
#include "schedule/restart.h"
#include "schedule/units.h"
#include "tap.h"

static const char *const commands[] = {"true", "date +%Y; echo '100%' \"\\%\"", "\\", "\\\\\\\\",
    "a'b''c", "echo \\\\%\\", "$HOME `x` \"${A}\" $$ %%", "-v; echo", " lead", "tab\there"};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void
fill(struct entry *entry, const char *command, bool systemd)
{
	entry_init(entry);
	entry_set(&entry->name, "a.b");
	entry_set(&entry->schedule, "@daily");
	entry_set(&entry->log, "-");
	entry->limit = 60;
	words_add(&entry->variables, "A=100% 'x' \\ \"y\" $Z");
	entry->systemd = systemd;
	entry_set_command(entry, &(char *){(char *)(uintptr_t)command}, 1);
}

static void
is_same(const struct entry *got, const struct entry *given, const char *kind)
{
	ok(strcmp(got->command, given->command) == 0, "a command comes back from %s: %s", kind,
	    given->command);
	ok(strcmp(got->name, "a.b") == 0 && strcmp(got->schedule, "@daily") == 0 &&
	        strcmp(got->log, "-") == 0 && got->limit == 60 && got->variables.count == 1 &&
	        strcmp(got->variables.list[0], given->variables.list[0]) == 0,
	    "and all else of the entry");
}

static void
test_crontab(const char *command)
{
	struct block block;
	struct failure failure = {.text = ""};
	struct entry entry, again;
	struct buffer text;
	struct words line;

	fill(&entry, command, false);
	entry_words(&entry, "/bin/fxcron", &line);
	buffer_init(&text, CRONTAB_MOST);
	buffer_add_text(&text, "# other\n");
	block_format(&entry, "0 0 * * *", &line, &text, &failure);
	buffer_add_text(&text, "# fxpipe: a.b begin of another");
	entry_init(&again);
	if (ok(block_find(buffer_span(&text), "a.b", &block, &failure) &&
	            strstr(buffer_text(&text), "\\\\") == NULL &&
	            block_entry(&block, &again, &failure),
	        "its block is found"))
		is_same(&again, &entry, "a crontab");
	entry_free(&again);
	entry_free(&entry);
	words_free(&line);
	buffer_free(&text);
}

static void
test_unit(const char *command)
{
	struct expression expression = {.fields = NULL};
	struct failure failure = {.text = ""};
	struct entry entry, again;
	struct units units;
	struct words line;

	fill(&entry, command, true);
	entry_words(&entry, "/bin/fxcron", &line);
	entry_init(&again);
	if (ok(units_format(&entry, &expression, &line, &units, &failure) &&
	            units_entry(buffer_span(&units.service), &again, &failure),
	        "its unit is read"))
		is_same(&again, &entry, "a unit");
	entry_free(&again);
	entry_free(&entry);
	units_free(&units);
	words_free(&line);
}

static void
reads(const char *text, bool good)
{
	struct failure failure = {.text = ""};
	struct entry entry;
	struct words line;

	words_split(span_of(text), &line);
	entry_init(&entry);
	ok(entry_read(&entry, &line, &failure) == good, "%s: %.*s", good ? "read" : "refused",
	    (int)strcspn(text, "\n"), text);
	entry_free(&entry);
	words_free(&line);
}

static void
test_lines(void)
{
	reads("fxcron run a -- true", true);
	reads("x/fxcron run a --limit=5 --delay 3 --log=/l -eA=b -v --syslog -- a b", true);
	reads("x/fxcron loop a --provider p --pairs 3 -- true", true);
	reads("fxcron loop a --instances 100 -- true", true);
	reads("fxcron loop a --instances 0 -- true", false);
	reads("fxcron loop a --instances=101 -- true", false);
	reads("x/fxcron run a --limit -- true", false);
	reads("x/fxcron run a --limit 604801 -- true", false);
	reads("x/fxcron run a --limit 'a[$(touch x)]' -- true", false);
	reads("x/fxcron run a --limit '5\n' -- true", false);
	reads("x/fxcron run a --delay -1 -- true", false);
	reads("x/fxcron run a -e 1=2 -- true", false);
	reads("x/fxcron run a -e", false);
	reads("x/fxcron run a --print -- true", false);
	reads("x/fxcron run a b -- true", false);
	reads("x/fxcron run .a -- true", false);
	reads("x/fxcron run 'a\n' -- true", false);
	reads("x/fxcron run a -- ' '", false);
	reads("x/fxcron run a true", false);
	reads("x/fxcron run -- true", false);
	reads("x/fxcron walk a -- true", false);
	reads("x/fxcron2 run a -- true", false);
	reads("x", false);
	reads("", false);
}

static void
test_quotes(void)
{
	static const char *const words[][2] = {{"a,b~c#d", "a\\,b~c#d"}, {"~x", "\\~x"},
	    {"#y", "\\#y"}, {"a=~b", "a=\\~b"}, {"x'y", "x\\'y"}, {"a\tb\x01", "$'a\\tb\\001'"},
	    {"", "''"}, {"a!b^{}%@", "a\\!b\\^\\{\\}%@"}, {"\xC3\xA9", "\xC3\xA9"},
	    {"\xC3\xA9\xFF", "$'\xC3\xA9\\377'"}, {"\xE2\x82", "$'\\342\\202'"}};
	struct buffer text;

	buffer_init(&text, 100);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		words_quote_bash(&text, words[i][0]);
		is_text(buffer_text(&text), words[i][1], "quoted as by printf %q");
		buffer_clear(&text);
	}
	buffer_free(&text);
}

static void
test_locks(void)
{
	is_number(lock_process(span_of("123\n")), 123, "the process in a lock file");
	is_number(lock_process(span_of("123\nmore\n")), 123, "only the first line");
	is_number(lock_process(span_of("123")), 123, "without a newline");
	is_number(lock_process(span_of("")), 0, "an empty file");
	is_number(lock_process(span_of("12 3\n")), 0, "more than a number");
	is_number(lock_process(span_of("-12\n")), 0, "a sign");
	is_number(lock_process(span_of("a[$(touch x)]\n")), 0, "what bash would run");
	is_number(lock_process(span_of("99999999999999999999\n")), 0, "too long a number");
}

static void
test_restart(void)
{
	static const unsigned waits[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
	unsigned backoff = 1;
	bool good = true;

	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
		good = good && restart_wait(75, 3, &backoff) == waits[i];
	ok(good, "the wait doubles to a minute");
	is_number(restart_wait(137, 60, &backoff), 1, "and begins again after a minute's run");
	is_number(restart_wait(75, 0, &backoff), 2, "and doubles again");
	is_number(restart_wait(0, 0, &backoff), 1, "a second after success");
	is_number(restart_wait(75, 0, &backoff), 1, "after which it begins again");
	is_number(restart_wait(1, 0, &backoff), 1, "a second after refused lines");
	ok(restart_wait(2, 99, &backoff) == 0 && restart_wait(126, 0, &backoff) == 0 &&
	        restart_wait(127, 0, &backoff) == 0,
	    "not after 2, 126 and 127");
}

int
main(void)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		test_crontab(commands[i]);
		test_unit(commands[i]);
	}
	test_lines();
	test_quotes();
	test_locks();
	test_restart();
	return done();
}
