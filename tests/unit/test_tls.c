#include "base/cleanup.h"
#include "http/tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { PATH_BYTES = 128, BEGINS = 1700000000, EXPIRES = 1707776000, ROOT_EXPIRES = 1706000000 };

typedef struct Issued {
        gnutls_x509_privkey_t key;
        gnutls_x509_crt_t certificate;
} Issued;

typedef struct Fixture {
        char directory[32], certificate[PATH_BYTES], key[PATH_BYTES];
        Issued root, own, other;
} Fixture;

static void write_file(const char *path, const void *bytes, size_t len, mode_t mode)
{
        unlink(path);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, len, file), len);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(chmod(path, mode), 0);
}

static void write_text(const char *path, const char *text)
{
        write_file(path, text, strlen(text), 0600);
}

static void issue(Issued *issued, const char *name, time_t expires, const Issued *issuer)
{
        static const unsigned char v4[] = { 192, 0, 2, 1 }, v6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
        gnutls_x509_crt_t crt;
        assert_int_equal(gnutls_x509_privkey_init(&issued->key), 0);
        assert_int_equal(gnutls_x509_privkey_generate(issued->key, GNUTLS_PK_ECDSA,
                                         GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                        0);
        assert_int_equal(gnutls_x509_crt_init(&crt), 0);
        issued->certificate = crt;
        gnutls_x509_crt_set_version(crt, 3);
        gnutls_x509_crt_set_serial(crt, name, strlen(name));
        gnutls_x509_crt_set_activation_time(crt, BEGINS);
        gnutls_x509_crt_set_expiration_time(crt, expires);
        gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
        gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name), 0);
        gnutls_x509_crt_set_subject_alt_name(
                        crt, GNUTLS_SAN_DNSNAME, "*.wild.example.org", 18, GNUTLS_FSAN_APPEND);
        gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, v4, sizeof(v4), GNUTLS_FSAN_APPEND);
        gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, v6, sizeof(v6), GNUTLS_FSAN_APPEND);
        gnutls_x509_crt_set_basic_constraints(crt, !issuer, -1);
        gnutls_x509_crt_set_key(crt, issued->key);
        if (!issuer)
                issuer = issued;
        assert_int_equal(gnutls_x509_crt_sign2(crt, issuer->certificate, issuer->key, GNUTLS_DIG_SHA256, 0),
                        0);
}

static void release(Issued *issued)
{
        gnutls_x509_privkey_deinit(issued->key);
        gnutls_x509_crt_deinit(issued->certificate);
}

static void write_chain(const Fixture *fixture, const Issued *first, const Issued *second)
{
        gnutls_datum_t a = { 0 }, b = { 0 };
        assert_int_equal(gnutls_x509_crt_export2(first->certificate, GNUTLS_X509_FMT_PEM, &a), 0);
        if (second)
                assert_int_equal(gnutls_x509_crt_export2(second->certificate, GNUTLS_X509_FMT_PEM, &b), 0);
        char text[8192];
        snprintf(text, sizeof(text), "%.*s%.*s", (int)a.size, (char *)a.data, (int)b.size,
                        b.data ? (char *)b.data : "");
        write_text(fixture->certificate, text);
        gnutls_free(a.data);
        gnutls_free(b.data);
}

static void write_key(const Fixture *fixture, gnutls_x509_privkey_t key)
{
        gnutls_datum_t text = { 0 };
        assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text), 0);
        write_file(fixture->key, text.data, text.size, 0600);
        gnutls_free(text.data);
}

static int set_up(void **state)
{
        Fixture *fixture = calloc(1, sizeof(*fixture));
        strcpy(fixture->directory, "/tmp/convened-tls-XXXXXX");
        assert_non_null(mkdtemp(fixture->directory));
        snprintf(fixture->certificate, PATH_BYTES, "%s/certificate.pem", fixture->directory);
        snprintf(fixture->key, PATH_BYTES, "%s/key.pem", fixture->directory);
        issue(&fixture->root, "root.example.org", ROOT_EXPIRES, NULL);
        issue(&fixture->own, "calendar.example.org", EXPIRES, &fixture->root);
        issue(&fixture->other, "other.example.org", EXPIRES, &fixture->root);
        write_chain(fixture, &fixture->own, NULL);
        write_key(fixture, fixture->own.key);
        *state = fixture;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *fixture = *state;
        unlink(fixture->certificate);
        unlink(fixture->key);
        rmdir(fixture->directory);
        release(&fixture->root);
        release(&fixture->own);
        release(&fixture->other);
        free(fixture);
        return 0;
}

static TlsPair *read_good(const Fixture *fixture)
{
        TlsPair *pair = NULL;
        InputError error = { 0 };
        if (tls_pair_read(fixture->certificate, fixture->key, &pair, &error) != 0)
                fail_msg("%s: %s", error.where, error.message);
        return pair;
}

/*
 * Checks that the pair is refused, that no result is returned and that the message contains nothing of the
 * key.
 */
static void assert_refused(
                const Fixture *fixture, int line, int result, const char *where, const char *words)
{
        TlsPair *pair = NULL;
        InputError error = { 0 };
        int r = tls_pair_read(fixture->certificate, fixture->key, &pair, &error);
        if (r != result || pair || strcmp(error.where, where) != 0 || !strstr(error.message, words))
                fail_msg("line %d: %d, %s: %s", line, r, error.where, error.message);
}

static void test_tls_pair_read__accepts_a_certificate_without_a_chain(void **state)
{
        CLEANUP(tls_pair_freep) TlsPair *pair = read_good(*state);
        assert_true(tls_pair_begins(pair) == BEGINS * USEC_PER_SEC);
        assert_true(tls_pair_expires(pair) == EXPIRES * USEC_PER_SEC);
}

static void test_tls_pair_expires__with_the_first_of_the_chain(void **state)
{
        Fixture *fixture = *state;
        write_chain(fixture, &fixture->own, &fixture->root);
        CLEANUP(tls_pair_freep) TlsPair *pair = read_good(fixture);
        assert_true(tls_pair_expires(pair) == ROOT_EXPIRES * USEC_PER_SEC);
}

static void test_tls_pair_is_for__names_and_addresses(void **state)
{
        static const struct {
                int line;
                const char *host;
                bool is_for;
        } cases[] = {
                { __LINE__, "calendar.example.org", true },
                { __LINE__, "CALENDAR.example.org", true },
                { __LINE__, "a.wild.example.org", true },
                { __LINE__, "192.0.2.1", true },
                { __LINE__, "2001:db8::1", true },
                { __LINE__, "other.example.org", false },
                { __LINE__, "a.b.wild.example.org", false },
                { __LINE__, "example.org", false },
                { __LINE__, "192.0.2.2", false },
                { __LINE__, "2001:db8::2", false },
                { __LINE__, "", false },
        };
        CLEANUP(tls_pair_freep) TlsPair *pair = read_good(*state);
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
                if (tls_pair_is_for(pair, cases[i].host) != cases[i].is_for)
                        fail_msg("row of line %d", cases[i].line);
}

static void test_tls_pair_is_exposed__only_if_everybody_can_read_it(void **state)
{
        static const struct {
                int line;
                mode_t mode;
                bool is_exposed;
        } cases[] = {
                { __LINE__, 0400, false },
                { __LINE__, 0640, false },
                { __LINE__, 0644, true },
                { __LINE__, 0604, true },
        };
        Fixture *fixture = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                assert_int_equal(chmod(fixture->key, cases[i].mode), 0);
                CLEANUP(tls_pair_freep) TlsPair *pair = read_good(fixture);
                if (tls_pair_is_exposed(pair) != cases[i].is_exposed)
                        fail_msg("row of line %d", cases[i].line);
        }
}

static void test_tls_pair_read__refuses_files_without_a_certificate(void **state)
{
        static const struct {
                int line;
                const char *text;
        } cases[] = {
                { __LINE__, "" },
                { __LINE__, "certificate" },
                { __LINE__, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" },
                { __LINE__, "-----BEGIN CERTIFICATE-----\n" },
                { __LINE__, "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE "
                            "REQUEST-----\n" },
        };
        Fixture *fixture = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                write_text(fixture->certificate, cases[i].text);
                assert_refused(fixture, cases[i].line, -EINVAL, "http.tls.certificate", "no certificates");
        }
        write_key(fixture, fixture->own.key);
        assert_int_equal(rename(fixture->key, fixture->certificate), 0);
        write_key(fixture, fixture->own.key);
        assert_refused(fixture, __LINE__, -EINVAL, "http.tls.certificate", "no certificates");
}

static void test_tls_pair_read__refuses_files_without_a_key(void **state)
{
        Fixture *fixture = *state;
        write_text(fixture->key, "secret");
        assert_refused(fixture, __LINE__, -EINVAL, "http.tls.key", "no private key");
        write_chain(fixture, &fixture->own, NULL);
        assert_int_equal(rename(fixture->certificate, fixture->key), 0);
        write_chain(fixture, &fixture->own, NULL);
        assert_refused(fixture, __LINE__, -EINVAL, "http.tls.key", "no private key");
}

static void test_tls_pair_read__refuses_files_that_cannot_be_read(void **state)
{
        Fixture *fixture = *state;
        unlink(fixture->key);
        assert_refused(fixture, __LINE__, -ENOENT, "http.tls.key", "No such file");
        assert_int_equal(mkdir(fixture->key, 0700), 0);
        assert_refused(fixture, __LINE__, -EISDIR, "http.tls.key", "Is a directory");
        rmdir(fixture->key);
        CLEANUP(cleanup_free) char *large = calloc(1, 2 << 20);
        write_file(fixture->certificate, large, 2 << 20, 0600);
        assert_refused(fixture, __LINE__, -EFBIG, "http.tls.certificate", "cannot be read");
        unlink(fixture->certificate);
        assert_refused(fixture, __LINE__, -ENOENT, "http.tls.certificate", "No such file");
}

static void test_tls_pair_read__refuses_the_key_of_another(void **state)
{
        Fixture *fixture = *state;
        write_key(fixture, fixture->other.key);
        assert_refused(fixture, __LINE__, -EINVAL, "http.tls.key", "is not the key");
        write_chain(fixture, &fixture->own, &fixture->root);
        write_key(fixture, fixture->root.key);
        assert_refused(fixture, __LINE__, -EINVAL, "http.tls.key", "is not the key");
}

/*
 * The key's public half matches the certificate; its secret half is damaged, so no handshake would succeed.
 */
static void test_tls_pair_read__refuses_an_inconsistent_key(void **state)
{
        Fixture *fixture = *state;
        gnutls_datum_t x, y, own, other;
        gnutls_ecc_curve_t curve;
        gnutls_x509_privkey_t mixed;
        assert_int_equal(gnutls_x509_privkey_export_ecc_raw(fixture->own.key, &curve, &x, &y, &own), 0);
        assert_int_equal(gnutls_x509_privkey_export_ecc_raw(fixture->other.key, &curve, NULL, NULL, &other),
                        0);
        assert_int_equal(gnutls_x509_privkey_init(&mixed), 0);
        assert_int_equal(gnutls_x509_privkey_import_ecc_raw(mixed, curve, &x, &y, &other), 0);
        write_key(fixture, mixed);
        assert_refused(fixture, __LINE__, -EINVAL, "http.tls.key", "is not the key");
        gnutls_x509_privkey_deinit(mixed);
        gnutls_datum_t *all[] = { &x, &y, &own, &other };
        for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
                gnutls_free(all[i]->data);
}

static void test_tls_pair_read__refuses_a_key_with_a_passphrase(void **state)
{
        Fixture *fixture = *state;
        char text[4096];
        size_t len = sizeof(text);
        assert_int_equal(gnutls_x509_privkey_export_pkcs8(fixture->own.key, GNUTLS_X509_FMT_PEM, "x",
                                         GNUTLS_PKCS_PBES2_AES_256, text, &len),
                        0);
        write_file(fixture->key, text, len, 0600);
        assert_refused(fixture, __LINE__, -EINVAL, "http.tls.key", "passphrase");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_tls_pair_read__accepts_a_certificate_without_a_chain,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_tls_pair_expires__with_the_first_of_the_chain, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_tls_pair_is_for__names_and_addresses, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_tls_pair_is_exposed__only_if_everybody_can_read_it, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_tls_pair_read__refuses_files_without_a_certificate, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_tls_pair_read__refuses_files_without_a_key, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_tls_pair_read__refuses_files_that_cannot_be_read, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_tls_pair_read__refuses_the_key_of_another, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_tls_pair_read__refuses_an_inconsistent_key, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_tls_pair_read__refuses_a_key_with_a_passphrase, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
