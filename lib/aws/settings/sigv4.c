/* sigv4: digests, keys and the Authorization header. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "base/memory.h"
#include "aws/settings/sigv4.h"
#include "aws/settings/sigv4_canonical.h"

enum {
	DIGEST = 32,
	BLOCK = 64, /* SHA-256's */
	DAY = 8, /* "20150830" */
	SMALL = 64 * 1024 /* the most bytes of any text here except the payload */
};

/* SHA-256; the algorithm is fetched once, as that costs more than a digest. */
struct digester {
	const EVP_MD *algorithm;
	EVP_MD_CTX *context;
};

const char *
sigv4_date(int64_t time, char text[SIGV4_DATE])
{
	time_t seconds = (time_t)(time / 1000);
	struct tm parts;

	gmtime_r(&seconds, &parts);
	strftime(text, SIGV4_DATE, "%Y%m%dT%H%M%SZ", &parts);
	return text;
}

static bool
open_digester(struct digester *digester)
{
	static const EVP_MD *fetched;

	if (fetched == NULL) {
#ifdef LIBRESSL_VERSION_NUMBER
		fetched = EVP_sha256();
#else
		fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
#endif
	}
	digester->algorithm = fetched;
	digester->context = EVP_MD_CTX_new();
	return fetched != NULL && digester->context != NULL;
}

static bool
digest(
    struct digester *digester, struct span first, struct span second, unsigned char result[DIGEST])
{
	EVP_MD_CTX *context = digester->context;

	return EVP_DigestInit_ex(context, digester->algorithm, NULL) &&
	       EVP_DigestUpdate(context, first.start, first.length) &&
	       EVP_DigestUpdate(context, second.start, second.length) &&
	       EVP_DigestFinal_ex(context, result, NULL);
}

/* HMAC-SHA-256: RFC 2104. result may be key. */
static bool
authenticate(
    struct digester *digester, struct span key, struct span text, unsigned char result[DIGEST])
{
	unsigned char shortened[DIGEST], inner[BLOCK], outer[BLOCK];
	bool done = true;

	if (key.length > BLOCK) {
		done = digest(digester, key, (struct span){"", 0}, shortened);
		key = (struct span){(const char *)shortened, DIGEST};
	}
	for (size_t i = 0; i < BLOCK; i++) {
		unsigned char byte = i < key.length ? (unsigned char)key.start[i] : 0;

		inner[i] = byte ^ 0x36;
		outer[i] = byte ^ 0x5C;
	}
	done = done && digest(digester, (struct span){(const char *)inner, BLOCK}, text, result) &&
	       digest(digester, (struct span){(const char *)outer, BLOCK},
	           (struct span){(const char *)result, DIGEST}, result);
	memory_wipe(shortened, sizeof shortened);
	memory_wipe(inner, sizeof inner);
	memory_wipe(outer, sizeof outer);
	return done;
}

static void
add_hexadecimal(struct buffer *buffer, const unsigned char bytes[DIGEST])
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * DIGEST];

	for (size_t i = 0; i < DIGEST; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	buffer_add(buffer, text, sizeof text);
}

/* Derives the key for a day, a region and a service. */
static bool
derive_key(struct digester *digester, struct span secret, struct span day, const char *region,
    const char *service, unsigned char key[DIGEST])
{
	const struct span parts[] = {
	    day, span_of(region), span_of(service), span_of("aws4_request")};
	char *first = memory_new(4 + secret.length, 1);
	struct span with = {first, 4 + secret.length};
	bool done = true;

	memcpy(first, "AWS4", 4);
	memcpy(first + 4, secret.start, secret.length);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		done = done && authenticate(digester, with, parts[i], key);
		with = (struct span){(const char *)key, DIGEST};
	}
	memory_wipe(first, 4 + secret.length);
	free(first);
	return done;
}

/* The string to sign: the algorithm, the time, the scope and the request's digest. */
static bool
add_text_to_sign(struct digester *digester, struct span canonical, const char *date,
    struct span scope, struct buffer *text)
{
	unsigned char result[DIGEST];
	bool done = digest(digester, canonical, (struct span){"", 0}, result);

	buffer_add_format(
	    text, "AWS4-HMAC-SHA256\n%s\n%.*s\n", date, (int)scope.length, scope.start);
	add_hexadecimal(text, result);
	return done;
}

static bool
add_digest(struct digester *digester, const struct sigv4_request *request, struct buffer *canonical)
{
	unsigned char result[DIGEST];

	if (request->digest.length > 0)
		return buffer_add(canonical, request->digest.start, request->digest.length);
	if (!digest(digester, request->payload, (struct span){"", 0}, result))
		return false;
	add_hexadecimal(canonical, result);
	return true;
}

static bool
sign(struct digester *digester, const struct sigv4_request *request, const struct sigv4_keys *keys,
    const char *region, const char *service, const char *date, struct buffer *authorization)
{
	struct buffer canonical, names, scope, text;
	unsigned char key[DIGEST], result[DIGEST];

	buffer_init(&canonical, SMALL);
	/* It holds the session token: if it does not move, wiping it leaves no copy. */
	buffer_reserve(&canonical, SMALL / 8 + keys->session_token.length);
	buffer_init(&names, SMALL);
	buffer_init(&scope, SMALL);
	buffer_init(&text, SMALL);
	buffer_add_format(&scope, "%.*s/%s/%s/aws4_request", DAY, date, region, service);
	bool done = sigv4_canonical(request, keys, date, &canonical, &names) &&
	            add_digest(digester, request, &canonical);
	done =
	    done &&
	    add_text_to_sign(digester, buffer_span(&canonical), date, buffer_span(&scope), &text) &&
	    derive_key(
	        digester, keys->secret_key, (struct span){date, DAY}, region, service, key) &&
	    authenticate(
	        digester, (struct span){(const char *)key, DIGEST}, buffer_span(&text), result);
	done = done &&
	       buffer_add_format(authorization,
	           "AWS4-HMAC-SHA256 Credential=%.*s/%.*s, SignedHeaders=%.*s, Signature=",
	           (int)keys->access_key.length, keys->access_key.start, (int)scope.length,
	           scope.data, (int)names.length, names.data) &&
	       buffer_reserve(authorization, 2 * DIGEST);
	if (done)
		add_hexadecimal(authorization, result);
	memory_wipe(key, sizeof key);
	buffer_wipe(&canonical);
	buffer_free(&names);
	buffer_free(&scope);
	buffer_free(&text);
	return done;
}

bool
sigv4_sign(const struct sigv4_request *request, const struct sigv4_keys *keys, const char *region,
    const char *service, int64_t time, struct buffer *authorization, struct failure *failure)
{
	struct digester digester;
	char date[SIGV4_DATE];
	bool done = open_digester(&digester) && sign(&digester, request, keys, region, service,
	                                            sigv4_date(time, date), authorization);

	EVP_MD_CTX_free(digester.context);
	if (!done)
		return fail(failure, FAILURE_PERMANENT, "libcrypto could not sign a request");
	return true;
}

bool
sigv4_digest(struct span payload, char text[SIGV4_DIGEST], struct failure *failure)
{
	struct digester digester;
	struct buffer hexadecimal;
	unsigned char result[DIGEST];
	bool done =
	    open_digester(&digester) && digest(&digester, payload, (struct span){"", 0}, result);

	EVP_MD_CTX_free(digester.context);
	if (!done)
		return fail(failure, FAILURE_PERMANENT, "libcrypto could not compute a digest");
	buffer_init(&hexadecimal, 2 * DIGEST);
	add_hexadecimal(&hexadecimal, result);
	memcpy(text, hexadecimal.data, 2 * DIGEST);
	text[2 * DIGEST] = '\0';
	buffer_free(&hexadecimal);
	return true;
}
