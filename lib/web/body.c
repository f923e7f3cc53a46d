/* body: hashes by OpenSSL, compresses by pack/packer. */
#include <stdio.h>
#include <string.h>

#include "pack/packer.h"
#include "text/digest.h"
#include "web/body.h"

enum {
	LEAST_COMPRESSED = 1024, /* bytes that are worth it */
	LEVEL = 1,
	HASH = 12 /* bytes of it that a tag has */
};

bool
body_tag(struct span plain, char tag[BODY_TAG])
{
	unsigned char digest[DIGEST_MOST];
	struct failure ignored;

	if (!digest_make(DIGEST_SHA256, plain, digest, &ignored))
		return false;
	tag[0] = '"';
	digest_hex(digest, HASH, tag + 1);
	strcat(tag, "\"");
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
	struct packer *packer;
	bool made;

	if (plain.length < LEAST_COMPRESSED)
		return false;
	packer = packer_open(LEVEL);
	buffer_init(gzip, plain.length);
	made = packer_gzip(packer, plain, gzip);
	packer_close(packer);
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
