#include "meet/taken.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>

void taken_done(Taken *taken)
{
        free(taken->starts);
        free(taken->ends);
}

int taken_add(Taken *taken, usec_t start, usec_t end)
{
        usec_t *starts = array_grow(taken->starts, taken->n, sizeof(*starts));
        if (!starts)
                return -ENOMEM;
        taken->starts = starts;
        usec_t *ends = array_grow(taken->ends, taken->n, sizeof(*ends));
        if (!ends)
                return -ENOMEM;
        taken->ends = ends;
        starts[taken->n] = start;
        ends[taken->n++] = end;
        return 0;
}

static int compare(const void *a, const void *b)
{
        usec_t left = *(const usec_t *)a, right = *(const usec_t *)b;
        return (left > right) - (left < right);
}

void taken_sort(Taken *taken)
{
        if (taken->n < 2)
                return;
        qsort(taken->starts, taken->n, sizeof(*taken->starts), compare);
        qsort(taken->ends, taken->n, sizeof(*taken->ends), compare);
}

/* Counts the values below @bound in a sorted array. */
static size_t count_below(const usec_t *values, size_t n, usec_t bound)
{
        size_t low = 0, high = n;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (values[middle] < bound)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

size_t taken_overlaps(const Taken *taken, usec_t start, usec_t end)
{
        return count_below(taken->starts, taken->n, end) - count_below(taken->ends, taken->n, start + 1);
}
