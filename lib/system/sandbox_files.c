/* sandbox_files: the files of the system that the C library, OpenSSL and libcurl read. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "system/directory.h"
#include "system/sandbox_files.h"

/* Every tool: the tz database, OpenSSL's settings and providers, who holds a lock. */
static const char *const always[] = {"/usr/lib", "/usr/lib64", "/usr/share", "/etc/localtime",
    "/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf", "/etc/crypto-policies", "/proc/sys/crypto",
    "/proc/locks", "/dev/urandom", "/dev/null"};

/*
 * With the network: libraries that are loaded to find names, and what getaddrinfo reads, by
 * nsswitch.conf(5), resolv.conf(5) and gai.conf(5); the certificates that OpenSSL, GnuTLS and NSS
 * trust in the distributions.
 */
static const char *const for_network[] = {"/lib", "/lib64", "/usr/local/lib", "/usr/local/share",
    "/nix/store", "/gnu/store", "/etc/ld.so.cache", "/etc/hosts", "/etc/host.conf",
    "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols",
    "/run/nscd", "/var/lib/sss/mc", "/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem",
    "/etc/ca-certificates", "/etc/pki/tls/certs", "/etc/pki/tls/cert.pem", "/etc/pki/ca-trust",
    "/etc/gnutls", "/etc/pkcs11", "/var/lib/ca-certificates"};

/* Variables that name a file that OpenSSL or libcurl reads. */
static const char *const named[] = {"SSL_CERT_FILE", "CURL_CA_BUNDLE"};

/* Each directory of a list with ":" between them. */
static void
read_list(struct sandbox *sandbox, const char *list)
{
	while (list != NULL && *list != '\0') {
		size_t length = strcspn(list, ":");
		char *path = memory_copy(list, length);

		if (length > 0)
			sandbox_read(sandbox, path);
		free(path);
		list += length + (list[length] == ':');
	}
}

/*
 * resolv.conf is replaced when the machine changes its network: its directory, unless that is /etc
 * and all of /etc is readable to us because we are root.
 */
static void
read_resolver(struct sandbox *sandbox)
{
	char *real = realpath("/etc/resolv.conf", NULL);
	char *directory = real != NULL ? directory_of(real) : NULL;

	if (directory != NULL && (geteuid() != 0 || strcmp(directory, "/etc") != 0))
		sandbox_read(sandbox, directory);
	free(directory);
	free(real);
}

void
sandbox_files_add(struct sandbox *sandbox)
{
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		sandbox_read(sandbox, always[i]);
	sandbox_read(sandbox, environment_network("OPENSSL_CONF"));
	sandbox_read(sandbox, environment_zones());
	if (!sandbox->network)
		return;
	read_list(sandbox, environment_network("LD_LIBRARY_PATH"));
	for (size_t i = 0; i < sizeof for_network / sizeof *for_network; i++)
		sandbox_read(sandbox, for_network[i]);
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		sandbox_read_replaced(sandbox, environment_network(named[i]));
	read_list(sandbox, environment_network("SSL_CERT_DIR"));
	read_resolver(sandbox);
}
