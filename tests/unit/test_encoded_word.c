#include "mail/encoded-word.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { WORD_COLUMNS = 75 }; /* RFC 2047, 2 */

static void test_encoded_word_needed__for_what_is_not_plain(void **state)
{
        (void)state;
        assert_false(encoded_word_needed(""));
        assert_false(encoded_word_needed("Tomorrow, 24 June: x = ?"));
        assert_true(encoded_word_needed("Завтра"));
        assert_true(encoded_word_needed("=?utf-8?B?0LY=?="));
}

/*
 * Returns the text of all encoded words. Checks that each is short, has whole characters, and that only the
 * last has padding.
 */
static char *decoded(const char *words, int line)
{
        GString *text = g_string_new(NULL);
        char **all = g_strsplit(words, "\r\n", -1);
        for (char **word = all; *word; word++) {
                if (!g_str_has_prefix(*word, " =?utf-8?B?") || !g_str_has_suffix(*word, "?=") ||
                                strlen(*word) > WORD_COLUMNS + 1)
                        fail_msg("line %d: %s", line, *word);
                char *base64 = g_strndup(*word + 11, strlen(*word) - 13);
                assert_true(!word[1] || !strchr(base64, '='));
                gsize len;
                g_base64_decode_inplace(base64, &len);
                assert_true(g_utf8_validate(base64, (gssize)len, NULL));
                g_string_append_len(text, base64, (gssize)len);
                g_free(base64);
        }
        g_strfreev(all);
        return g_string_free(text, FALSE);
}

static void test_encoded_word_append__parts_without_padding(void **state)
{
        static const struct {
                const char *text;
                int line;
        } rows[] = {
                { "ж", __LINE__ },
                { "Завтра, 24 июня: Практическая сессия по развитию промышленных кластеров России",
                                __LINE__ },
                { "a🎭é a🎭é a🎭é a🎭é a🎭é a🎭é a🎭é a🎭é a🎭é a🎭é", __LINE__ },
                { "=?utf-8?B?0LY=?= =?utf-8?B?0LY=?= =?utf-8?B?0LY=?=", __LINE__ },
                { "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e"
                  "\u0301e\u0301",
                                __LINE__ },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                encoded_word_append(&out, rows[i].text);
                char *text = decoded(buffer_text(&out), rows[i].line);
                assert_string_equal(text, rows[i].text);
                g_free(text);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_encoded_word_needed__for_what_is_not_plain),
                cmocka_unit_test(test_encoded_word_append__parts_without_padding),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
