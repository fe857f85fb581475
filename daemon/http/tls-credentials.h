#pragma once

/*
 * Private to http/: the certificate and key that a server uses in handshakes. They can be replaced while the
 * server runs.
 */

#include "http/tls.h"

#include <gnutls/abstract.h>

typedef struct TlsCredentials TlsCredentials;

/**
 * tls_credentials_new() - make credentials with a pair, which is taken over in any case. Return: 0 or
 * -ENOMEM.
 */
int tls_credentials_new(TlsPair *pair, TlsCredentials **ret);
TlsCredentials *tls_credentials_free(TlsCredentials *credentials);
DEFINE_CLEANUP(TlsCredentials, tls_credentials_freep, tls_credentials_free)

/** tls_credentials_use() - use @pair in handshakes from now on, and take it over. */
void tls_credentials_use(TlsCredentials *credentials, TlsPair *pair);

/**
 * tls_credentials_pair() - the current pair, borrowed until tls_credentials_use(). Call both on the same
 * thread.
 */
const TlsPair *tls_credentials_pair(const TlsCredentials *credentials);

/** tls_credentials_expires() - tls_pair_expires() of the current pair; on any thread. */
usec_t tls_credentials_expires(TlsCredentials *credentials);

/**
 * TLS_CREDENTIALS_PRIORITIES - TLS 1.2 and 1.3, without RSA key exchange. RFC 8996 has deprecated earlier
 * versions. With RSA key exchange, a key that is stolen later decrypts recorded traffic (RFC 9325, 4.1).
 */
#define TLS_CREDENTIALS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA"

/**
 * tls_credentials_on_handshake() - copy the pair for one handshake; a callback for
 * MHD_OPTION_HTTPS_CERT_CALLBACK2. The library releases the copies after the handshake.
 */
int tls_credentials_on_handshake(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
                gnutls_pcert_st **ret_chain, unsigned *ret_n, gnutls_ocsp_data_st **ret_ocsp,
                unsigned *ret_n_ocsp, gnutls_privkey_t *ret_key, unsigned *ret_flags);
