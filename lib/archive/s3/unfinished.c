/* unfinished: a file of notes, and what to do with the files of others. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/s3/unfinished.h"
#include "base/memory.h"
#include "system/append.h"
#include "system/file.h"
#include "text/url.h"
#include "text/xml.h"

#define BEGIN "uploads-"

enum { NOTES = 4 * 1024 * 1024, LISTING = 4 * 1024 * 1024, QUERY = 8 * 1024 };

struct unfinished {
	const char *directory;
	char *path; /* NULL: there is no file yet */
	int fd;
	unsigned count; /* uploads that are not finished */
};

struct unfinished *
unfinished_open(const char *directory)
{
	struct unfinished *unfinished = memory_new(1, sizeof *unfinished);

	unfinished->directory = directory;
	unfinished->fd = -1;
	return unfinished;
}

void
unfinished_close(struct unfinished *unfinished)
{
	if (unfinished == NULL)
		return;
	if (unfinished->path != NULL && unfinished->count == 0)
		unlink(unfinished->path);
	if (unfinished->fd >= 0)
		close(unfinished->fd);
	free(unfinished->path);
	free(unfinished);
}

/* Locks the file, unless another has or removed it. */
static bool
lock(int fd)
{
	struct stat status;

	return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &status) == 0 && status.st_nlink > 0;
}

static bool
create(struct unfinished *unfinished, struct failure *failure)
{
	do {
		free(unfinished->path);
		if (unfinished->fd >= 0)
			close(unfinished->fd);
		unfinished->path = memory_format("%s" BEGIN "XXXXXX", unfinished->directory);
		unfinished->fd = mkostemp(unfinished->path, O_APPEND | O_CLOEXEC);
	} while (unfinished->fd >= 0 && !lock(unfinished->fd));
	return unfinished->fd >= 0 ||
	       fail_errno(failure, errno, "could not create a file in %s", unfinished->directory);
}

bool
unfinished_add(
    struct unfinished *unfinished, const char *bucket, const char *path, struct failure *failure)
{
	char *line;
	bool added;

	if (unfinished->fd < 0 && !create(unfinished, failure))
		return false;
	line = memory_format("%s %s\n", bucket, path);
	added = append_line(unfinished->fd, line, strlen(line)) ||
	        fail_errno(failure, errno, "could not write to %s", unfinished->path);
	free(line);
	unfinished->count += added;
	return added;
}

void
unfinished_remove(struct unfinished *unfinished)
{
	/* If it fails, the next start looks for uploads that have ended. */
	if (--unfinished->count == 0)
		(void)!ftruncate(unfinished->fd, 0);
}

/* A listing of the uploads to one key, and what is done with them. */
struct search {
	const char *bucket;
	struct aws *aws;
	const struct caller *caller;
	char *key;
};

static bool
abort_upload(const struct search *search, const char *path, const char *id)
{
	struct aws_call call = {.action = "AbortMultipartUpload",
	    .permission = "s3:AbortMultipartUpload",
	    .method = "DELETE",
	    .bucket = search->bucket,
	    .path = path,
	    .ceiling = LISTING};
	struct aws_reply reply;
	struct failure failure;
	struct buffer query;
	bool aborted;

	buffer_init(&query, QUERY);
	buffer_add_text(&query, "uploadId=");
	url_encode(&query, span_of(id), "");
	call.query = buffer_text(&query);
	aborted = aws_call_and_wait(search->aws, &call, &reply, &failure) ||
	          strcmp(reply.code, "NoSuchUpload") == 0;
	buffer_free(&query);
	if (aborted)
		caller_detail(search->caller, "aborted an unfinished upload of %s", search->key);
	else
		caller_warn(search->caller, "an unfinished upload of %s is not aborted: %s",
		    search->key, failure.text);
	return aborted;
}

/* Aborts those of a listing that are for the key. */
static bool
abort_listed(const struct search *search, const char *path, struct span listing)
{
	struct span upload;
	bool all = true;

	while (xml_next(&listing, "Upload", &upload)) {
		char *key = xml_text(upload, "Key"), *id = xml_text(upload, "UploadId");

		if (key != NULL && id != NULL && strcmp(key, search->key) == 0)
			all = abort_upload(search, path, id) && all;
		free(key);
		free(id);
	}
	return all;
}

/* Aborts the uploads to a key. path: encoded. */
static bool
abort_key(struct search *search, const char *path)
{
	struct aws_call call = {.action = "ListMultipartUploads",
	    .permission = "s3:ListBucketMultipartUploads",
	    .method = "GET",
	    .bucket = search->bucket,
	    .path = "/",
	    .ceiling = LISTING};
	struct aws_reply reply;
	struct failure failure;
	struct buffer query, key;
	char *listing = NULL;
	bool aborted;

	buffer_init(&query, QUERY);
	buffer_init(&key, QUERY);
	url_decode(&key, span_of(path + 1));
	search->key = buffer_take_text(&key);
	buffer_add_text(&query, "prefix=");
	url_encode(&query, span_of(search->key), "");
	buffer_add_text(&query, "&uploads=");
	call.query = buffer_text(&query);
	aborted = aws_call_and_wait(search->aws, &call, &reply, &failure);
	if (aborted)
		listing = memory_copy(reply.body.start, reply.body.length);
	else
		caller_warn(search->caller, "unfinished uploads of %s are not aborted: %s",
		    search->key, failure.text);
	aborted = aborted && abort_listed(search, path, span_of(listing));
	free(listing);
	free(search->key);
	buffer_free(&query);
	return aborted;
}

bool
unfinished_next(char **notes, const char **bucket, const char **path)
{
	char *line, *end;

	while ((end = strchr(line = *notes, '\n')) != NULL) {
		char *blank = memchr(line, ' ', (size_t)(end - line));

		*notes = end + 1;
		*end = '\0';
		if (blank == NULL || blank[1] != '/')
			continue;
		*blank = '\0';
		*bucket = line;
		*path = blank + 1;
		return true;
	}
	return false;
}

/* Reads the notes of a process that is gone. False: some of them remain. */
static bool
abort_noted(struct search *search, char *notes)
{
	const char *bucket, *path;
	bool all = true;

	while (unfinished_next(&notes, &bucket, &path))
		all = strcmp(bucket, search->bucket) == 0 && abort_key(search, path) && all;
	return all;
}

static void
abort_file(struct search *search, const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct buffer notes;
	struct failure failure;

	if (fd < 0)
		return;
	if (lock(fd)) {
		if (!file_read_all(fd, path, NOTES, &notes, &failure))
			caller_warn(search->caller, "%s", failure.text);
		else if (abort_noted(search, (char *)(uintptr_t)buffer_text(&notes)))
			unlink(path);
		buffer_free(&notes);
	}
	close(fd);
}

void
unfinished_abort(
    const char *directory, const char *bucket, struct aws *aws, const struct caller *caller)
{
	struct search search = {.bucket = bucket, .aws = aws, .caller = caller};
	DIR *spool = opendir(directory);
	struct dirent *entry;

	if (spool == NULL)
		return;
	while ((entry = readdir(spool)) != NULL) {
		char *path;

		if (strncmp(entry->d_name, BEGIN, strlen(BEGIN)) != 0)
			continue;
		path = memory_format("%s%s", directory, entry->d_name);
		abort_file(&search, path);
		free(path);
	}
	closedir(spool);
}
