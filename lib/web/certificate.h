/* certificate: checks the files of TLS before they are used, to say which one is wrong and why. */
#ifndef WEB_CERTIFICATE_H
#define WEB_CERTIFICATE_H

#include <stdbool.h>

#include "base/failure.h"
#include "base/span.h"

/*
 * Is the key, in PEM and without a passphrase, that of the first certificate? The names are those
 * of the files, for messages.
 */
bool certificate_check(struct span certificate, const char *certificate_name, struct span key,
    const char *key_name, struct failure *failure);
/* Is the first certificate, which has been checked, valid at this time? failure says which. */
bool certificate_is_current(struct span certificate, const char *name, struct failure *failure);

#endif
