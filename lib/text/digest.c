/* digest: the functions of libcrypto, and what calls them. */
#include <dlfcn.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/library.h"
#include "base/memory.h"
#include "text/digest.h"

/* First the ones whose functions are as the headers say. */
static const char *const files[] = {
#if defined LIBRESSL_VERSION_NUMBER
    "libcrypto.so", "libcrypto.dylib",
#elif OPENSSL_VERSION_NUMBER < 0x30000000L
    "libcrypto.so.1.1", "libcrypto.1.1.dylib",
#endif
    "libcrypto.so.3", "libcrypto.3.dylib", "libcrypto.so", NULL};

/* The functions that are used, without the prefix "EVP_". */
#define FUNCTIONS(each) \
	each(MD_CTX_new) each(MD_CTX_free) each(DigestInit_ex) each(DigestUpdate) \
	    each(DigestFinal_ex)

static struct evp {
#define MEMBER(name) __typeof__(EVP_##name) *name;
	FUNCTIONS(MEMBER)
#undef MEMBER
	void *handle; /* NULL: it is not loaded */
} evp;

static const struct library_function functions[] = {
#define FUNCTION(name) {"EVP_" #name, offsetof(struct evp, name)},
    FUNCTIONS(FUNCTION)
#undef FUNCTION
};

static const struct {
	const char *name, *function;
} kinds[] = {[DIGEST_SHA256] = {"SHA256", "EVP_sha256"},
    [DIGEST_SHA1] = {"SHA1", "EVP_sha1"},
    [DIGEST_MD5] = {"MD5", "EVP_md5"}};

struct digest {
	EVP_MD_CTX *context;
	const EVP_MD *algorithm;
};

/* An algorithm that was fetched is faster than one that is found again with each digest. */
static const EVP_MD *
find_algorithm(enum digest_kind kind)
{
	void *found = dlsym(evp.handle, "EVP_MD_fetch");
	EVP_MD *(*fetch)(void *context, const char *name, const char *properties);
	const EVP_MD *(*algorithm)(void);

	memcpy(&fetch, &found, sizeof found);
	if (fetch != NULL)
		return fetch(NULL, kinds[kind].name, NULL);
	found = dlsym(evp.handle, kinds[kind].function);
	memcpy(&algorithm, &found, sizeof found);
	return algorithm != NULL ? algorithm() : NULL;
}

static struct failure unloaded; /* why it is not loaded */

static void
load(void)
{
	static const struct library libcrypto = {
	    "libcrypto", "libssl3", files, functions, sizeof functions / sizeof *functions};

	evp.handle = library_load(&libcrypto, &evp, &unloaded);
}

bool
digest_load(struct failure *failure)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	if (evp.handle == NULL)
		*failure = unloaded;
	return evp.handle != NULL;
}

/* NULL: libcrypto lacks it. */
static const EVP_MD *
algorithm_of(enum digest_kind kind)
{
	static const EVP_MD *algorithms[sizeof kinds / sizeof *kinds];
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	const EVP_MD *algorithm;

	pthread_mutex_lock(&mutex);
	if (algorithms[kind] == NULL)
		algorithms[kind] = find_algorithm(kind);
	algorithm = algorithms[kind];
	pthread_mutex_unlock(&mutex);
	return algorithm;
}

struct digest *
digest_open(enum digest_kind kind, struct failure *failure)
{
	struct digest *digest;

	if (!digest_load(failure))
		return NULL;
	digest = memory_new(1, sizeof *digest);
	digest->context = evp.MD_CTX_new();
	digest->algorithm = algorithm_of(kind);
	if (digest->context != NULL && digest->algorithm != NULL &&
	    evp.DigestInit_ex(digest->context, digest->algorithm, NULL))
		return digest;
	digest_close(digest);
	fail(failure, FAILURE_PERMANENT, "this system's libcrypto has no %s", kinds[kind].name);
	return NULL;
}

void
digest_close(struct digest *digest)
{
	if (digest == NULL)
		return;
	evp.MD_CTX_free(digest->context);
	free(digest);
}

/* Of a digest that has begun only memory can be missing. */
static void
must(int done)
{
	if (!done)
		memory_exhausted();
}

void
digest_add(struct digest *digest, struct span bytes)
{
	must(evp.DigestUpdate(digest->context, bytes.start, bytes.length));
}

void
digest_end(struct digest *digest, unsigned char result[DIGEST_MOST])
{
	must(evp.DigestFinal_ex(digest->context, result, NULL));
	must(evp.DigestInit_ex(digest->context, digest->algorithm, NULL));
}

bool
digest_make(enum digest_kind kind, struct span bytes, unsigned char result[DIGEST_MOST],
    struct failure *failure)
{
	struct digest *digest = digest_open(kind, failure);

	if (digest == NULL)
		return false;
	digest_add(digest, bytes);
	digest_end(digest, result);
	digest_close(digest);
	return true;
}

bool
md5(struct span text, unsigned char result[MD5_BYTES], struct failure *failure)
{
	static struct digest *digest;
	unsigned char bytes[DIGEST_MOST];

	if (digest == NULL && (digest = digest_open(DIGEST_MD5, failure)) == NULL)
		return false;
	digest_add(digest, text);
	digest_end(digest, bytes);
	memcpy(result, bytes, MD5_BYTES);
	return true;
}

void
digest_hex(const unsigned char *bytes, size_t count, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * count] = '\0';
}

bool
md5_text(struct span text, char hex[2 * MD5_BYTES + 1], struct failure *failure)
{
	unsigned char bytes[MD5_BYTES];

	if (!md5(text, bytes, failure))
		return false;
	digest_hex(bytes, MD5_BYTES, hex);
	return true;
}
