#include <openssl/evp.h>
#include <stdio.h>

#include "hash.h"

void
hash_md5(struct span text, unsigned char digest[HASH_BYTES])
{
	static EVP_MD *algorithm; /* fetching it costs more than a digest */
	static EVP_MD_CTX *context;
	unsigned length;

	if (algorithm == NULL) {
		algorithm = EVP_MD_fetch(NULL, "MD5", NULL);
		context = EVP_MD_CTX_new();
	}
	if (algorithm == NULL || context == NULL ||
	    !EVP_DigestInit_ex2(context, algorithm, NULL) ||
	    !EVP_DigestUpdate(context, text.start, text.length) ||
	    !EVP_DigestFinal_ex(context, digest, &length))
		memset(digest, 0, HASH_BYTES); /* a system without MD5: all on the first shard */
}

void
hash_md5_text(struct span text, char hex[2 * HASH_BYTES + 1])
{
	unsigned char digest[HASH_BYTES];

	hash_md5(text, digest);
	for (size_t i = 0; i < HASH_BYTES; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}
