/* sigv4: digests, keys and the Authorization header. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "base/memory.h"
#include "aws/settings/sigv4.h"
#include "aws/settings/sigv4_canonical.h"
#include "text/digest.h"

enum {
	BLOCK = 64, /* SHA-256's */
	DAY = 8, /* "20150830" */
	SMALL = 64 * 1024 /* the most bytes of any text here except the payload */
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

static void
digest_two(struct digest *digest, struct span first, struct span second,
    unsigned char result[SHA256_BYTES])
{
	digest_add(digest, first);
	digest_add(digest, second);
	digest_end(digest, result);
}

/* HMAC-SHA-256: RFC 2104. result may be key. */
static void
authenticate(
    struct digest *digest, struct span key, struct span text, unsigned char result[SHA256_BYTES])
{
	unsigned char shortened[SHA256_BYTES], inner[BLOCK], outer[BLOCK];

	if (key.length > BLOCK) {
		digest_add(digest, key);
		digest_end(digest, shortened);
		key = (struct span){(const char *)shortened, SHA256_BYTES};
	}
	for (size_t i = 0; i < BLOCK; i++) {
		unsigned char byte = i < key.length ? (unsigned char)key.start[i] : 0;

		inner[i] = byte ^ 0x36;
		outer[i] = byte ^ 0x5C;
	}
	digest_two(digest, (struct span){(const char *)inner, BLOCK}, text, result);
	digest_two(digest, (struct span){(const char *)outer, BLOCK},
	    (struct span){(const char *)result, SHA256_BYTES}, result);
	memory_wipe(shortened, sizeof shortened);
	memory_wipe(inner, sizeof inner);
	memory_wipe(outer, sizeof outer);
}

static void
add_hexadecimal(struct buffer *buffer, const unsigned char bytes[SHA256_BYTES])
{
	char text[DIGEST_HEX];

	digest_hex(bytes, SHA256_BYTES, text);
	buffer_add(buffer, text, 2 * SHA256_BYTES);
}

/* Derives the key for a day, a region and a service. */
static void
derive_key(struct digest *digest, struct span secret, struct span day, const char *region,
    const char *service, unsigned char key[SHA256_BYTES])
{
	const struct span parts[] = {
	    day, span_of(region), span_of(service), span_of("aws4_request")};
	char *first = memory_new(4 + secret.length, 1);
	struct span with = {first, 4 + secret.length};

	memcpy(first, "AWS4", 4);
	memcpy(first + 4, secret.start, secret.length);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		authenticate(digest, with, parts[i], key);
		with = (struct span){(const char *)key, SHA256_BYTES};
	}
	memory_wipe(first, 4 + secret.length);
	free(first);
}

/* Is the key of this day and secret kept? */
static bool
has_key(const struct sigv4_day_key *kept, struct span secret, const char *day)
{
	return memcmp(kept->day, day, DAY) == 0 &&
	       span_equal((struct span){kept->secret, kept->secret_length}, secret);
}

/* The key for a day, a region and a service: the one that is kept, or derived. */
static void
find_key(struct digest *digest, const struct sigv4_keys *keys, const char *day, const char *region,
    const char *service, unsigned char key[SHA256_BYTES])
{
	struct sigv4_day_key *kept = keys->day_key;
	struct span secret = keys->secret_key;

	if (kept != NULL && has_key(kept, secret, day)) {
		memcpy(key, kept->key, SHA256_BYTES);
		return;
	}
	derive_key(digest, secret, (struct span){day, DAY}, region, service, key);
	if (kept == NULL)
		return;
	memory_wipe(kept, sizeof *kept);
	if (secret.length > sizeof kept->secret)
		return;
	memcpy(kept->day, day, DAY);
	memcpy(kept->secret, secret.start, secret.length);
	kept->secret_length = secret.length;
	memcpy(kept->key, key, SHA256_BYTES);
}

/* The scope of a signature: "20150830/us-east-1/iam/aws4_request". */
static bool
add_scope(struct buffer *buffer, const char *date, const char *region, const char *service)
{
	return buffer_add(buffer, date, DAY) && buffer_add_text(buffer, "/") &&
	       buffer_add_text(buffer, region) && buffer_add_text(buffer, "/") &&
	       buffer_add_text(buffer, service) && buffer_add_text(buffer, "/aws4_request");
}

/* The string to sign: the algorithm, the time, the scope and the request's digest. */
static void
add_text_to_sign(struct digest *digest, struct span canonical, const char *date, struct span scope,
    struct buffer *text)
{
	unsigned char result[SHA256_BYTES];

	digest_add(digest, canonical);
	digest_end(digest, result);
	buffer_add_text(text, "AWS4-HMAC-SHA256\n");
	buffer_add_text(text, date);
	buffer_add_text(text, "\n");
	buffer_add(text, scope.start, scope.length);
	buffer_add_text(text, "\n");
	add_hexadecimal(text, result);
}

static void
add_digest(struct digest *digest, const struct sigv4_request *request, struct buffer *canonical)
{
	unsigned char result[SHA256_BYTES];

	if (request->digest.length > 0) {
		buffer_add(canonical, request->digest.start, request->digest.length);
		return;
	}
	digest_add(digest, request->payload);
	digest_end(digest, result);
	add_hexadecimal(canonical, result);
}

/* All of the header's value but the signature, for which there is room. */
static bool
add_parameters(
    struct buffer *authorization, struct span access_key, struct span scope, struct span names)
{
	return buffer_add_text(authorization, "AWS4-HMAC-SHA256 Credential=") &&
	       buffer_add(authorization, access_key.start, access_key.length) &&
	       buffer_add_text(authorization, "/") &&
	       buffer_add(authorization, scope.start, scope.length) &&
	       buffer_add_text(authorization, ", SignedHeaders=") &&
	       buffer_add(authorization, names.start, names.length) &&
	       buffer_add_text(authorization, ", Signature=") &&
	       buffer_reserve(authorization, 2 * SHA256_BYTES);
}

static bool
sign(struct digest *digest, const struct sigv4_request *request, const struct sigv4_keys *keys,
    const char *region, const char *service, const char *date, struct buffer *authorization)
{
	struct buffer canonical, names, scope, text;
	unsigned char key[SHA256_BYTES], result[SHA256_BYTES];

	buffer_init(&canonical, SMALL);
	/* It holds the session token: if it does not move, wiping it leaves no copy. */
	buffer_reserve(&canonical, SMALL / 8 + keys->session_token.length);
	buffer_init(&names, SMALL);
	buffer_init(&scope, SMALL);
	buffer_init(&text, SMALL);
	bool done = add_scope(&scope, date, region, service) &&
	            sigv4_canonical(request, keys, date, &canonical, &names);

	add_digest(digest, request, &canonical);
	add_text_to_sign(digest, buffer_span(&canonical), date, buffer_span(&scope), &text);
	find_key(digest, keys, date, region, service, key);
	authenticate(
	    digest, (struct span){(const char *)key, SHA256_BYTES}, buffer_span(&text), result);
	done = done && add_parameters(authorization, keys->access_key, buffer_span(&scope),
	                   buffer_span(&names));
	if (done)
		add_hexadecimal(authorization, result);
	memory_wipe(key, sizeof key);
	memory_wipe(canonical.data, canonical.length);
	buffer_free(&canonical);
	buffer_free(&names);
	buffer_free(&scope);
	buffer_free(&text);
	return done;
}

bool
sigv4_sign(const struct sigv4_request *request, const struct sigv4_keys *keys, const char *region,
    const char *service, int64_t time, struct buffer *authorization, struct failure *failure)
{
	struct digest *digest = digest_open(DIGEST_SHA256, failure);
	char date[SIGV4_DATE];
	bool done;

	if (digest == NULL)
		return false;
	done = sign(digest, request, keys, region, service, sigv4_date(time, date), authorization);
	digest_close(digest);
	return done || fail(failure, FAILURE_PERMANENT, "a request is too long to be signed");
}

bool
sigv4_digest(struct span payload, char text[SIGV4_DIGEST], struct failure *failure)
{
	unsigned char result[DIGEST_MOST];

	if (!digest_make(DIGEST_SHA256, payload, result, failure))
		return false;
	digest_hex(result, SHA256_BYTES, text);
	return true;
}
