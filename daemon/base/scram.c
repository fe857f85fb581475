#include "base/scram.h"

#include "base/base64.h"
#include "base/hash.h"
#include "base/secret.h"
#include "base/time.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>

enum {
        TEXT_MAX_BYTES = 16 * 1024,
        PREPARED_MAX = 1024,   /* UTF-16 units */
        KEY_MAX = 32,          /* octets of a SHA-256 */
        ITERATIONS_MIN = 4096, /* RFC 7677, 4 */
        ITERATIONS_MAX = 1000000,
        COUNT_DIGITS = 7, /* of ITERATIONS_MAX */
};

static const struct {
        const char *name;
        gnutls_mac_algorithm_t mac;
        gnutls_digest_algorithm_t digest;
        size_t size; /* of a key */
} mechanisms[] = {
        { "SCRAM-SHA-256", GNUTLS_MAC_SHA256, GNUTLS_DIG_SHA256, 32 },
        { "SCRAM-SHA-1", GNUTLS_MAC_SHA1, GNUTLS_DIG_SHA1, 20 },
};

struct Scram {
        size_t mechanism;
        char *password; /* prepared */
        Buffer bare;    /* the first message without its header */
        Buffer auth;    /* what both sides sign (RFC 5802, 3: AuthMessage) */
        char *nonce;    /* of the client */
        unsigned char server_key[KEY_MAX];
        bool has_server_key;
};

/* The header of the first message: the client supports no channel binding. */
#define HEADER "n,,"

static int convert(const UChar *text, int32_t n, char **ret)
{
        UErrorCode status = U_ZERO_ERROR;
        char *plain = calloc(1, (size_t)n * 4 + 1);
        if (!plain)
                return -ENOMEM;
        u_strToUTF8(plain, n * 4 + 1, NULL, text, n, &status);
        *ret = plain;
        return 0;
}

/*
 * Prepares a text by SASLprep. A text that it forbids stays as it is: the server may have kept it so.
 */
static int prepare(const char *text, char **ret)
{
        UChar wide[PREPARED_MAX], made[PREPARED_MAX];
        int32_t n = 0, n_made = 0;
        UErrorCode status = U_ZERO_ERROR;
        UStringPrepProfile *profile = usprep_openByType(USPREP_RFC4013_SASLPREP, &status);
        u_strFromUTF8(wide, PREPARED_MAX, &n, text, -1, &status);
        if (U_SUCCESS(status))
                n_made = usprep_prepare(profile, wide, n, made, PREPARED_MAX, USPREP_DEFAULT, NULL, &status);
        usprep_close(profile);
        *ret = NULL;
        int r = 0;
        if (U_SUCCESS(status))
                r = convert(made, n_made, ret);
        else
                *ret = strdup(text);
        explicit_bzero(wide, sizeof(wide));
        explicit_bzero(made, sizeof(made));
        return r == 0 && !*ret ? -ENOMEM : r;
}

/* Appends a user name; `=` and `,` are escaped (RFC 5802, 5.1). */
static void put_name(const char *name, Buffer *out)
{
        for (; *name; name++) {
                if (*name == '=' || *name == ',')
                        buffer_puts(out, *name == '=' ? "=3D" : "=2C");
                else
                        buffer_putc(out, *name);
        }
}

static int find_mechanism(const char *name, size_t *ret)
{
        for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
                if (strcmp(mechanisms[i].name, name) == 0) {
                        *ret = i;
                        return 0;
                }
        return -EINVAL;
}

static int begin(Scram *scram, const char *user, const char *password, const char *nonce)
{
        CLEANUP(cleanup_free) char *name = NULL;
        char token[TOKEN_SIZE];
        int r = nonce ? 0 : token_make(token);
        if (r == 0)
                r = prepare(user, &name);
        if (r == 0)
                r = prepare(password, &scram->password);
        if (r < 0)
                return r;
        scram->nonce = strdup(nonce ? nonce : token);
        if (!scram->nonce)
                return -ENOMEM;
        buffer_puts(&scram->bare, "n=");
        put_name(name, &scram->bare);
        buffer_printf(&scram->bare, ",r=%s", scram->nonce);
        return buffer_error(&scram->bare);
}

int scram_new(const char *mechanism, const char *user, const char *password, const char *nonce, Scram **ret)
{
        *ret = NULL;
        CLEANUP(scram_freep) Scram *scram = calloc(1, sizeof(*scram));
        if (!scram)
                return -ENOMEM;
        scram->bare = (Buffer)BUFFER_INIT(TEXT_MAX_BYTES);
        scram->auth = (Buffer)BUFFER_INIT(TEXT_MAX_BYTES);
        int r = find_mechanism(mechanism, &scram->mechanism);
        if (r == 0)
                r = begin(scram, user, password, nonce);
        if (r == 0)
                *ret = TAKE_PTR(scram);
        return r;
}

Scram *scram_free(Scram *scram)
{
        if (!scram)
                return NULL;
        secret_forget(&scram->password);
        buffer_done(&scram->bare);
        buffer_done(&scram->auth);
        free(scram->nonce);
        explicit_bzero(scram->server_key, sizeof(scram->server_key));
        free(scram);
        return NULL;
}

int scram_first(const Scram *scram, Buffer *out)
{
        buffer_puts(out, HEADER);
        buffer_append(out, scram->bare.data, scram->bare.len);
        return buffer_error(out);
}

/* Finds the attribute `NAME=` at @at. Return: its value, to the comma; NULL if it is another one. */
static const char *take(const char **at, const char *end, char name, size_t *ret_len)
{
        const char *value = *at + 2;
        if (end - *at < 2 || (*at)[0] != name || (*at)[1] != '=')
                return NULL;
        const char *comma = memchr(value, ',', (size_t)(end - value)), *stop = comma ? comma : end;
        *ret_len = (size_t)(stop - value);
        *at = comma ? comma + 1 : end;
        return value;
}

static void sign(const Scram *scram, const unsigned char *key, const char *text, size_t len,
                unsigned char *ret)
{
        gnutls_hmac_fast(mechanisms[scram->mechanism].mac, key, mechanisms[scram->mechanism].size, text, len,
                        ret);
}

/* The two keys that the password gives, and the proof (RFC 5802, 3). */
static int make_keys(Scram *scram, const Buffer *salt, unsigned iterations, unsigned char ret_proof[KEY_MAX])
{
        size_t size = mechanisms[scram->mechanism].size;
        unsigned char salted[KEY_MAX], client[KEY_MAX], stored[KEY_MAX];
        const gnutls_datum_t password = { (unsigned char *)scram->password,
                (unsigned)strlen(scram->password) };
        const gnutls_datum_t salted_with = { (unsigned char *)salt->data, (unsigned)salt->len };
        if (gnutls_pbkdf2(mechanisms[scram->mechanism].mac, &password, &salted_with, iterations, salted,
                            size) < 0)
                return -EIO;
        sign(scram, salted, "Client Key", strlen("Client Key"), client);
        sign(scram, salted, "Server Key", strlen("Server Key"), scram->server_key);
        gnutls_hash_fast(mechanisms[scram->mechanism].digest, client, size, stored);
        sign(scram, stored, scram->auth.data, scram->auth.len, ret_proof);
        for (size_t i = 0; i < size; i++)
                ret_proof[i] ^= client[i];
        scram->has_server_key = true;
        explicit_bzero(salted, sizeof(salted));
        explicit_bzero(client, sizeof(client));
        explicit_bzero(stored, sizeof(stored));
        return 0;
}

/* Reads `r=NONCE,s=SALT,i=COUNT`; what follows is an extension. The nonce begins with that of the client. */
static int read_first(const Scram *scram, const char *text, size_t len, const char **ret_nonce,
                size_t *ret_nonce_len, Buffer *ret_salt, unsigned *ret_iterations)
{
        const char *end = text + len;
        size_t nonce_len, salt_len, count_len, own = strlen(scram->nonce);
        int iterations;
        const char *nonce = take(&text, end, 'r', &nonce_len);
        const char *salt = nonce ? take(&text, end, 's', &salt_len) : NULL;
        const char *count = salt ? take(&text, end, 'i', &count_len) : NULL;
        if (!count || nonce_len <= own || memcmp(nonce, scram->nonce, own) != 0 ||
                        count_len > COUNT_DIGITS ||
                        time_read_digits(&count, (int)count_len, &iterations) < 0 ||
                        iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX)
                return -EBADMSG;
        int r = base64_decode(ret_salt, salt, salt_len);
        if (r < 0)
                return r == -EINVAL ? -EBADMSG : r;
        *ret_nonce = nonce;
        *ret_nonce_len = nonce_len;
        *ret_iterations = (unsigned)iterations;
        return 0;
}

int scram_final(Scram *scram, const char *server_first, size_t len, Buffer *out)
{
        CLEANUP(buffer_done) Buffer salt = BUFFER_INIT(TEXT_MAX_BYTES), last = BUFFER_INIT(TEXT_MAX_BYTES);
        unsigned char proof[KEY_MAX];
        const char *nonce;
        size_t nonce_len;
        unsigned iterations;
        int r = read_first(scram, server_first, len, &nonce, &nonce_len, &salt, &iterations);
        if (r < 0)
                return r;
        buffer_puts(&last, "c=");
        base64_encode(&last, HEADER, strlen(HEADER));
        buffer_printf(&last, ",r=%.*s", (int)nonce_len, nonce);
        buffer_reset(&scram->auth);
        buffer_printf(&scram->auth, "%s,%.*s,%s", buffer_text(&scram->bare), (int)len, server_first,
                        buffer_text(&last));
        r = buffer_error(&last) ? buffer_error(&last) : buffer_error(&scram->auth);
        if (r == 0)
                r = make_keys(scram, &salt, iterations, proof);
        if (r < 0)
                return r;
        buffer_printf(out, "%s,p=", buffer_text(&last));
        return base64_encode(out, (const char *)proof, mechanisms[scram->mechanism].size);
}

bool scram_verify(const Scram *scram, const char *server_final, size_t len)
{
        CLEANUP(buffer_done) Buffer given = BUFFER_INIT(TEXT_MAX_BYTES);
        unsigned char signature[KEY_MAX];
        size_t size = mechanisms[scram->mechanism].size, value_len;
        const char *value = take(&server_final, server_final + len, 'v', &value_len);
        if (!scram->has_server_key || !value || base64_decode(&given, value, value_len) < 0)
                return false;
        sign(scram, scram->server_key, scram->auth.data, scram->auth.len, signature);
        return given.len == size && gnutls_memcmp(given.data, signature, size) == 0;
}
