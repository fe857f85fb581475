#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The values are test vectors of the Internet-Draft draft-eastlake-fnv. */
static void test_hash_quick__is_fnv_1a(void **state)
{
        (void)state;
        assert_int_equal(hash_quick(""), 0xcbf29ce484222325);
        assert_int_equal(hash_quick("a"), 0xaf63dc4c8601ec8c);
        assert_int_equal(hash_quick("foobar"), 0x85944171f73967e8);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_hash_quick__is_fnv_1a),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
