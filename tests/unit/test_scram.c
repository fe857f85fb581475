/* Tests SCRAM with the examples of RFC 5802, 5 and RFC 7677, 3. */

#include "base/scram.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_MAX 4096

static const struct {
        const char *mechanism, *password, *nonce, *first, *server_first, *final, *server_final;
} examples[] = {
        { "SCRAM-SHA-1", "pencil", "fyko+d2lbbFgONRv9qkxdawL", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
                        "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                        "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=" },
        /* The soft hyphen is not a part of the prepared password. */
        { "SCRAM-SHA-256",
                        "pen\xC2\xAD"
                        "cil",
                        "rOprNGfwEbeRWgbNEkqO", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" },
};

static void test_scram__examples_of_the_rfcs(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
                CLEANUP(scram_freep) Scram *scram = NULL;
                CLEANUP(buffer_done) Buffer first = BUFFER_INIT(TEXT_MAX), last = BUFFER_INIT(TEXT_MAX);
                const char *given = examples[i].server_first, *proof = examples[i].server_final;
                assert_int_equal(scram_new(examples[i].mechanism, "user", examples[i].password,
                                                 examples[i].nonce, &scram),
                                0);
                assert_int_equal(scram_first(scram, &first), 0);
                assert_string_equal(buffer_text(&first), examples[i].first);
                assert_false(scram_verify(scram, proof, strlen(proof)));
                assert_int_equal(scram_final(scram, given, strlen(given), &last), 0);
                assert_string_equal(buffer_text(&last), examples[i].final);
                assert_true(scram_verify(scram, proof, strlen(proof)));
                assert_false(scram_verify(scram, proof, strlen(proof) - 1));
                assert_false(scram_verify(scram, "e=other-error", 13));
                assert_false(scram_verify(scram, "v=AAAA", 6));
        }
}

static void test_scram_final__refuses_other_messages(void **state)
{
        static const char *const messages[] = { "", "r=", "r=abc,s=QSXCR+Q6sek8bf92,i=4096",
                "r=abcd,s=QSXCR+Q6sek8bf92,i=1", "r=abcd,s=QSXCR+Q6sek8bf92,i=4095",
                "r=abcd,s=QSXCR+Q6sek8bf92,i=1000001", "r=abcd,s=QSXCR+Q6sek8bf92,i=99999999999",
                "r=abcd,s=QSXCR+Q6sek8bf92,i=4096x", "r=abcd,s=*,i=4096",
                "r=xabcd,s=QSXCR+Q6sek8bf92,i=4096", "m=x,r=abcd,s=QSXCR+Q6sek8bf92,i=4096",
                "s=QSXCR+Q6sek8bf92,r=abcd,i=4096", "r=abcd,s=QSXCR+Q6sek8bf92" };
        (void)state;
        for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
                CLEANUP(scram_freep) Scram *scram = NULL;
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(TEXT_MAX);
                assert_int_equal(scram_new("SCRAM-SHA-256", "user", "pencil", "abc", &scram), 0);
                if (scram_final(scram, messages[i], strlen(messages[i]), &out) != -EBADMSG)
                        fail_msg("%s: %s", messages[i], buffer_text(&out));
        }
}

/* RFC 4013, 3 has the first three; RFC 5802, 5.1 the escapes. */
static void test_scram__names_are_prepared(void **state)
{
        static const struct {
                const char *name, *first;
        } rows[] = {
                { "I\xC2\xADX", "n,,n=IX,r=abc" },
                { "\xC2\xAA", "n,,n=a,r=abc" },
                { "\xE2\x85\xA8", "n,,n=IX,r=abc" },
                { "a=b,c", "n,,n=a=3Db=2Cc,r=abc" },
                { "a\x07", "n,,n=a\x07,r=abc" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(scram_freep) Scram *scram = NULL;
                CLEANUP(buffer_done) Buffer first = BUFFER_INIT(TEXT_MAX);
                assert_int_equal(scram_new("SCRAM-SHA-1", rows[i].name, "pencil", "abc", &scram), 0);
                assert_int_equal(scram_first(scram, &first), 0);
                assert_string_equal(buffer_text(&first), rows[i].first);
        }
}

static void test_scram_new__random_nonces_and_unknown_mechanisms(void **state)
{
        CLEANUP(scram_freep) Scram *one = NULL, *other = NULL, *none = NULL;
        CLEANUP(buffer_done) Buffer first = BUFFER_INIT(TEXT_MAX), second = BUFFER_INIT(TEXT_MAX);
        (void)state;
        assert_int_equal(scram_new("SCRAM-SHA-256", "user", "pencil", NULL, &one), 0);
        assert_int_equal(scram_new("SCRAM-SHA-256", "user", "pencil", NULL, &other), 0);
        assert_int_equal(scram_first(one, &first), 0);
        assert_int_equal(scram_first(other, &second), 0);
        assert_string_not_equal(buffer_text(&first), buffer_text(&second));
        assert_int_equal(scram_new("SCRAM-SHA-256-PLUS", "user", "pencil", NULL, &none), -EINVAL);
        assert_null(none);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_scram__examples_of_the_rfcs),
                cmocka_unit_test(test_scram_final__refuses_other_messages),
                cmocka_unit_test(test_scram__names_are_prepared),
                cmocka_unit_test(test_scram_new__random_nonces_and_unknown_mechanisms),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
