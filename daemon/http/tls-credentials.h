#pragma once

/*
 * Inside of http/ only: the pair that a server shows in handshakes, which can be replaced while it serves.
 */

#include "http/tls.h"

#include <gnutls/abstract.h>

typedef struct TlsCredentials TlsCredentials;

/** tls_credentials_new() - @pair is taken over in any case. Return: 0 or -ENOMEM. */
int tls_credentials_new(TlsPair *pair, TlsCredentials **ret);
TlsCredentials *tls_credentials_free(TlsCredentials *credentials);
DEFINE_CLEANUP(TlsCredentials, tls_credentials_freep, tls_credentials_free)

/** tls_credentials_use() - @pair, which is taken over, is shown in handshakes from now on. */
void tls_credentials_use(TlsCredentials *credentials, TlsPair *pair);

/**
 * tls_credentials_pair() - the pair that is shown, borrowed until tls_credentials_use(), by whose thread
 * only it may be called.
 */
const TlsPair *tls_credentials_pair(const TlsCredentials *credentials);

/** tls_credentials_expires() - tls_pair_expires() of the pair that is shown; by any thread. */
usec_t tls_credentials_expires(TlsCredentials *credentials);

/**
 * TLS_CREDENTIALS_PRIORITIES - TLS 1.2 and 1.3 (RFC 8996 has deprecated earlier versions), without key
 * exchanges in which a key that is stolen later decrypts recorded traffic (RFC 9325, 4.1)
 */
#define TLS_CREDENTIALS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA"

/**
 * tls_credentials_on_handshake() - for MHD_OPTION_HTTPS_CERT_CALLBACK2: copies, which the library releases
 * after the handshake.
 */
int tls_credentials_on_handshake(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
                gnutls_pcert_st **ret_chain, unsigned *ret_n, gnutls_ocsp_data_st **ret_ocsp,
                unsigned *ret_n_ocsp, gnutls_privkey_t *ret_key, unsigned *ret_flags);
