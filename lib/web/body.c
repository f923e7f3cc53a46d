/* body: hashes by OpenSSL, compresses by zlib. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include <openssl/evp.h>

#include "web/body.h"

enum {
	LEAST_COMPRESSED = 1024, /* bytes that are worth it */
	LEVEL = 1,
	GZIP_WINDOW = 15 + 16,
	HASH = 12 /* bytes of it that a tag has */
};

bool
body_tag(struct span plain, char tag[BODY_TAG])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char *to = tag;

	if (EVP_Digest(plain.start, plain.length, digest, NULL, EVP_sha256(), NULL) != 1)
		return false;
	*to++ = '"';
	for (int i = 0; i < HASH; i++)
		to += sprintf(to, "%02x", digest[i]);
	strcpy(to, "\"");
	return true;
}

void
body_tag_gzip(char tag[BODY_TAG])
{
	strcpy(tag + strlen(tag) - 1, "-gzip\"");
}

bool
body_compress(struct span plain, struct buffer *gzip)
{
	z_stream stream = {.zalloc = NULL};
	bool made;

	if (plain.length < LEAST_COMPRESSED ||
	    deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	buffer_init(gzip, plain.length);
	buffer_reserve(gzip, plain.length);
	stream.next_in = (unsigned char *)plain.start;
	stream.avail_in = (unsigned)plain.length;
	stream.next_out = (unsigned char *)gzip->data;
	stream.avail_out = (unsigned)plain.length;
	made = deflate(&stream, Z_FINISH) == Z_STREAM_END;
	gzip->length = stream.total_out;
	deflateEnd(&stream);
	if (!made)
		buffer_free(gzip);
	return made;
}

void
body_make(struct body *body, struct buffer *text)
{
	*body = (struct body){.plain = *text};
	*text = (struct buffer){.data = NULL};
	if (!body_tag(buffer_span(&body->plain), body->tag))
		body->tag[0] = '\0';
	body_compress(buffer_span(&body->plain), &body->gzip);
}

void
body_free(struct body *body)
{
	buffer_free(&body->plain);
	buffer_free(&body->gzip);
}
