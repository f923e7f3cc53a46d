/* certificate: reads the certificate and the key as libcrypto does. */
#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "web/certificate.h"

/* Else it would be asked for at the terminal. */
static int
no_passphrase(char *to, int room, int writing, void *is_encrypted)
{
	(void)to, (void)room, (void)writing;
	*(bool *)is_encrypted = true;
	return -1;
}

static BIO *
open_text(struct span text)
{
	return text.length <= INT_MAX ? BIO_new_mem_buf(text.start, (int)text.length) : NULL;
}

static X509 *
read_certificate(struct span text)
{
	bool is_encrypted;
	BIO *from = open_text(text);
	X509 *certificate =
	    from != NULL ? PEM_read_bio_X509(from, NULL, no_passphrase, &is_encrypted) : NULL;

	BIO_free(from);
	return certificate;
}

static EVP_PKEY *
read_key(struct span text, bool *is_encrypted)
{
	BIO *from = open_text(text);
	EVP_PKEY *key =
	    from != NULL ? PEM_read_bio_PrivateKey(from, NULL, no_passphrase, is_encrypted) : NULL;

	BIO_free(from);
	return key;
}

bool
certificate_check(struct span certificate, const char *certificate_name, struct span key,
    const char *key_name, struct failure *failure)
{
	bool is_encrypted = false, good = false;
	X509 *its = read_certificate(certificate);
	EVP_PKEY *private = read_key(key, &is_encrypted);

	if (its == NULL)
		fail(failure, FAILURE_PERMANENT, "%s: there is no valid certificate in PEM in it",
		    certificate_name);
	else if (private == NULL && is_encrypted)
		fail(failure, FAILURE_PERMANENT,
		    "%s: the private key needs a passphrase (openssl pkey takes it off)", key_name);
	else if (private == NULL)
		fail(failure, FAILURE_PERMANENT, "%s: there is no valid private key in PEM in it",
		    key_name);
	else if (X509_check_private_key(its, private) != 1)
		fail(failure, FAILURE_PERMANENT,
		    "%s is not the private key of the first certificate in %s", key_name,
		    certificate_name);
	else
		good = true;
	EVP_PKEY_free(private);
	X509_free(its);
	ERR_clear_error();
	return good;
}

/* As RFC 3339, in UTC. */
static bool
describe(const ASN1_TIME *when, char text[32])
{
	struct tm parts;

	return ASN1_TIME_to_tm(when, &parts) == 1 &&
	       strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0;
}

bool
certificate_is_current(struct span certificate, const char *name, struct failure *failure)
{
	X509 *its = read_certificate(certificate);
	char when[32];
	bool current = true;

	if (its != NULL && X509_cmp_current_time(X509_get0_notAfter(its)) < 0 &&
	    describe(X509_get0_notAfter(its), when))
		current = fail(failure, FAILURE_PERMANENT, "%s: the certificate has expired at %s",
		    name, when);
	else if (its != NULL && X509_cmp_current_time(X509_get0_notBefore(its)) > 0 &&
	         describe(X509_get0_notBefore(its), when))
		current = fail(failure, FAILURE_PERMANENT,
		    "%s: the certificate is valid from %s on", name, when);
	X509_free(its);
	return current;
}
