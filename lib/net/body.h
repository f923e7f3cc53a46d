/* body: private to transfer.c: the memory of a reply's body. It may quote a secret, so it is wiped.
 */
#ifndef NET_BODY_H
#define NET_BODY_H

#include "base/buffer.h"

void body_clear(struct buffer *body);
/* Makes room for a whole body of known length; false: it exceeds the ceiling. */
bool body_expect(struct buffer *body, size_t length);
/* As buffer_reserve, but wipes the memory that it leaves. */
bool body_make_room(struct buffer *body, size_t more);

#endif
