/*
 * object_name: the name of an object of an archive, below the archive's directory or prefix:
 *
 *     {MEMBER=VALUE/}...SHARD_FIRST_LAST_DIGEST.ndjson[.gz|.zst]
 *
 * It holds lines of one shard in order of position, a newline after each; several lines that a
 * filter has made of one record have the same position. FIRST and LAST are the positions of the
 * first and last line without the shard: SEQ, or SEQ.SUB inside an aggregate.
 * Lines without positions are in the shard "-", and FIRST and LAST are when they were taken, in ms
 * since 1970. DIGEST is the beginning of the SHA-256 of the uncompressed lines. The same lines thus
 * have the same name.
 *
 * In MEMBER and VALUE all bytes but A-Z a-z 0-9 _ - . are percent-encoded, with upper-case digits;
 * so is a dot at the start. A member that is absent or empty has the value __none__, and the first
 * byte of a text that is equal to it is encoded. Lines with _raw are in the one partition _raw=1.
 */
#ifndef ARCHIVE_OBJECT_NAME_H
#define ARCHIVE_OBJECT_NAME_H

#include <stdbool.h>

#include "base/buffer.h"
#include "pack/format.h"
#include "record/position.h"

enum {
	OBJECT_NAME_DIGEST = 16, /* hexadecimal digits, lower case */
	OBJECT_NAME_PART = 255, /* bytes between two slashes at most, as in most file systems */
	OBJECT_NAME_SIZE = 1024 /* a key of S3, the archive's prefix included */
};

/* enum pack_format as words of an option. */
#define OBJECT_COMPRESSIONS "none gzip zstd"

#define OBJECT_NO_SHARD "-"

struct object_name {
	struct span directory; /* the partitions, encoded, a slash after each; may be empty */
	struct position first, last; /* of the same shard; through is false */
	struct span digest;
	enum pack_format compression;
};

/*
 * Adds "MEMBER=VALUE/", encoded, to the directory of a name. value empty, or start NULL: __none__.
 * False, and nothing was added: the member is empty, it would be longer than OBJECT_NAME_PART, or
 * the ceiling is reached.
 */
bool object_name_add_partition(struct buffer *directory, struct span member, struct span value);
/*
 * The most bytes that the rest may have if place (NULL: a time) is the last one in it; above
 * OBJECT_NAME_SIZE if no such name can be made.
 */
size_t object_name_room(const struct position *place);
/* Adds the directory and the rest. False, and nothing was added: a part or all is too long. */
bool object_name_add(struct buffer *text, const struct object_name *name);

/*
 * Reads a name; the parts are borrowed from text. Only names that object_name_add writes are
 * names, so that equal partitions have equal text. False: it has another form.
 */
bool object_name_read(struct span text, struct object_name *name);

/* Takes the first partition off a directory. member and value are encoded. False: it is empty. */
bool object_name_next_partition(struct span *directory, struct span *member, struct span *value);
/* Adds a decoded member or value. False: it is __none__, or the ceiling is reached. */
bool object_name_decode(struct buffer *plain, struct span encoded);

/*
 * An order in which the lines of the objects can be read: by shard (numbers as numbers), first
 * position, last position, then the whole name. Below 0, 0 or above 0.
 */
int object_name_compare(const struct object_name *a, const struct object_name *b);
/* Below 0, 0 or above 0: shards that are numbers precede all others. */
int object_name_compare_shards(struct span a, struct span b);

#endif
