/* append_file: files that are renamed, deleted or torn; FIFOs that nobody reads. The clock is the
 * test's: each look at it takes a second. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "system/append_file.h"
#include "tap.h"

static char directory[] = "/tmp/append_file.XXXXXX";
static char path[100], other[110];
static char text[2000], warned[1200];
static volatile sig_atomic_t stop;
static int64_t now = 1;

/* In place of base/clock. */
int64_t
clock_steady(void)
{
	return now += 1000000;
}

int64_t
clock_now(void)
{
	return now / 1000;
}

static void
warn(void *context, const char *sentence)
{
	(void)context;
	snprintf(warned, sizeof warned, "%s", sentence);
}

static const struct caller caller = {.stop = &stop, .warn = warn};

static const char *
contents(const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		close(fd);
	if (got < 0)
		return NULL;
	text[got] = '\0';
	return text;
}

static bool
add(struct append_file *file, const char *line, struct failure *failure)
{
	bool torn;

	return append_file_ready(file, &torn, failure) &&
	       append_file_line(file, span_of(line), failure);
}

static void
is_created_anew(void)
{
	struct failure failure;
	struct append_file *file = append_file_open(path, "lines", &caller, &failure);
	struct stat status;

	ok(file != NULL && add(file, "1\n", &failure), "a line");
	rename(path, other);
	ok(add(file, "2\n", &failure), "one after the file was renamed");
	is_text(contents(path), "2\n", "is in a new file");
	ok(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600, "of mode 0600");
	is_text(contents(other), "1\n", "not in the renamed one");
	unlink(path);
	ok(add(file, "3\n", &failure), "one after the file was deleted");
	is_text(contents(path), "3\n", "is in a new file");
	ok(add(file, "4\n", &failure), "the next");
	is_text(contents(path), "3\n4\n", "follows it");

	rename(path, other);
	mkdir(path, 0700);
	ok(add(file, "5\n", &failure), "renamed, and no new file can be made:");
	is_text(contents(other), "3\n4\n5\n", "lines still go to the renamed one");
	unlink(other);
	ok(!add(file, "6\n", &failure), "deleted, and no new file can be made: %s", failure.text);
	append_file_close(file);
	rmdir(path);
}

static void
is_torn(void)
{
	struct failure failure;
	struct append_file *file = append_file_open(path, "lines", &caller, &failure);
	bool torn = true;
	int fd;

	ok(append_file_ready(file, &torn, &failure) && !torn, "an empty file is not torn");
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	ok(write(fd, "half", 4) == 4 && append_file_ready(file, &torn, &failure) && torn,
	    "one that took its place may be");
	ok(append_file_line(file, span_of("\nwhole\n"), &failure) &&
	        append_file_ready(file, &torn, &failure) && !torn,
	    "until a line was added");
	close(fd);
	append_file_close(file);
	unlink(path);
}

static void
is_a_fifo(void)
{
	static char much[200000];
	struct failure failure;
	struct append_file *file;
	bool torn;
	int reader;

	mkfifo(path, 0600);
	ok(append_file_open(path, "lines", &caller, &failure) == NULL &&
	        failure.kind == FAILURE_TEMPORARY,
	    "a FIFO that nobody reads: %s", failure.text);
	ok(strstr(warned, "waiting for a reader of the FIFO /tmp/") == warned, "%s", warned);
	stop = SIGTERM;
	ok(append_file_open(path, "lines", &caller, &failure) == NULL &&
	        failure.kind == FAILURE_STOPPED,
	    "a signal ends the wait");
	stop = 0;

	reader = open(path, O_RDONLY | O_NONBLOCK);
	file = append_file_open(path, "lines", &caller, &failure);
	ok(file != NULL && add(file, "1\n", &failure) && read(reader, text, 10) == 2,
	    "one that is read");
	memset(much, 'x', sizeof much);
	ok(append_file_ready(file, &torn, &failure) && !torn &&
	        !append_file_line(file, (struct span){much, sizeof much}, &failure) &&
	        failure.kind == FAILURE_TEMPORARY,
	    "one whose reader has stopped reading: %s", failure.text);
	close(reader);
	ok(!add(file, "2\n", &failure) && failure.kind == FAILURE_TEMPORARY,
	    "one whose reader has gone: %s", failure.text);
	append_file_close(file);
	unlink(path);
}

static void
is_a_device(void)
{
	struct failure failure;
	struct append_file *file = append_file_open("/dev/null", "lines", &caller, &failure);

	ok(file != NULL && add(file, "1\n", &failure) && append_file_sync(file, &failure),
	    "a device");
	append_file_close(file);
	ok(append_file_open("/no/such/file", "lines", &caller, &failure) == NULL &&
	        failure.kind == FAILURE_PERMANENT,
	    "no directory: %s", failure.text);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(directory) == NULL)
		return 2;
	snprintf(path, sizeof path, "%s/file", directory);
	snprintf(other, sizeof other, "%s.1", path);
	is_created_anew();
	is_torn();
	is_a_fifo();
	is_a_device();
	rmdir(directory);
	return done();
}
