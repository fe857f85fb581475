#include "http/tls-credentials.h"

#include "http/connection.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct TlsCredentials {
        pthread_mutex_t lock;
        TlsPair *pair;
};

int tls_credentials_new(TlsPair *pair, TlsCredentials **ret)
{
        *ret = NULL;
        TlsCredentials *credentials = calloc(1, sizeof(*credentials));
        if (!credentials) {
                tls_pair_free(pair);
                return -ENOMEM;
        }
        pthread_mutex_init(&credentials->lock, NULL);
        credentials->pair = pair;
        *ret = credentials;
        return 0;
}

TlsCredentials *tls_credentials_free(TlsCredentials *credentials)
{
        if (!credentials)
                return NULL;
        pthread_mutex_destroy(&credentials->lock);
        tls_pair_free(credentials->pair);
        free(credentials);
        return NULL;
}

void tls_credentials_use(TlsCredentials *credentials, TlsPair *pair)
{
        pthread_mutex_lock(&credentials->lock);
        TlsPair *older = credentials->pair;
        credentials->pair = pair;
        pthread_mutex_unlock(&credentials->lock);
        tls_pair_free(older);
}

const TlsPair *tls_credentials_pair(const TlsCredentials *credentials)
{
        return credentials->pair;
}

usec_t tls_credentials_expires(TlsCredentials *credentials)
{
        pthread_mutex_lock(&credentials->lock);
        usec_t expires = tls_pair_expires(credentials->pair);
        pthread_mutex_unlock(&credentials->lock);
        return expires;
}

int tls_credentials_on_handshake(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
                gnutls_pcert_st **ret_chain, unsigned *ret_n, gnutls_ocsp_data_st **ret_ocsp,
                unsigned *ret_n_ocsp, gnutls_privkey_t *ret_key, unsigned *ret_flags)
{
        struct MHD_Connection *connection = gnutls_session_get_ptr(session);
        const HttpConnection *kept = connection ? http_connection_of(connection) : NULL;
        (void)info;
        if (!kept || !kept->shared->credentials)
                return GNUTLS_E_INTERNAL_ERROR;
        TlsCredentials *credentials = kept->shared->credentials;
        *ret_ocsp = NULL;
        *ret_n_ocsp = 0;
        *ret_flags = GNUTLS_CERT_RETR_DEINIT_ALL;
        pthread_mutex_lock(&credentials->lock);
        int result = tls_pair_copy(credentials->pair, ret_chain, ret_n, ret_key);
        pthread_mutex_unlock(&credentials->lock);
        return result;
}
