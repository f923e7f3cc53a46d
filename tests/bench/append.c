/*
 * append: the yardstick for kput. Appends lines to a plain file, a batch at a
 * time, each with one write and one fdatasync.
 *   append FILE RECORDS BYTES [receipts]
 * A batch is full at a number of records or bytes. receipts: each batch is
 * written to standard output once it is safe.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static size_t most_records, most_bytes;
static int file;
static int receipts;

static void
put(const char *bytes, size_t length)
{
	if (write(file, bytes, length) != (ssize_t)length || fdatasync(file) < 0 ||
	    (receipts && write(STDOUT_FILENO, bytes, length) != (ssize_t)length)) {
		perror("append");
		exit(2);
	}
}

/* The length of a full batch at the start of the buffer; 0: not enough yet. */
static size_t
full(const char *buffer, size_t length, size_t *searched, size_t *records)
{
	while (*searched < length) {
		const char *newline = memchr(buffer + *searched, '\n', length - *searched);

		if (newline == NULL)
			return 0;
		*searched = (size_t)(newline - buffer) + 1;
		if (++*records >= most_records || *searched >= most_bytes)
			return *searched;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	size_t length = 0, searched = 0, records = 0, batch;
	char *buffer;
	ssize_t got;

	if (argc < 4)
		return 2;
	most_records = strtoul(argv[2], NULL, 10);
	most_bytes = strtoul(argv[3], NULL, 10);
	receipts = argc > 4;
	file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600);
	buffer = malloc(most_bytes + 4 * CHUNK);
	if (file < 0 || buffer == NULL) {
		perror(argv[1]);
		return 2;
	}
	while ((got = read(STDIN_FILENO, buffer + length, CHUNK)) > 0) {
		length += (size_t)got;
		while ((batch = full(buffer, length, &searched, &records)) > 0) {
			put(buffer, batch);
			length -= batch;
			memmove(buffer, buffer + batch, length);
			searched = records = 0;
		}
	}
	if (length > 0)
		put(buffer, length);
	return got == 0 && close(file) == 0 ? 0 : 2;
}
