/*
 * body: the body of a reply: its entity tag, and its compressed form. Those of a body that is sent
 * repeatedly are made once, in whatever thread has the time.
 */
#ifndef WEB_BODY_H
#define WEB_BODY_H

#include <stdbool.h>

#include "base/buffer.h"

enum {
	BODY_TAG =
	    40 /* bytes of a tag: a quoted hash; that of the compressed form has "-gzip" more */
};

struct body {
	struct buffer plain;
	struct buffer gzip; /* empty: it is not worth it */
	char tag[BODY_TAG]; /* of plain; "": none could be made */
};

/* Takes the text over. */
void body_make(struct body *body, struct buffer *text);
void body_free(struct body *body);

/* Writes the tag of a plain body. False: none can be made. */
bool body_tag(struct span plain, char tag[BODY_TAG]);
/* Turns the tag of a plain body into that of its compressed form. */
void body_tag_gzip(char tag[BODY_TAG]);
/* Compresses into an empty buffer. False: it is not worth it. */
bool body_compress(struct span plain, struct buffer *gzip);

#endif
