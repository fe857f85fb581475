/* Domains with letters beyond ASCII. The pairs are from IANA's root zone and RFC 3492, section 7.1. */

#include "base/idn.h"

#include "contact/address.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_idn__both_ways(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *given, *ascii, *unicode; /* ascii NULL: not valid */
        } rows[] = {
                { __LINE__, "пример.рф", "xn--e1afmkfd.xn--p1ai", "пример.рф" },
                { __LINE__, "ПРИМЕР.РФ", "xn--e1afmkfd.xn--p1ai", "пример.рф" },
                { __LINE__, "xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai", "пример.рф" },
                { __LINE__, "XN--E1AFMKFD.XN--P1AI", "xn--e1afmkfd.xn--p1ai", "пример.рф" },
                { __LINE__, "mail.пример.рф", "mail.xn--e1afmkfd.xn--p1ai", "mail.пример.рф" },
                { __LINE__, "bücher.example", "xn--bcher-kva.example", "bücher.example" },
                { __LINE__, "faß.example", "xn--fa-hia.example", "faß.example" },
                { __LINE__, "Example.ORG", "example.org", "example.org" },
                { __LINE__, "xn--.рф", NULL, NULL },
                { __LINE__, "xn--a.example", NULL, NULL }, /* no label of punycode */
                { __LINE__, "a b.example", NULL, NULL },
                { __LINE__, "a\u202eb.example", NULL, NULL }, /* a direction mark */
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char ascii[IDN_DOMAIN_SIZE] = "", unicode[IDN_DOMAIN_SIZE] = "";
                int r = idn_to_ascii(rows[i].given, ascii);
                if (r != (rows[i].ascii ? 0 : -EINVAL))
                        fail_msg("line %d: %d %s", rows[i].line, r, ascii);
                if (!rows[i].ascii)
                        continue;
                assert_int_equal(idn_to_unicode(rows[i].given, unicode), 0);
                if (strcmp(ascii, rows[i].ascii) != 0 || strcmp(unicode, rows[i].unicode) != 0)
                        fail_msg("line %d: %s %s", rows[i].line, ascii, unicode);
        }
}

static void test_address__forms(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *given, *wire, *shown; /* NULL: not valid */
        } rows[] = {
                { __LINE__, "Guest@пример.рф", "Guest@xn--e1afmkfd.xn--p1ai", "Guest@пример.рф" },
                { __LINE__, "guest@xn--e1afmkfd.xn--p1ai", "guest@xn--e1afmkfd.xn--p1ai",
                                "guest@пример.рф" },
                { __LINE__, "g@example.org", "g@example.org", "g@example.org" },
                { __LINE__, "гость@пример.рф", "гость@xn--e1afmkfd.xn--p1ai", "гость@пример.рф" },
                { __LINE__, "g@xn--a.example", NULL, NULL },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char wire[ADDRESS_WIRE_SIZE], shown[ADDRESS_WIRE_SIZE];
                assert_true(card_email_valid(rows[i].given) == (rows[i].wire != NULL));
                assert_int_equal(address_to_wire(rows[i].given, wire), rows[i].wire ? 0 : -EINVAL);
                address_to_show(rows[i].given, shown);
                if (rows[i].wire && (strcmp(wire, rows[i].wire) != 0 || strcmp(shown, rows[i].shown) != 0))
                        fail_msg("line %d: %s %s", rows[i].line, wire, shown);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_idn__both_ways),
                cmocka_unit_test(test_address__forms),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
