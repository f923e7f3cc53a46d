/* sandbox_landlock: restricts files, TCP and signals by Landlock (Linux 5.13). See landlock(7). */
#include "system/sandbox_linux.h"

#ifdef __linux__
#	include <errno.h>
#	include <fcntl.h>
#	include <stdint.h>
#	include <sys/stat.h>
#	include <sys/syscall.h>
#	include <unistd.h>
#endif

#ifdef SYS_landlock_create_ruleset
/*
 * The rights that each version of the interface (ABI) added. Source: linux/landlock.h of Linux
 * 6.12; defined here, as the headers of older systems lack some that the running kernel has.
 */
enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIRECTORY = 1 << 3,
	REMOVE_DIRECTORY = 1 << 4,
	REMOVE_FILE = 1 << 5,
	MAKE_DIRECTORY = 1 << 7,
	MAKE_REGULAR = 1 << 8,
	FILES_1 = (1 << 13) - 1, /* the above, and to create devices, sockets, FIFOs and links */
	REFER = 1 << 13, /* ABI 2: to rename or link into another directory */
	TRUNCATE = 1 << 14, /* ABI 3 */
	DEVICE_CONTROL = 1 << 15, /* ABI 5: ioctl on a device */
	BIND_TCP = 1 << 0, /* ABI 4 */
	CONNECT_TCP = 1 << 1, /* ABI 4 */
	SCOPE_ABSTRACT_SOCKETS = 1 << 0, /* ABI 6 */
	SCOPE_SIGNALS = 1 << 1, /* ABI 6 */
	RULE_BENEATH = 1, /* a rule for a path and all below it */
	ASK_VERSION = 1,
	FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_CONTROL
};

struct ruleset {
	uint64_t files;
	uint64_t tcp;
	uint64_t scoped;
};

struct beneath {
	uint64_t allowed;
	int32_t file;
} __attribute__((packed));

struct rules {
	int fd;
	uint64_t handled;
};

static const uint64_t rights[] = {
    [SANDBOX_READ] = READ_FILE | READ_DIRECTORY,
    [SANDBOX_APPEND] = WRITE_FILE | READ_FILE | READ_DIRECTORY | MAKE_REGULAR | TRUNCATE,
    [SANDBOX_WRITE] = WRITE_FILE | READ_FILE | READ_DIRECTORY | REMOVE_DIRECTORY | REMOVE_FILE |
                      MAKE_DIRECTORY | MAKE_REGULAR | TRUNCATE,
};

/* All that the kernel can deny, but what the tool needs everywhere. */
static struct ruleset
deniable(long version, bool network)
{
	struct ruleset ruleset = {.files = FILES_1};

	if (version >= 2)
		ruleset.files |= REFER;
	if (version >= 3)
		ruleset.files |= TRUNCATE;
	/* A service may listen on any port. */
	if (version >= 4)
		ruleset.tcp = network ? BIND_TCP : BIND_TCP | CONNECT_TCP;
	if (version >= 5)
		ruleset.files |= DEVICE_CONTROL;
	if (version >= 6)
		ruleset.scoped = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS;
	return ruleset;
}

/* A path that is missing or out of reach needs no rule. False (errno): descriptors are short. */
static bool
allow(const struct rules *rules, const char *path, uint64_t allowed)
{
	struct beneath beneath = {.file = open(path, O_PATH | O_CLOEXEC)};
	struct stat status;

	if (beneath.file < 0)
		return !failure_is_short(errno);
	if (fstat(beneath.file, &status) == 0) {
		beneath.allowed = allowed & rules->handled;
		if (!S_ISDIR(status.st_mode))
			beneath.allowed &= FOR_FILES;
		syscall(SYS_landlock_add_rule, rules->fd, RULE_BENEATH, &beneath, 0);
	}
	close(beneath.file);
	return true;
}

bool
sandbox_landlock(const struct sandbox *sandbox, struct failure *failure)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
	struct ruleset ruleset = deniable(version, sandbox->network);
	struct rules rules = {.handled = ruleset.files};
	bool complete = true;

	if (version < 1)
		return true;
	/* An older kernel accepts a longer struct if what it does not know is 0. */
	rules.fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0);
	if (rules.fd < 0)
		return !failure_is_short(errno) ||
		       fail_errno(failure, errno, "could not give up rights");
	for (size_t i = 0; i < sandbox->count && complete; i++)
		complete = allow(&rules, sandbox->paths[i].path, rights[sandbox->paths[i].right]) ||
		           fail_errno(failure, errno, "could not give up rights");
	if (complete)
		syscall(SYS_landlock_restrict_self, rules.fd, 0);
	close(rules.fd);
	return complete;
}

#else

bool
sandbox_landlock(const struct sandbox *sandbox, struct failure *failure)
{
	(void)sandbox;
	(void)failure;
	return true;
}

#endif
