#include "store/db.h"
#include "store/mail-dictionary-internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAIL_BYTES = 4000 };

typedef struct Fixture {
        MailPacker *packer;
        MailDictionary *dictionary;
        char bytes[MAIL_BYTES]; /* of the dictionary */
} Fixture;

/* Makes a mail with little repetition in itself, so that only the dictionary reduces its size. */
static void make_mail(char ret[static MAIL_BYTES], unsigned seed)
{
        for (size_t i = 0; i < MAIL_BYTES; i++) {
                seed = seed * 1103515245 + 12345;
                ret[i] = (char)('!' + (seed >> 16) % 90);
        }
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        make_mail(f->bytes, 1);
        assert_int_equal(mail_packer_new(&f->packer), 0);
        assert_int_equal(mail_dictionary_new(f->bytes, MAIL_BYTES, &f->dictionary), 0);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        mail_dictionary_unref(f->dictionary);
        mail_packer_free(f->packer);
        free(f);
        return 0;
}

static size_t assert_comes_back(Fixture *f, const char *bytes, size_t len)
{
        const void *packed;
        char *back;
        size_t packed_len, back_len;
        assert_int_equal(
                        mail_dictionary_pack(f->packer, f->dictionary, bytes, len, &packed, &packed_len), 0);
        assert_int_equal(mail_dictionary_unpack(f->bytes, MAIL_BYTES, packed, packed_len, &back, &back_len),
                        0);
        assert_int_equal(back_len, len);
        assert_memory_equal(back, bytes, len);
        assert_int_equal(back[len], '\0');
        free(back);
        return packed_len;
}

static void test_sample_pack__stores_the_differences(void **state)
{
        Fixture *f = *state;
        char mail[MAIL_BYTES];
        memcpy(mail, f->bytes, MAIL_BYTES);
        memcpy(mail + 100, "Guest 17 <guest17@example.org>", 30);
        memcpy(mail + 3000, "a-token-of-its-own-that-is-random", 33);
        assert_in_range(assert_comes_back(f, mail, MAIL_BYTES), 1, 250);
        assert_in_range(assert_comes_back(f, mail, 1500), 1, 250);
}

/* Any bytes can be packed, with a useless dictionary too. */
static void test_sample_pack__takes_any_bytes(void **state)
{
        Fixture *f = *state;
        char mail[MAIL_BYTES];
        make_mail(mail, 77);
        mail[7] = '\0';
        assert_in_range(assert_comes_back(f, mail, MAIL_BYTES), 1, MAIL_BYTES + 100);
        assert_comes_back(f, "", 0);
}

static void assert_corrupt(const char *dictionary, const char *packed, size_t len)
{
        char *back = NULL;
        size_t back_len;
        assert_int_equal(mail_dictionary_unpack(dictionary, MAIL_BYTES, packed, len, &back, &back_len),
                        DB_E_CORRUPT);
        assert_null(back);
}

/* Checks that damaged bytes are refused or give the same mail: some bits have no meaning. */
static void assert_corrupt_or_same(Fixture *f, const char *packed, size_t len, const char *mail)
{
        char *back = NULL;
        size_t back_len;
        int r = mail_dictionary_unpack(f->bytes, MAIL_BYTES, packed, len, &back, &back_len);
        assert_true(r == DB_E_CORRUPT ||
                        (r == 0 && back_len == MAIL_BYTES && memcmp(back, mail, back_len) == 0));
        free(back);
}

static void test_sample_unpack__refuses_another_sample(void **state)
{
        Fixture *f = *state;
        char mail[MAIL_BYTES], other[MAIL_BYTES], damaged[MAIL_BYTES];
        const void *packed;
        size_t len;
        memcpy(mail, f->bytes, MAIL_BYTES);
        memcpy(mail + 2000, "a token", 7);
        assert_int_equal(mail_dictionary_pack(f->packer, f->dictionary, mail, MAIL_BYTES, &packed, &len), 0);
        make_mail(other, 2);
        assert_corrupt(other, packed, len);
        for (size_t i = 0; i < len; i++) {
                memcpy(damaged, packed, len);
                damaged[i] ^= 0x10;
                assert_corrupt_or_same(f, damaged, len, mail);
                assert_corrupt(f->bytes, packed, i);
        }
}

static void test_mail_sample__is_identified_by_its_content(void **state)
{
        Fixture *f = *state;
        MailDictionary *same, *other;
        size_t len;
        assert_int_equal(mail_dictionary_new(f->bytes, MAIL_BYTES, &same), 0);
        assert_int_equal(mail_dictionary_new(f->bytes, MAIL_BYTES - 1, &other), 0);
        assert_string_equal(mail_dictionary_name(same), mail_dictionary_name(f->dictionary));
        assert_string_not_equal(mail_dictionary_name(other), mail_dictionary_name(f->dictionary));
        assert_memory_equal(mail_dictionary_bytes(other, &len), f->bytes, MAIL_BYTES - 1);
        assert_int_equal(len, MAIL_BYTES - 1);
        assert_ptr_equal(mail_dictionary_ref(same), same);
        mail_dictionary_unref(same);
        mail_dictionary_unref(same);
        mail_dictionary_unref(other);
        assert_null(mail_dictionary_unref(mail_dictionary_ref(NULL)));
}

#define SAMPLE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                SAMPLE_TEST(test_sample_pack__stores_the_differences),
                SAMPLE_TEST(test_sample_pack__takes_any_bytes),
                SAMPLE_TEST(test_sample_unpack__refuses_another_sample),
                SAMPLE_TEST(test_mail_sample__is_identified_by_its_content),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
