/* md5: calls libcrypto, with a context that is reused. */
#include <openssl/evp.h>

#include "text/md5.h"

bool
md5(struct span text, unsigned char digest[MD5_BYTES], struct failure *failure)
{
	static const EVP_MD *algorithm; /* fetching it costs more than a digest */
	static EVP_MD_CTX *context;
	unsigned length;

	if (algorithm == NULL) {
#ifdef LIBRESSL_VERSION_NUMBER
		algorithm = EVP_md5();
#else
		algorithm = EVP_MD_fetch(NULL, "MD5", NULL);
#endif
		context = EVP_MD_CTX_new();
	}
	if (algorithm == NULL || context == NULL || !EVP_DigestInit_ex(context, algorithm, NULL) ||
	    !EVP_DigestUpdate(context, text.start, text.length) ||
	    !EVP_DigestFinal_ex(context, digest, &length))
		return fail(failure, FAILURE_PERMANENT,
		    "this system's libcrypto lacks MD5, which maps partition keys to shards");
	return true;
}

bool
md5_text(struct span text, char hex[2 * MD5_BYTES + 1], struct failure *failure)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[MD5_BYTES];

	if (!md5(text, digest, failure))
		return false;
	for (size_t i = 0; i < MD5_BYTES; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[2 * MD5_BYTES] = '\0';
	return true;
}
