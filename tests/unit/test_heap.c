#include "service/heap.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LARGE_BYTES = 1 << 20 };

/*
 * Large blocks are returned to the system. Without a fixed mmap threshold the second one would be taken from
 * the heap, which keeps it.
 */
static void test_heap__a_freed_large_block_returns_to_the_system(void **state)
{
        (void)state;
#ifdef SANITIZED
        skip(); /* the sanitizer has an allocator of its own */
#endif
        heap_set_up();
        for (int i = 0; i < 3; i++) {
                size_t before = mallinfo2().hblkhd;
                char *volatile block = malloc(LARGE_BYTES);
                memset(block, 1, LARGE_BYTES);
                assert_true(mallinfo2().hblkhd >= before + LARGE_BYTES);
                free(block);
                assert_true(mallinfo2().hblkhd == before);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_heap__a_freed_large_block_returns_to_the_system),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
