#pragma once

/*
 * A certificate chain with its key, for a server's TLS handshakes. A pair never changes: to renew a
 * certificate, give the server a new pair, which it uses for new connections only.
 */

#include "base/cleanup.h"
#include "base/input-error.h"
#include "base/time.h"

#include <stdbool.h>

struct gnutls_pcert_st;
struct gnutls_privkey_st;

typedef struct TlsPair TlsPair;

/**
 * tls_pair_read() - read both files and check that they belong together
 * @certificate: path of a PEM file: the server's certificate, then the rest of the chain in any order
 * @key:         path of a PEM file without a passphrase
 * @ret_error:   `where` is http.tls.certificate or http.tls.key; the message never contains a part of
 *               the key
 * Return: 0, -EINVAL if the files are not a valid pair, or another negative errno if a file cannot be read.
 */
int tls_pair_read(const char *certificate, const char *key, TlsPair **ret, InputError *ret_error);
TlsPair *tls_pair_free(TlsPair *pair);
DEFINE_CLEANUP(TlsPair, tls_pair_freep, tls_pair_free)

/** tls_pair_begins() - the time at which the server's certificate becomes valid. */
usec_t tls_pair_begins(const TlsPair *pair);

/** tls_pair_is_for() - whether the certificate names a host, or an address without brackets. */
bool tls_pair_is_for(const TlsPair *pair, const char *host);

/** tls_pair_expires() - the earliest time at which a certificate of the chain expires. */
usec_t tls_pair_expires(const TlsPair *pair);

/** tls_pair_is_exposed() - whether every user of this machine could read the key when it was read. */
bool tls_pair_is_exposed(const TlsPair *pair);

/**
 * tls_pair_copy() - copy the pair for one handshake; GnuTLS releases the copies with
 * GNUTLS_CERT_RETR_DEINIT_ALL
 * Return: 0, or a negative error of GnuTLS.
 */
int tls_pair_copy(const TlsPair *pair, struct gnutls_pcert_st **ret_chain, unsigned *ret_n,
                struct gnutls_privkey_st **ret_key);
