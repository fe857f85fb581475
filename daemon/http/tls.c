#include "http/tls.h"

#include "base/file.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CERTIFICATE "http.tls.certificate"
#define KEY         "http.tls.key"

enum {
        FILE_MAX_BYTES = 1024 * 1024,
        KEY_ID_MAX_BYTES = 64,
};

struct TlsPair {
        gnutls_x509_crt_t *chain; /* the server's own first */
        unsigned n;
        gnutls_x509_privkey_t key;
        bool is_exposed;
};

TlsPair *tls_pair_free(TlsPair *pair)
{
        if (!pair)
                return NULL;
        for (unsigned i = 0; i < pair->n; i++)
                gnutls_x509_crt_deinit(pair->chain[i]);
        gnutls_free(pair->chain);
        gnutls_x509_privkey_deinit(pair->key);
        free(pair);
        return NULL;
}

static int complain(InputError *error, const char *where, const char *path, const char *what)
{
        input_error_set(error, 0, where, "%s %s", path, what);
        return -EINVAL;
}

static int read_file(const char *path, const char *where, char **ret, size_t *ret_len, InputError *ret_error)
{
        int r = file_read(path, FILE_MAX_BYTES, ret, ret_len);
        if (r < 0)
                input_error_set(ret_error, 0, where, "%s cannot be read: %s", path, strerror(-r));
        return r;
}

static int read_chain(TlsPair *pair, const char *path, InputError *ret_error)
{
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len;
        int r = read_file(path, CERTIFICATE, &text, &len, ret_error);
        if (r < 0)
                return r;
        const gnutls_datum_t datum = { (unsigned char *)text, (unsigned)len };
        int result = gnutls_x509_crt_list_import2(
                        &pair->chain, &pair->n, &datum, GNUTLS_X509_FMT_PEM, GNUTLS_X509_CRT_LIST_SORT);
        if (result >= 0 && pair->n > 0)
                return 0;
        return result == GNUTLS_E_MEMORY_ERROR
                               ? -ENOMEM
                               : complain(ret_error, CERTIFICATE, path,
                                                 "has no certificates in PEM form that are a chain");
}

static bool is_readable_by_all(const char *path)
{
        struct stat status;
        return stat(path, &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

static int read_key(TlsPair *pair, const char *path, InputError *ret_error)
{
        char *text = NULL;
        size_t len;
        int r = read_file(path, KEY, &text, &len, ret_error);
        if (r < 0)
                return r;
        const gnutls_datum_t datum = { (unsigned char *)text, (unsigned)len };
        int result = gnutls_x509_privkey_init(&pair->key);
        if (result >= 0)
                result = gnutls_x509_privkey_import2(pair->key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0);
        explicit_bzero(text, len);
        free(text);
        pair->is_exposed = is_readable_by_all(path);
        return result >= 0                       ? 0
               : result == GNUTLS_E_MEMORY_ERROR ? -ENOMEM
               : result == GNUTLS_E_DECRYPTION_FAILED
                               ? complain(ret_error, KEY, path,
                                                 "has a passphrase, and there is nobody to ask for it")
                               : complain(ret_error, KEY, path, "has no private key in PEM form");
}

static int check_pair(const TlsPair *pair, const char *key, InputError *ret_error)
{
        unsigned char of_certificate[KEY_ID_MAX_BYTES], of_key[KEY_ID_MAX_BYTES];
        size_t certificate_len = sizeof(of_certificate), key_len = sizeof(of_key);
        bool fits = gnutls_x509_crt_get_key_id(pair->chain[0], GNUTLS_KEYID_USE_SHA256, of_certificate,
                                    &certificate_len) >= 0 &&
                    gnutls_x509_privkey_get_key_id(pair->key, GNUTLS_KEYID_USE_SHA256, of_key, &key_len) >=
                                    0 &&
                    certificate_len == key_len && memcmp(of_certificate, of_key, key_len) == 0 &&
                    gnutls_x509_privkey_verify_params(pair->key) >= 0;
        return fits ? 0 : complain(ret_error, KEY, key, "is not the key of http.tls.certificate");
}

int tls_pair_read(const char *certificate, const char *key, TlsPair **ret, InputError *ret_error)
{
        CLEANUP(tls_pair_freep) TlsPair *pair = calloc(1, sizeof(*pair));
        if (!pair)
                return -ENOMEM;
        int r = read_chain(pair, certificate, ret_error);
        if (r == 0)
                r = read_key(pair, key, ret_error);
        if (r == 0)
                r = check_pair(pair, key, ret_error);
        if (r == 0)
                *ret = TAKE_PTR(pair);
        return r;
}

usec_t tls_pair_begins(const TlsPair *pair)
{
        return (usec_t)gnutls_x509_crt_get_activation_time(pair->chain[0]) * USEC_PER_SEC;
}

bool tls_pair_is_for(const TlsPair *pair, const char *host)
{
        return gnutls_x509_crt_check_hostname(pair->chain[0], host) != 0;
}

usec_t tls_pair_expires(const TlsPair *pair)
{
        time_t first = gnutls_x509_crt_get_expiration_time(pair->chain[0]);
        for (unsigned i = 1; i < pair->n; i++) {
                time_t time = gnutls_x509_crt_get_expiration_time(pair->chain[i]);
                first = time < first ? time : first;
        }
        return (usec_t)first * USEC_PER_SEC;
}

bool tls_pair_is_exposed(const TlsPair *pair)
{
        return pair->is_exposed;
}

static int copy_chain(const TlsPair *pair, gnutls_pcert_st **ret)
{
        gnutls_pcert_st *chain = gnutls_calloc(pair->n, sizeof(*chain));
        int result = chain ? 0 : GNUTLS_E_MEMORY_ERROR;
        unsigned n = 0;
        for (; result >= 0 && n < pair->n; n++)
                result = gnutls_pcert_import_x509(&chain[n], pair->chain[n], 0);
        if (result >= 0) {
                *ret = chain;
                return 0;
        }
        for (unsigned i = 0; i + 1 < n; i++)
                gnutls_pcert_deinit(&chain[i]);
        gnutls_free(chain);
        return result;
}

static int copy_key(const TlsPair *pair, gnutls_privkey_t *ret)
{
        gnutls_privkey_t key;
        int result = gnutls_privkey_init(&key);
        if (result < 0)
                return result;
        result = gnutls_privkey_import_x509(key, pair->key, GNUTLS_PRIVKEY_IMPORT_COPY);
        if (result < 0)
                gnutls_privkey_deinit(key);
        else
                *ret = key;
        return result;
}

int tls_pair_copy(const TlsPair *pair, struct gnutls_pcert_st **ret_chain, unsigned *ret_n,
                struct gnutls_privkey_st **ret_key)
{
        gnutls_privkey_t key;
        gnutls_pcert_st *chain;
        int result = copy_key(pair, &key);
        if (result < 0)
                return result;
        result = copy_chain(pair, &chain);
        if (result < 0) {
                gnutls_privkey_deinit(key);
                return result;
        }
        *ret_chain = chain;
        *ret_n = pair->n;
        *ret_key = key;
        return 0;
}
