/* sandbox_landlock: restricts the file system by Landlock (Linux 5.13). See landlock(7). */
#include "system/sandbox_linux.h"

#ifdef __linux__
#	include <fcntl.h>
#	if __has_include(<linux/landlock.h>)
#		include <linux/landlock.h>
#	endif
#	include <sys/syscall.h>
#	include <unistd.h>
#endif

#ifdef LANDLOCK_ACCESS_FS_EXECUTE
/* The rights that Linux 5.13 knows; later ones stay with the program. */
enum {
	WRITING = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	          LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR |
	          LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	          LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
	          LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
	IN_WRITABLE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	              LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG
};

static bool
allow_writing(int rules, const char *directory)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = IN_WRITABLE,
	    .parent_fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC)};
	bool allowed;

	if (beneath.parent_fd < 0)
		return false;
	allowed =
	    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
	close(beneath.parent_fd);
	return allowed;
}

bool
sandbox_landlock(const struct sandbox *sandbox)
{
	struct landlock_ruleset_attr attributes = {
	    .handled_access_fs = WRITING | LANDLOCK_ACCESS_FS_EXECUTE};
	const size_t most = sizeof sandbox->writable / sizeof *sandbox->writable;
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
	bool confined = rules >= 0;

	if (!confined)
		return false;
	for (size_t i = 0; i < most; i++) {
		if (sandbox->writable[i] != NULL && !allow_writing(rules, sandbox->writable[i]))
			confined = false;
	}
	confined = confined && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return confined;
}

#else

bool
sandbox_landlock(const struct sandbox *sandbox)
{
	(void)sandbox;
	return false;
}

#endif
