#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 16 };

/* The room of an array with n items is ROOM_MIN, or the next power of two. */
void *array_grow(void *array, size_t n, size_t size)
{
        if (n == 0)
                return reallocarray(array, ROOM_MIN, size);
        if (n < ROOM_MIN || (n & (n - 1)) != 0)
                return array;
        return n > SIZE_MAX / 2 ? NULL : reallocarray(array, 2 * n, size);
}

size_t array_first_from(const void *array, size_t n, size_t size, size_t offset, size_t key)
{
        size_t low = 0, high = n;
        while (low < high) {
                size_t middle = low + (high - low) / 2, its;
                memcpy(&its, (const char *)array + middle * size + offset, sizeof(its));
                if (its < key)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}
