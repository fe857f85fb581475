/* Tests addresses and networks in all their text forms. */

#include "base/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_network_parse__accepts_only_networks(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                bool good;
        } rows[] = {
                { __LINE__, "127.0.0.1", true },
                { __LINE__, "10.0.0.0/8", true },
                { __LINE__, "0.0.0.0/0", true },
                { __LINE__, "2001:db8::/32", true },
                { __LINE__, "::1", true },
                { __LINE__, "::/0", true },
                { __LINE__, "10.0.0.1/8", false },
                { __LINE__, "10.0.0.0/33", false },
                { __LINE__, "10.0.0.0/", false },
                { __LINE__, "10.0.0.0/8x", false },
                { __LINE__, "10.0.0", false },
                { __LINE__, "2001:db8::1/32", false },
                { __LINE__, "2001:db8::/129", false },
                { __LINE__, "example.org", false },
                { __LINE__, "", false },
                { __LINE__, "/8", false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Network network;
                if ((network_parse(rows[i].text, &network) == 0) != rows[i].good)
                        fail_msg("row of line %d: %s", rows[i].line, rows[i].text);
        }
}

static void test_network_has__compares_the_prefix(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *network, *address;
                bool within;
        } rows[] = {
                { __LINE__, "10.0.0.0/8", "10.255.0.1", true },
                { __LINE__, "10.0.0.0/8", "11.0.0.1", false },
                { __LINE__, "192.168.4.0/22", "192.168.7.255", true },
                { __LINE__, "192.168.4.0/22", "192.168.8.0", false },
                { __LINE__, "127.0.0.1", "127.0.0.2", false },
                { __LINE__, "127.0.0.1", "::ffff:127.0.0.1", true },
                { __LINE__, "2001:db8::/33", "2001:db8:7fff::1", true },
                { __LINE__, "2001:db8::/33", "2001:db8:8000::1", false },
                { __LINE__, "0.0.0.0/0", "::1", false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Network network;
                Address address;
                assert_int_equal(network_parse(rows[i].network, &network), 0);
                assert_int_equal(address_parse(rows[i].address, &address), 0);
                if (network_has(&network, &address) != rows[i].within)
                        fail_msg("row of line %d", rows[i].line);
        }
}

static void test_address__is_written_as_it_was_read(void **state)
{
        (void)state;
        static const char *const rows[][2] = {
                { "127.0.0.1", "127.0.0.1" },
                { "::FFFF:10.1.2.3", "10.1.2.3" },
                { "2001:DB8:0::1", "2001:db8::1" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Address address;
                char text[ADDRESS_TEXT_BYTES];
                assert_int_equal(address_parse(rows[i][0], &address), 0);
                address_format(&address, text);
                assert_string_equal(text, rows[i][1]);
        }
}

static void test_address_network__keeps_the_prefix(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *address;
                int bits4, bits6;
                const char *expected;
        } rows[] = {
                { __LINE__, "192.0.2.77", ADDRESS_CLIENT4_BITS, ADDRESS_CLIENT6_BITS, "192.0.2.77" },
                { __LINE__, "192.0.2.77", 24, 48, "192.0.2.0" },
                { __LINE__, "192.0.255.255", 17, 48, "192.0.128.0" },
                { __LINE__, "192.0.2.77", 0, 0, "0.0.0.0" },
                { __LINE__, "::ffff:192.0.2.77", 24, 48, "192.0.2.0" },
                { __LINE__, "2001:db8:1:2ff:3::4", ADDRESS_CLIENT4_BITS, ADDRESS_CLIENT6_BITS,
                                "2001:db8:1:200::" },
                { __LINE__, "2001:db8:1:2ff:3::4", 24, 48, "2001:db8:1::" },
                { __LINE__, "2001:db8:1:2ff:3::4", 24, 63, "2001:db8:1:2fe::" },
                { __LINE__, "2001:db8::4", 32, 128, "2001:db8::4" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Address address;
                char text[ADDRESS_TEXT_BYTES];
                assert_int_equal(address_parse(rows[i].address, &address), 0);
                Address network = address_network(&address, rows[i].bits4, rows[i].bits6);
                address_format(&network, text);
                if (strcmp(text, rows[i].expected) != 0)
                        fail_msg("row of line %d: '%s'", rows[i].line, text);
        }
}

static void test_address_is_public__knows_special_networks(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                bool expected;
        } rows[] = {
                { __LINE__, "8.8.8.8", true },
                { __LINE__, "100.128.0.1", true },
                { __LINE__, "172.32.0.1", true },
                { __LINE__, "192.169.0.1", true },
                { __LINE__, "2a00:1450::1", true },
                { __LINE__, "2606:4700::1111", true },
                { __LINE__, "0.0.0.0", false },
                { __LINE__, "10.1.2.3", false },
                { __LINE__, "100.64.0.1", false },
                { __LINE__, "127.0.0.1", false },
                { __LINE__, "127.255.255.255", false },
                { __LINE__, "169.254.169.254", false },
                { __LINE__, "172.31.255.255", false },
                { __LINE__, "192.168.1.1", false },
                { __LINE__, "198.19.0.1", false },
                { __LINE__, "203.0.113.7", false },
                { __LINE__, "224.0.0.1", false },
                { __LINE__, "255.255.255.255", false },
                { __LINE__, "::", false },
                { __LINE__, "::1", false },
                { __LINE__, "::ffff:127.0.0.1", false },
                { __LINE__, "::ffff:8.8.8.8", true },
                { __LINE__, "::127.0.0.1", false },
                { __LINE__, "64:ff9b::7f00:1", false },
                { __LINE__, "2002:7f00:1::", false },
                { __LINE__, "2001:0:1::", false },
                { __LINE__, "2001:db8::1", false },
                { __LINE__, "fc00::1", false },
                { __LINE__, "fd12::1", false },
                { __LINE__, "fe80::1", false },
                { __LINE__, "fec0::1", false },
                { __LINE__, "ff02::1", false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Address address;
                assert_int_equal(address_parse(rows[i].text, &address), 0);
                if (address_is_public(&address) != rows[i].expected)
                        fail_msg("row of line %d: %s", rows[i].line, rows[i].text);
        }
        assert_false(address_is_public(&(Address){ .family = AF_UNIX }));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_network_parse__accepts_only_networks),
                cmocka_unit_test(test_network_has__compares_the_prefix),
                cmocka_unit_test(test_address__is_written_as_it_was_read),
                cmocka_unit_test(test_address_network__keeps_the_prefix),
                cmocka_unit_test(test_address_is_public__knows_special_networks),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
