/* vfs: the methods of a sqlite3_vfs that holds back writes and reads ahead. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sqlite/vfs.h"
#include "sqlite/wal.h"
#include "base/memory.h"

enum {
	HOLD = 0x1ffff, /* the most that SQLite's own file layer moves in one call */
	FRAME_HEADER = 24, /* between the pages of a log */
	LOCK_TRIES = 500, /* of 10 ms */
	LONG_RUN = 6 /* after this many reads in a row HOLD bytes are read ahead; before, fewer */
};

/* Bytes [at, at + length) of a file. */
struct held {
	struct file *file; /* NULL: none */
	sqlite3_int64 at;
	int length;
	char *bytes; /* room for HOLD; NULL: not needed yet */
};

struct vfs {
	sqlite3_vfs vfs;
	sqlite3_vfs *system;
	struct held behind; /* written by SQLite, not yet by the system */
	struct held ahead; /* read ahead */
	char *frozen; /* path of the database; NULL: it is not frozen */
	char name[32];
};

struct file {
	sqlite3_file base;
	struct vfs *files;
	sqlite3_file *system; /* the system's own file */
	sqlite3_int64 next; /* where the last read ended */
	unsigned run; /* how many reads in a row continued the one before */
	int failed; /* code of a held write that failed later: the next flush returns it */
};

static struct file *
file_of(sqlite3_file *file)
{
	return (struct file *)file;
}

static sqlite3_file *
system_of(sqlite3_file *file)
{
	return file_of(file)->system;
}

/* Makes the pending writes. */
static int
flush(struct vfs *files)
{
	struct held *behind = &files->behind;
	struct file *file = behind->file;
	int code = SQLITE_OK;

	if (file == NULL)
		return SQLITE_OK;
	behind->file = NULL;
	code =
	    file->system->pMethods->xWrite(file->system, behind->bytes, behind->length, behind->at);
	if (code != SQLITE_OK)
		file->failed = code;
	return code;
}

/* Called before everything that shows our writes to others or theirs to us. */
static int
settle(sqlite3_file *file)
{
	file_of(file)->files->ahead.file = NULL;
	return flush(file_of(file)->files);
}

/* What SQLite reads of a frozen database holds as long as nobody has begun a log. */
static int
read_system(struct file *file, void *bytes, int length, sqlite3_int64 at)
{
	const char *frozen = file->files->frozen;
	int code = file->system->pMethods->xRead(file->system, bytes, length, at);

	return frozen != NULL && wal_exists(frozen) ? SQLITE_IOERR_READ : code;
}

static void
begin(struct held *held, struct file *file, sqlite3_int64 at)
{
	if (held->bytes == NULL)
		held->bytes = memory_new(HOLD, 1);
	held->file = file;
	held->at = at;
	held->length = 0;
}

static int
file_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 at)
{
	struct vfs *files = file_of(file)->files;
	struct held *behind = &files->behind;

	if (files->ahead.file == file_of(file))
		files->ahead.file = NULL;
	if (behind->file != file_of(file) || at != behind->at + behind->length ||
	    length > HOLD - behind->length) {
		int code = flush(files);

		if (code != SQLITE_OK)
			return code;
		if (length > HOLD)
			return system_of(file)->pMethods->xWrite(
			    system_of(file), bytes, length, at);
		begin(behind, file_of(file), at);
	}
	memcpy(behind->bytes + behind->length, bytes, (size_t)length);
	behind->length += length;
	return SQLITE_OK;
}

/* Reads length bytes at at, and more after them the longer the run of reads is. */
static int
read_ahead(struct file *file, sqlite3_int64 at, int length)
{
	struct held *ahead = &file->files->ahead;
	int most = file->run < LONG_RUN ? (length + FRAME_HEADER) << (file->run - 1) : HOLD;
	sqlite3_int64 size;
	int code = file->system->pMethods->xFileSize(file->system, &size);

	if (most > HOLD)
		most = HOLD;
	begin(ahead, file, at);
	if (code == SQLITE_OK && size > at) {
		ahead->length = size - at < most ? (int)(size - at) : most;
		code = read_system(file, ahead->bytes, ahead->length, at);
	}
	if (code != SQLITE_OK)
		ahead->file = NULL;
	return code;
}

static int
file_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 at)
{
	struct file *from = file_of(file);
	struct held *ahead = &from->files->ahead;
	sqlite3_int64 gap = at - from->next;
	int code = SQLITE_OK;

	from->next = at + length;
	from->run = gap == 0 || gap == FRAME_HEADER ? from->run + 1 : 0;
	if (from->files->behind.file == from)
		code = flush(from->files);
	if (code != SQLITE_OK)
		return code;
	if (from->run > 1 && length <= HOLD >> 1 &&
	    (ahead->file != from || at < ahead->at || at + length > ahead->at + ahead->length))
		read_ahead(from, at, length); /* if it fails, the read below fails and says why */
	if (ahead->file == from && at >= ahead->at && at + length <= ahead->at + ahead->length) {
		memcpy(bytes, ahead->bytes + (at - ahead->at), (size_t)length);
		return SQLITE_OK;
	}
	return read_system(from, bytes, length, at);
}

static int
file_sync(sqlite3_file *file, int flags)
{
	int code = settle(file);

	if (code == SQLITE_OK)
		code = file_of(file)->failed;
	file_of(file)->failed = SQLITE_OK;
	return code != SQLITE_OK ? code : system_of(file)->pMethods->xSync(system_of(file), flags);
}

static int
file_close(sqlite3_file *file)
{
	int settled = settle(file);
	int code = system_of(file)->pMethods->xClose(system_of(file));

	return settled != SQLITE_OK ? settled : code;
}

/* The system does the rest, after the pending writes. */

static int
file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int code = settle(file);

	return code != SQLITE_OK ? code
	                         : system_of(file)->pMethods->xTruncate(system_of(file), size);
}

static int
file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	int code = settle(file);

	return code != SQLITE_OK ? code
	                         : system_of(file)->pMethods->xFileSize(system_of(file), size);
}

static int
file_lock(sqlite3_file *file, int lock)
{
	int code = settle(file);

	return code != SQLITE_OK ? code : system_of(file)->pMethods->xLock(system_of(file), lock);
}

static int
file_unlock(sqlite3_file *file, int lock)
{
	int code = settle(file);

	return code != SQLITE_OK ? code : system_of(file)->pMethods->xUnlock(system_of(file), lock);
}

static int
file_check_reserved(sqlite3_file *file, int *reserved)
{
	return system_of(file)->pMethods->xCheckReservedLock(system_of(file), reserved);
}

static int
file_control(sqlite3_file *file, int operation, void *argument)
{
	int code = settle(file);

	return code != SQLITE_OK
	           ? code
	           : system_of(file)->pMethods->xFileControl(system_of(file), operation, argument);
}

static int
file_sector_size(sqlite3_file *file)
{
	return system_of(file)->pMethods->xSectorSize(system_of(file));
}

static int
file_characteristics(sqlite3_file *file)
{
	int characteristics = system_of(file)->pMethods->xDeviceCharacteristics(system_of(file));

	return file_of(file)->files->frozen != NULL ? characteristics | SQLITE_IOCAP_IMMUTABLE
	                                            : characteristics;
}

static int
file_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
	return system_of(file)->pMethods->xShmMap(system_of(file), region, size, extend, memory);
}

static int
file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
	int code = settle(file);

	/* Releasing a lock must not fail. */
	if (code != SQLITE_OK && (flags & SQLITE_SHM_LOCK) != 0)
		return code;
	return system_of(file)->pMethods->xShmLock(system_of(file), offset, count, flags);
}

static void
file_shm_barrier(sqlite3_file *file)
{
	settle(file);
	system_of(file)->pMethods->xShmBarrier(system_of(file));
}

static int
file_shm_unmap(sqlite3_file *file, int delete)
{
	settle(file);
	return system_of(file)->pMethods->xShmUnmap(system_of(file), delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* Waits while another program, which is the last to close the database, deletes its log. */
static int
lock_frozen(struct file *file)
{
	static const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
	int code;

	for (int i = 0; (code = file->system->pMethods->xLock(file->system, SQLITE_LOCK_SHARED)) ==
	                    SQLITE_BUSY &&
	                i < LOCK_TRIES;
	     i++)
		nanosleep(&pause, NULL);
	if (code == SQLITE_OK && wal_exists(file->files->frozen))
		code = SQLITE_BUSY;
	return code;
}

static int
open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *got)
{
	struct vfs *files = vfs->pAppData;
	struct file *opened = file_of(file);
	int code;

	*opened = (struct file){.files = files, .system = (sqlite3_file *)(opened + 1), .next = -1};
	code = files->system->xOpen(files->system, path, opened->system, flags, got);
	if (opened->system->pMethods != NULL)
		opened->base.pMethods = &methods;
	/* If it fails, SQLite closes the file. */
	if (code == SQLITE_OK && files->frozen != NULL && (flags & SQLITE_OPEN_MAIN_DB) != 0)
		code = lock_frozen(opened);
	return code;
}

struct vfs *
vfs_open(const char *frozen)
{
	struct vfs *files = memory_new(1, sizeof *files);

	files->frozen = frozen != NULL ? memory_copy_text(frozen) : NULL;
	files->system = sqlite3_vfs_find(NULL);
	files->vfs = *files->system;
	files->vfs.pNext = NULL;
	files->vfs.pAppData = files;
	files->vfs.szOsFile = (int)sizeof(struct file) + files->system->szOsFile;
	files->vfs.xOpen = open_file;
	files->vfs.zName = files->name;
	sqlite3_snprintf(sizeof files->name, files->name, "files-%p", (void *)files);
	sqlite3_vfs_register(&files->vfs, 0);
	return files;
}

const char *
vfs_name(const struct vfs *files)
{
	return files->name;
}

void
vfs_close(struct vfs *files)
{
	if (files == NULL)
		return;
	sqlite3_vfs_unregister(&files->vfs);
	free(files->frozen);
	free(files->behind.bytes);
	free(files->ahead.bytes);
	free(files);
}
