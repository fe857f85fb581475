#include "base/progress.h"

#include <stdatomic.h>

int progress_enter(Progress *progress, usec_t now)
{
        for (int place = 0; place < PROGRESS_PLACES; place++) {
                usec_t none = 0;
                if (atomic_compare_exchange_strong_explicit(&progress->signs[place], &none, now,
                                    memory_order_relaxed, memory_order_relaxed))
                        return place;
        }
        return PROGRESS_NO_PLACE;
}

void progress_show(Progress *progress, int place, usec_t now)
{
        if (place != PROGRESS_NO_PLACE)
                atomic_store_explicit(&progress->signs[place], now, memory_order_relaxed);
}

void progress_leave(Progress *progress, int place)
{
        progress_show(progress, place, 0);
}

usec_t progress_oldest(const Progress *progress)
{
        usec_t oldest = USEC_INFINITY;
        for (int place = 0; place < PROGRESS_PLACES; place++) {
                usec_t sign = atomic_load_explicit(&progress->signs[place], memory_order_relaxed);
                if (sign != 0 && sign < oldest)
                        oldest = sign;
        }
        return oldest;
}
