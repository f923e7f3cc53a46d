#include "system/sandbox.h"

#ifdef __OpenBSD__
#	include <unistd.h>

bool
sandbox_enter(const struct sandbox *sandbox)
{
	const size_t most = sizeof sandbox->writable / sizeof *sandbox->writable;

	if (sandbox->programs)
		return pledge("stdio rpath wpath cpath flock inet dns proc exec", NULL) == 0;
	if (unveil("/", "r") < 0)
		return false;
	for (size_t i = 0; i < most; i++) {
		if (sandbox->writable[i] != NULL && unveil(sandbox->writable[i], "rwc") < 0)
			return false;
	}
	return pledge(sandbox->network ? "stdio rpath wpath cpath flock inet dns"
	                               : "stdio rpath wpath cpath flock",
	           NULL) == 0;
}

#elif defined(__linux__)
#	include <errno.h>
#	include <fcntl.h>
#	include <linux/audit.h>
#	include <linux/filter.h>
#	if __has_include(<linux/landlock.h>)
#		include <linux/landlock.h>
#	endif
#	include <linux/seccomp.h>
#	include <stddef.h>
#	include <stdint.h>
#	include <sys/prctl.h>
#	include <sys/syscall.h>
#	include <unistd.h>

#	ifdef LANDLOCK_ACCESS_FS_EXECUTE
/* What the kernel of 5.13 knows; later rights are not asked for. */
enum {
	WRITING = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	          LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR |
	          LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	          LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
	          LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
	IN_WRITABLE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	              LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG
};

/* No writing and no running of files, but for writing in the directories named. */
static bool
confine_files(const struct sandbox *sandbox)
{
	struct landlock_ruleset_attr attributes = {
	    .handled_access_fs = WRITING | LANDLOCK_ACCESS_FS_EXECUTE};
	const size_t most = sizeof sandbox->writable / sizeof *sandbox->writable;
	long rules = syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
	bool confined = rules >= 0;

	if (!confined)
		return false;
	for (size_t i = 0; i < most; i++) {
		struct landlock_path_beneath_attr beneath = {.allowed_access = IN_WRITABLE};

		if (sandbox->writable[i] == NULL)
			continue;
		beneath.parent_fd = open(sandbox->writable[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (beneath.parent_fd < 0) {
			confined = false;
			continue;
		}
		if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) <
		    0)
			confined = false;
		close(beneath.parent_fd);
	}
	confined = confined && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close((int)rules);
	return confined;
}
#	else
static bool
confine_files(const struct sandbox *sandbox)
{
	(void)sandbox;
	return false;
}
#	endif

/* The search for leaks that comes with it traces its own process. */
#	ifdef __has_feature
#		if __has_feature(address_sanitizer)
#			define SEARCHES_FOR_LEAKS
#		endif
#	endif
#	ifdef __SANITIZE_ADDRESS__
#		define SEARCHES_FOR_LEAKS
#	endif

#	if defined(__x86_64__)
#		define ARCHITECTURE AUDIT_ARCH_X86_64
#	elif defined(__aarch64__)
#		define ARCHITECTURE AUDIT_ARCH_AARCH64
#	endif

#	ifdef ARCHITECTURE
#		define DENY(name) \
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), \
			    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

/* What a filter of lines never does. */
static bool
deny_calls(const struct sandbox *sandbox)
{
	struct sock_filter program[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#		ifdef __x86_64__
	    /* The calls of the x32 kind have numbers of their own. */
	    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
#		endif
	    DENY(execve),
	    DENY(execveat),
#		ifndef SEARCHES_FOR_LEAKS
	    DENY(ptrace),
#		endif
	    DENY(process_vm_readv),
	    DENY(process_vm_writev),
	    DENY(mount),
	    DENY(umount2),
	    DENY(chroot),
	    DENY(setuid),
	    DENY(setgid),
	    DENY(kexec_load),
	    DENY(init_module),
	    DENY(finit_module),
	    DENY(bpf),
#		ifdef SYS_kexec_file_load
	    DENY(kexec_file_load),
#		endif
	    DENY(open_by_handle_at),
#		ifdef SYS_io_uring_setup
	    DENY(io_uring_setup), /* which can do what the others are denied */
#		endif
	    DENY(add_key),
	    DENY(request_key),
	    DENY(unshare),
	    DENY(setns),
	    /* What some may do comes last: three programs in one, told apart by their length. */
	    DENY(keyctl),
	    DENY(socket),
	    DENY(connect),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const unsigned short all = sizeof program / sizeof *program;
	struct sock_fprog filter = {.len = all, .filter = program};

	for (unsigned short i = 0; i < all && sandbox->programs; i++) {
		if (program[i].code == (BPF_JMP | BPF_JEQ | BPF_K) &&
		    (program[i].k == SYS_execve || program[i].k == SYS_execveat))
			program[i + 1].k = SECCOMP_RET_ALLOW;
	}

	if (sandbox->network) {
		filter.len = sandbox->keyring ? all - 6 : all - 4;
		program[filter.len - 1] = program[all - 1];
	}
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}
#	else
static bool
deny_calls(const struct sandbox *sandbox)
{
	(void)sandbox;
	return false;
}
#	endif

bool
sandbox_enter(const struct sandbox *sandbox)
{
	bool files, calls;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return false;
	files = !sandbox->programs && confine_files(sandbox);
	calls = deny_calls(sandbox);
	return files || calls;
}

#else

bool
sandbox_enter(const struct sandbox *sandbox)
{
	(void)sandbox;
	return false;
}

#endif
