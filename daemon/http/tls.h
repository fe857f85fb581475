#pragma once

/*
 * Inside of http/ and for whoever makes a server: a certificate with its key as TLS needs them (the only home of GnuTLS beside base/hash).
 * A pair never changes; a server that is given another one uses it for the connections that come after, and those that are open go on.
 */

#include "base/cleanup.h"
#include "base/input-error.h"
#include "base/time.h"

#include <stdbool.h>

typedef struct TlsPair TlsPair;

/**
 * tls_pair_read() - read both files and see whether they belong together
 * @certificate: PEM, with the other certificates of the chain behind it in any order
 * @key:         PEM, without a passphrase
 * @ret_error:   `where` is http.tls.certificate or http.tls.key; nothing of the key is ever in it
 * Return: 0, -EINVAL for files that make no pair, other negative errno when one of them cannot be read.
 */
int tls_pair_read(const char *certificate, const char *key, TlsPair **ret, InputError *ret_error);
TlsPair *tls_pair_free(TlsPair *pair);
DEFINE_CLEANUP(TlsPair, tls_pair_freep, tls_pair_free)

/** tls_pair_begins() - from when on the server's own certificate is valid. */
usec_t tls_pair_begins(const TlsPair *pair);

/** tls_pair_is_for() - whether the certificate names a host, or an address without brackets. */
bool tls_pair_is_for(const TlsPair *pair, const char *host);

/** tls_pair_expires() - when the first certificate of its chain does. */
usec_t tls_pair_expires(const TlsPair *pair);

/** tls_pair_is_exposed() - whether everybody on this machine could read the key when it was read. */
bool tls_pair_is_exposed(const TlsPair *pair);
