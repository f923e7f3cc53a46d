/* sandbox_seccomp: writes the filter of system calls and sets it (seccomp(2)). */

/*
 * By hand: libseccomp 2.5 would add 0.13 ms to the start of each tool (kput: 1.4 ms, fxenc: 0.6
 * ms) to load the library and to build the same filter. The filter finds a call's verdict by binary
 * search: the kernel runs it for each call's number when it is set, and for some at each call.
 */
#include "system/sandbox_linux.h"

#ifdef __linux__
#	include <errno.h>
#	include <linux/audit.h>
#	include <linux/filter.h>
#	include <linux/seccomp.h>
#	include <stddef.h>
#	include <sys/prctl.h>

#	include "system/sandbox_calls.h"

#	if defined(__x86_64__)
#		define ARCHITECTURE AUDIT_ARCH_X86_64
#	elif defined(__aarch64__)
#		define ARCHITECTURE AUDIT_ARCH_AARCH64
#	endif
#endif

#ifdef ARCHITECTURE
enum { MOST = 1024 /* instructions */ };

struct filter {
	struct sock_filter program[MOST];
	unsigned short length;
	bool too_long; /* for a jump; the filter would be wrong */
};

/* Consecutive calls of one verdict. */
struct run {
	uint32_t first;
	unsigned char verdict;
};

static void
emit(struct filter *filter, struct sock_filter instruction)
{
	filter->too_long = filter->too_long || filter->length == MOST - 1;
	if (!filter->too_long)
		filter->program[filter->length++] = instruction;
}

static void
emit_return(struct filter *filter, uint32_t value)
{
	emit(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, value));
}

static void
emit_check(struct filter *filter, const struct calls_check *check)
{
	uint32_t allow = SECCOMP_RET_ALLOW, deny = SECCOMP_RET_ERRNO | EPERM;
	/* The lower half: both architectures are little-endian. */
	uint32_t place = (uint32_t)offsetof(struct seccomp_data, args) + 8 * check->argument;

	emit(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, place));
	emit(filter, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, check->mask));
	for (uint32_t i = 0; i < check->count; i++) {
		emit(filter, (struct sock_filter)BPF_JUMP(
		                 BPF_JMP | BPF_JEQ | BPF_K, check->values[i], 0, 1));
		emit_return(filter, check->allowed ? allow : deny);
	}
	emit_return(filter, check->allowed ? deny : allow);
}

static void
emit_verdict(struct filter *filter, const struct calls *calls, unsigned char verdict)
{
	if (verdict == CALLS_ALLOWED)
		emit_return(filter, SECCOMP_RET_ALLOW);
	else if (verdict == CALLS_DENIED)
		emit_return(filter, SECCOMP_RET_ERRNO | EPERM);
	else if (verdict == CALLS_ABSENT)
		emit_return(filter, SECCOMP_RET_ERRNO | ENOSYS);
	else
		emit_check(filter, &calls->checks[verdict - CALLS_CHECKED]);
}

/* A tree of comparisons that ends in the verdict of each of the runs. */
static void
emit_runs(struct filter *filter, const struct calls *calls, const struct run *runs, size_t count)
{
	size_t half = count / 2;
	unsigned short node = filter->length;

	if (count == 1) {
		emit_verdict(filter, calls, runs->verdict);
		return;
	}
	emit(filter,
	    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, runs[half].first, 0, 0));
	emit_runs(filter, calls, runs, half);
	filter->too_long = filter->too_long || filter->length - node - 1 > UINT8_MAX;
	filter->program[node].jt = (unsigned char)(filter->length - node - 1);
	emit_runs(filter, calls, runs + half, count - half);
}

static size_t
find_runs(const struct calls *calls, struct run runs[CALLS_MOST + 1])
{
	size_t count = 0;

	for (uint32_t i = 0; i < CALLS_MOST; i++) {
		if (i == 0 || calls->verdicts[i] != calls->verdicts[i - 1])
			runs[count++] = (struct run){i, calls->verdicts[i]};
	}
	/* Also the calls of x32, another set of numbers on the same processor. */
	runs[count++] = (struct run){CALLS_MOST, CALLS_ABSENT};
	return count;
}

void
sandbox_seccomp(const struct sandbox *sandbox)
{
	static const struct sock_filter head[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct filter filter = {.length = 0};
	struct run runs[CALLS_MOST + 1];
	struct calls calls;
	struct sock_fprog program = {.filter = filter.program};

	calls_list(&calls, sandbox);
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		emit(&filter, head[i]);
	emit_runs(&filter, &calls, runs, find_runs(&calls, runs));
	program.len = filter.length;
	if (!filter.too_long)
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

void
sandbox_seccomp(const struct sandbox *sandbox)
{
	(void)sandbox;
}

#endif
