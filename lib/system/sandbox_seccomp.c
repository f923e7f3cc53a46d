/* sandbox_seccomp: denies system calls by a filter (seccomp(2)).
 *
 * The filter is written by hand: libseccomp 2.5 would add 0.13 ms to the start of each tool
 * (kput: 1.4 ms, fxenc: 0.6 ms) to load the library and to build the same filter; a generator at
 * build time would be longer than this file.
 */
#include "system/sandbox_linux.h"

#ifdef __linux__
#	include <errno.h>
#	include <linux/audit.h>
#	include <linux/filter.h>
#	include <linux/seccomp.h>
#	include <stddef.h>
#	include <stdint.h>
#	include <sys/prctl.h>
#	include <sys/syscall.h>

/* The leak check of the address sanitizer traces its own process. */
#	ifdef __has_feature
#		if __has_feature(address_sanitizer)
#			define CHECKS_FOR_LEAKS
#		endif
#	endif
#	ifdef __SANITIZE_ADDRESS__
#		define CHECKS_FOR_LEAKS
#	endif

#	if defined(__x86_64__)
#		define ARCHITECTURE AUDIT_ARCH_X86_64
#	elif defined(__aarch64__)
#		define ARCHITECTURE AUDIT_ARCH_AARCH64
#	endif
#endif

#ifdef ARCHITECTURE
/* When a call is denied. */
enum denied { ALWAYS, WITHOUT_PROGRAMS, WITHOUT_NETWORK, WITHOUT_KEYRING };

static const struct {
	uint32_t number;
	enum denied denied;
} calls[] = {
    {SYS_execve, WITHOUT_PROGRAMS}, {SYS_execveat, WITHOUT_PROGRAMS}, {SYS_socket, WITHOUT_NETWORK},
    {SYS_connect, WITHOUT_NETWORK}, {SYS_keyctl, WITHOUT_KEYRING}, {SYS_add_key, ALWAYS},
    {SYS_request_key, ALWAYS},
#	ifndef CHECKS_FOR_LEAKS
    {SYS_ptrace, ALWAYS},
#	endif
    {SYS_process_vm_readv, ALWAYS}, {SYS_process_vm_writev, ALWAYS}, {SYS_mount, ALWAYS},
    {SYS_umount2, ALWAYS}, {SYS_chroot, ALWAYS}, {SYS_setuid, ALWAYS}, {SYS_setgid, ALWAYS},
    {SYS_unshare, ALWAYS}, {SYS_setns, ALWAYS}, {SYS_open_by_handle_at, ALWAYS},
    {SYS_kexec_load, ALWAYS},
#	ifdef SYS_kexec_file_load
    {SYS_kexec_file_load, ALWAYS},
#	endif
    {SYS_init_module, ALWAYS}, {SYS_finit_module, ALWAYS}, {SYS_bpf, ALWAYS},
#	ifdef SYS_io_uring_setup
    {SYS_io_uring_setup, ALWAYS}, /* it would make denied calls for the program */
#	endif
};

enum { CALLS = sizeof calls / sizeof *calls, AROUND = 8 /* instructions besides the calls' */ };

static bool
is_denied(const struct sandbox *sandbox, enum denied denied)
{
	switch (denied) {
	case WITHOUT_PROGRAMS:
		return !sandbox->programs;
	case WITHOUT_NETWORK:
		return !sandbox->network;
	case WITHOUT_KEYRING:
		return !(sandbox->network && sandbox->keyring);
	case ALWAYS:
		break;
	}
	return true;
}

bool
sandbox_seccomp(const struct sandbox *sandbox)
{
	static const struct sock_filter head[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#	ifdef __x86_64__
	    /* The x32 calls, which have numbers of their own. */
	    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
#	endif
	};
	static const struct sock_filter refuse =
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	struct sock_filter program[2 * CALLS + AROUND];
	struct sock_fprog filter = {.filter = program};

	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		program[filter.len++] = head[i];
	for (size_t i = 0; i < CALLS; i++) {
		if (!is_denied(sandbox, calls[i].denied))
			continue;
		program[filter.len++] =
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, 1);
		program[filter.len++] = refuse;
	}
	program[filter.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

#else

bool
sandbox_seccomp(const struct sandbox *sandbox)
{
	(void)sandbox;
	return false;
}

#endif
