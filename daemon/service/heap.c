#include "service/heap.h"

#include <malloc.h>

enum { MMAP_THRESHOLD_BYTES = 256 * 1024, ARENAS_MAX = 2 };

/*
 * Fixes the threshold above which an allocation is mapped, so that the memory of a large feed returns to the
 * system as soon as it is freed. Otherwise the C library would raise the threshold after the first large
 * feed, and keep the memory of the next ones.
 */
void heap_set_up(void)
{
        mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES);
        mallopt(M_ARENA_MAX, ARENAS_MAX);
}
