#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>

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
