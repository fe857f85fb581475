#include "service/heap.h"

#include <malloc.h>

enum { MMAP_THRESHOLD_BYTES = 256 * 1024, ARENAS_MAX = 2 };

/*
 * A feed of megabytes is allocated and freed as a whole: with a fixed threshold its memory goes back to the system at once. The C library
 * would raise the threshold after the first one, and keep the memory of those that follow.
 */
void heap_set_up(void)
{
        mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES);
        mallopt(M_ARENA_MAX, ARENAS_MAX);
}
