#include "service/heap.h"

#include <malloc.h>

enum { MMAP_THRESHOLD_BYTES = 256 * 1024, ARENAS_MAX = 2 };

/*
 * A feed of megabytes comes and goes as a whole: with a fixed threshold its memory is given back at once, where the C library would
 * raise the threshold after the first one and keep what comes after.
 */
void heap_set_up(void)
{
        mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES);
        mallopt(M_ARENA_MAX, ARENAS_MAX);
}
