#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The values are test vectors of the Internet-Draft draft-eastlake-fnv. */
static void test_hash_quick__is_fnv_1a(void **state)
{
        (void)state;
        assert_int_equal(hash_quick(""), 0xcbf29ce484222325);
        assert_int_equal(hash_quick("a"), 0xaf63dc4c8601ec8c);
        assert_int_equal(hash_quick("foobar"), 0x85944171f73967e8);
}

/* Test case 2 of RFC 4231. */
static void test_hash_keyed__is_hmac(void **state)
{
        static const char text[] = "what do ya want for nothing?";
        char hash[HASH_HEX_SIZE];
        (void)state;
        hash_keyed("Jefe", text, strlen(text), hash);
        assert_string_equal(hash, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_hash_keyed__is_hmac),
                cmocka_unit_test(test_hash_quick__is_fnv_1a),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
