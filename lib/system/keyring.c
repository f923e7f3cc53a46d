/* keyring: keys of type "user" in the user keyring of Linux. */
#include "system/keyring.h"

#ifdef __linux__
#	include <linux/keyctl.h>
#	include <sys/stat.h>
#	include <sys/syscall.h>
#	include <unistd.h>

/* linux/keyctl.h lacks these; libkeyutils has them, but nothing else here needs it. */
enum {
	POSSESSOR_VIEW = 0x01000000,
	POSSESSOR_READ = 0x02000000,
	POSSESSOR_SEARCH = 0x08000000,
	POSSESSOR_LINK = 0x10000000
};

/* The inode of the machine's initial PID namespace: PROC_PID_INIT_INO of the kernel. */
static const ino_t outermost = 0xEFFFFFFC;

static const char type[] = "user";

/* Containers that run under one user ID may share that user's keyring. */
static bool
in_container(void)
{
	struct stat status;

	return stat("/proc/self/ns/pid", &status) != 0 || status.st_ino != outermost;
}

/*
 * A key's number; below 0: there is none. It is also linked to the process's own keyring: a
 * service's session may not reach the user keyring, and a process possesses only keys that it
 * can reach.
 */
static long
find(const char *description)
{
	if (in_container())
		return -1;
	return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, type, description,
	    KEY_SPEC_PROCESS_KEYRING);
}

static void
let_go(long key)
{
	syscall(SYS_keyctl, KEYCTL_UNLINK, key, KEY_SPEC_PROCESS_KEYRING);
}

bool
keyring_get(const char *description, struct buffer *bytes)
{
	long key = find(description), length;
	bool got = false;

	if (key < 0)
		return false;
	length = syscall(SYS_keyctl, KEYCTL_READ, key, NULL, (size_t)0);
	if (length >= 0 && buffer_reserve(bytes, (size_t)length + 1)) {
		long now =
		    syscall(SYS_keyctl, KEYCTL_READ, key, bytes->data + bytes->length, length);
		/* Another length: it was changed in between; treat it as missing. */
		got = now == length;
		bytes->length += got ? (size_t)length : 0;
	}
	let_go(key);
	return got;
}

/* Sets the time limit before it links the key where others can find it. */
bool
keyring_put(const char *description, struct span bytes, unsigned seconds)
{
	const long rights = POSSESSOR_VIEW | POSSESSOR_READ | POSSESSOR_SEARCH | POSSESSOR_LINK;
	long key;
	bool put;

	if (bytes.length == 0 || bytes.length > KEYRING_MOST || in_container())
		return false;
	key = syscall(
	    SYS_add_key, type, description, bytes.start, bytes.length, KEY_SPEC_PROCESS_KEYRING);
	if (key < 0)
		return false;
	put = syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, seconds) == 0 &&
	      syscall(SYS_keyctl, KEYCTL_SETPERM, key, rights) == 0 &&
	      syscall(SYS_keyctl, KEYCTL_LINK, key, KEY_SPEC_USER_KEYRING) == 0;
	let_go(key);
	return put;
}

void
keyring_forget(const char *description)
{
	long key = find(description);

	if (key >= 0)
		syscall(SYS_keyctl, KEYCTL_INVALIDATE, key);
}

#else

bool
keyring_get(const char *description, struct buffer *bytes)
{
	(void)description, (void)bytes;
	return false;
}

bool
keyring_put(const char *description, struct span bytes, unsigned seconds)
{
	(void)description, (void)bytes, (void)seconds;
	return false;
}

void
keyring_forget(const char *description)
{
	(void)description;
}

#endif
