/* sandbox_calls: the system calls that a filter of lines never makes, or not with all arguments. */

/*
 * The list denies. A list of what is allowed would have to follow each version of the C library,
 * SQLite, OpenSSL and libcurl, and stop a tool that is otherwise in order.
 */
#include "system/sandbox_calls.h"

#ifdef __linux__
#	include <fcntl.h>
#	include <sched.h>
#	include <string.h>
#	include <sys/ioctl.h>
#	include <sys/socket.h>
#	include <sys/syscall.h>
#	include <unistd.h>

/* The leak check of the address sanitizer traces its own process. */
#	ifdef __has_feature
#		if __has_feature(address_sanitizer)
#			define CHECKS_FOR_LEAKS
#		endif
#	endif
#	ifdef __SANITIZE_ADDRESS__
#		define CHECKS_FOR_LEAKS
#	endif

/* Linux numbers these alike on every architecture; older headers lack some. */
enum {
	PIDFD_SEND_SIGNAL = 424,
	IO_URING_SETUP = 425, /* to io_uring_register: calls past the filter */
	OPEN_TREE = 428, /* to fspick: mounts */
	PIDFD_OPEN = 434,
	CLONE3 = 435,
	OPENAT2 = 437,
	PIDFD_GETFD = 438,
	PROCESS_MADVISE = 440,
	MOUNT_SETATTR = 442,
	QUOTACTL_FD = 443,
	PROCESS_MRELEASE = 448,
	FCHMODAT2 = 452,
	SETXATTRAT = 463, /* to removexattrat */
	OPEN_TREE_ATTR = 467, /* to file_setattr */
	FILE_SETATTR = 469
};

/*
 * Calls that every tool is denied. Neighbours in the numbering that no tool makes are among them:
 * the filter is shorter with fewer gaps.
 */
static const int denied[] = {
    /* Other programs: to start them, to read and change their memory, to signal them. */
    SYS_execve,
    SYS_execveat,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_tkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    PIDFD_SEND_SIGNAL,
    PIDFD_OPEN,
    PIDFD_GETFD,
    PROCESS_MADVISE,
    PROCESS_MRELEASE,
    SYS_setpriority,
    SYS_ioprio_set,
    SYS_ioprio_get,
    SYS_sched_setscheduler,
    SYS_sched_getparam,
    SYS_sched_setparam,
    SYS_sched_setaffinity,
    SYS_sched_setattr,
    SYS_migrate_pages,
    SYS_move_pages,
    SYS_mbind,
    SYS_set_mempolicy,
    SYS_get_mempolicy,
    SYS_setpgid,
    SYS_setsid,
    SYS_perf_event_open,
#	ifndef CHECKS_FOR_LEAKS
    SYS_ptrace,
#	endif
    /* System V and POSIX IPC. */
    SYS_shmget,
    SYS_shmat,
    SYS_shmctl,
    SYS_shmdt,
    SYS_semget,
    SYS_semop,
    SYS_semctl,
    SYS_msgget,
    SYS_msgsnd,
    SYS_msgrcv,
    SYS_msgctl,
    SYS_mq_open,
    SYS_mq_unlink,
    SYS_mq_timedsend,
    SYS_mq_timedreceive,
    SYS_mq_notify,
    SYS_mq_getsetattr,
    /* Modes, owners, times and attributes of files. SQLite gives its log the mode of its file. */
    SYS_fchmodat,
    FCHMODAT2,
    SYS_fchownat,
    SYS_utimensat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    SETXATTRAT,
    SETXATTRAT + 3,
    FILE_SETATTR,
    SYS_truncate,
    SYS_mknodat,
    SYS_name_to_handle_at,
    SYS_open_by_handle_at,
    SYS_fanotify_init,
    SYS_fanotify_mark,
    SYS_sync,
    /* Servers. */
    SYS_listen,
    /* Users, namespaces and mounts. */
    SYS_setuid,
    SYS_setgid,
    SYS_setreuid,
    SYS_setregid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_setfsuid,
    SYS_setfsgid,
    SYS_setgroups,
    SYS_capset,
    SYS_unshare,
    SYS_setns,
    SYS_chroot,
    SYS_pivot_root,
    SYS_mount,
    SYS_umount2,
    OPEN_TREE,
    OPEN_TREE + 1,
    OPEN_TREE + 2,
    OPEN_TREE + 3,
    OPEN_TREE + 4,
    OPEN_TREE + 5,
    MOUNT_SETATTR,
    OPEN_TREE_ATTR,
    /* The machine. */
    SYS_kexec_load,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_bpf,
    IO_URING_SETUP,
    IO_URING_SETUP + 1,
    IO_URING_SETUP + 2,
    SYS_userfaultfd,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_acct,
    SYS_quotactl,
    QUOTACTL_FD,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_syslog,
    SYS_vhangup,
    SYS_personality,
#	ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#	endif
#	ifdef SYS_chmod /* older calls, which newer architectures lack */
    SYS_fork,
    SYS_vfork,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
    SYS_mknod,
    SYS_uselib,
    SYS_modify_ldt,
    SYS_iopl,
    SYS_ioperm,
    SYS_create_module,
    SYS_get_kernel_syms,
    SYS_query_module,
    SYS_vserver,
#	endif
};

static const int for_network[] = {SYS_connect, SYS_bind};

/* To take connections. */
static const int for_service[] = {SYS_accept, SYS_accept4};
static const int for_keyring[] = {SYS_keyctl, SYS_add_key, SYS_request_key};
/* Calls that Landlock also denies, for a kernel without it. */
static const int for_writing[] = {
    SYS_fchmod,
    SYS_fchown,
    SYS_renameat,
    SYS_renameat2,
    SYS_unlinkat,
    SYS_mkdirat,
    SYS_linkat,
    SYS_symlinkat,
    SYS_mknodat,
#	ifdef SYS_rename
    SYS_rename,
    SYS_unlink,
    SYS_mkdir,
    SYS_rmdir,
    SYS_link,
    SYS_symlink,
    SYS_mknod,
    SYS_creat,
#	endif
};

static void
set(struct calls *calls, const int *numbers, size_t count, enum calls_verdict verdict)
{
	for (size_t i = 0; i < count; i++)
		calls->verdicts[numbers[i]] = (unsigned char)verdict;
}

static void
check(struct calls *calls, int number, struct calls_check check)
{
	calls->verdicts[number] = (unsigned char)(CALLS_CHECKED + calls->check_count);
	calls->checks[calls->check_count++] = check;
}

/* Only to this process itself. */
static void
check_signals(struct calls *calls)
{
	struct calls_check itself = {.argument = 0,
	    .mask = UINT32_MAX,
	    .values = {(uint32_t)getpid()},
	    .count = 1,
	    .allowed = true};

	check(calls, SYS_kill, itself);
	check(calls, SYS_tgkill, itself);
	itself.values[itself.count++] = 0;
	check(calls, SYS_prlimit64, itself);
}

/*
 * Landlock lets a file that can be read be emptied by O_RDONLY and O_TRUNC before version 3 of its
 * interface. The structs to which openat2 and clone3 point cannot be checked.
 */
static void
check_files(struct calls *calls)
{
	struct calls_check truncation = {
	    .argument = 2, .mask = O_TRUNC | O_ACCMODE, .values = {O_TRUNC}, .count = 1};

	check(calls, SYS_openat, truncation);
#	ifdef SYS_open
	truncation.argument = 1;
	check(calls, SYS_open, truncation);
#	endif
	if (calls->verdicts[SYS_fchmod] == CALLS_ALLOWED)
		check(calls, SYS_fchmod,
		    (struct calls_check){.argument = 1,
		        .mask = (uint32_t)~0777,
		        .values = {0},
		        .count = 1,
		        .allowed = true});
}

void
calls_list(struct calls *calls, const struct sandbox *sandbox)
{
	static const int absent[] = {CLONE3, OPENAT2};
	bool writing = false;

	memset(calls, 0, sizeof *calls);
	for (size_t i = 0; i < sandbox->count; i++)
		writing = writing || sandbox->paths[i].right != SANDBOX_READ;
	set(calls, denied, sizeof denied / sizeof *denied, CALLS_DENIED);
	set(calls, absent, sizeof absent / sizeof *absent, CALLS_ABSENT);
	if (!sandbox->serves)
		set(calls, for_service, sizeof for_service / sizeof *for_service, CALLS_DENIED);
	if (!sandbox->network)
		set(calls, for_network, sizeof for_network / sizeof *for_network, CALLS_DENIED);
	if (!sandbox->keyring)
		set(calls, for_keyring, sizeof for_keyring / sizeof *for_keyring, CALLS_DENIED);
	if (!writing)
		set(calls, for_writing, sizeof for_writing / sizeof *for_writing, CALLS_DENIED);
	check_signals(calls);
	check_files(calls);
	/* TIOCSTI types into the terminal, TIOCLINUX pastes into the console. */
	check(calls, SYS_ioctl,
	    (struct calls_check){
	        .argument = 1, .mask = UINT32_MAX, .values = {TIOCSTI, 0x541C}, .count = 2});
	check(calls, SYS_clone,
	    (struct calls_check){.argument = 0,
	        .mask = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
	                CLONE_NEWUTS | CLONE_NEWCGROUP,
	        .values = {0},
	        .count = 1,
	        .allowed = true});
	/* getaddrinfo also asks the kernel for addresses, and name services by UNIX sockets. */
	check(calls, SYS_socket,
	    (struct calls_check){.argument = 0,
	        .mask = UINT32_MAX,
	        .values = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK},
	        .count = sandbox->network ? 4 : 0,
	        .allowed = true});
}

#endif
