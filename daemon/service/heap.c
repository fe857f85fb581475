#include "service/heap.h"

#include <malloc.h>

enum { MMAP_THRESHOLD_BYTES = 256 * 1024, TRIM_THRESHOLD_BYTES = 512 * 1024, ARENAS_MAX = 2 };

/*
 * Fixes the size above which an allocation is mapped, so that the memory of a large feed returns to the
 * system as soon as it is freed. Otherwise the C library would raise this threshold after the first large
 * feed, and keep the memory of later ones.
 *
 * A heap keeps twice as much as a reply may take in memory (base/spool.h), because a buffer that grows has
 * its old and its new memory at once, and pages that were returned to the system cost more than the reply
 * when the next one needs them.
 */
void heap_set_up(void)
{
        mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES);
        mallopt(M_TRIM_THRESHOLD, TRIM_THRESHOLD_BYTES);
        mallopt(M_ARENA_MAX, ARENAS_MAX);
}
