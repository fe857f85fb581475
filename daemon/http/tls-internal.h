#pragma once

/* Inside of http/ only: the pair that a server's listeners answer handshakes with. */

#include "http/request.h"
#include "http/tls.h"

#include <gnutls/abstract.h>

typedef struct Tls Tls;

/** tls_new(), tls_use() - @pair is taken over in any case; it answers from now on. */
int tls_new(TlsPair *pair, Tls **ret);
void tls_use(Tls *tls, TlsPair *pair);
usec_t tls_expires(Tls *tls);            /* of the pair that answers; for any thread */
const TlsPair *tls_pair(const Tls *tls); /* for the thread that calls tls_use() */
Tls *tls_free(Tls *tls);
DEFINE_CLEANUP(Tls, tls_freep, tls_free)

/**
 * TLS_PRIORITIES - what is spoken: RFC 8996 has ended what came before TLS 1.2; and no key exchange by which a key that is stolen later
 * opens what was said before (RFC 9325, 4.1).
 */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA"

/** tls_on_handshake() - the library's MHD_OPTION_HTTPS_CERT_CALLBACK2: copies, which it releases after the handshake. */
int tls_on_handshake(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
                gnutls_pcert_st **ret_chain, unsigned *ret_n, gnutls_ocsp_data_st **ret_ocsp,
                unsigned *ret_n_ocsp, gnutls_privkey_t *ret_key, unsigned *ret_flags);
