#include "store/retention.h"

#include "base/cleanup.h"
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Run {
        usec_t time, since_boot;
        char boot[PROCESS_BOOT_SIZE];
} Run;

_Static_assert(PROCESS_BOOT_SIZE == 37, "the width of the boot in the format below");

/* @ret: the time is 0 if there was no run */
static int load(Store *store, Run *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        *ret = (Run){ 0 };
        int r = store_meta_get(store, META_RETENTION, &text);
        if (r == 0 && text)
                sscanf(text, "%" SCNd64 " %" SCNd64 " %36s", &ret->time, &ret->since_boot, ret->boot);
        return r;
}

static int save(Store *store, usec_t time, const RetentionMoment *moment)
{
        char text[128];
        snprintf(text, sizeof(text), "%" PRId64 " %" PRId64 " %s", time, moment->since_boot, moment->boot);
        return store_meta_set(store, META_RETENTION, text);
}

/* Returns how far the time may go on. If the machine does not name its boot, it counts as the same one. */
static usec_t allowance(const Run *last, const RetentionMoment *moment)
{
        bool is_same = strcmp(last->boot, moment->boot) == 0 && moment->since_boot >= last->since_boot;
        return is_same ? 2 * (moment->since_boot - last->since_boot) : 2 * USEC_PER_DAY;
}

static int begin(Store *store, usec_t now, const RetentionMoment *moment, usec_t *ret)
{
        Run last;
        usec_t time = now;
        int r = load(store, &last);
        if (r != 0)
                return r;
        if (last.time > 0 && time > last.time && time - last.time > allowance(&last, moment))
                time = last.time + allowance(&last, moment);
        r = save(store, time, moment);
        if (r == 0)
                *ret = last.time > 0 ? time : 0;
        return r;
}

void retention_moment(RetentionMoment *ret)
{
        ret->since_boot = clock_since_boot();
        process_boot(ret->boot);
}

int retention_time(Store *store, usec_t now, const RetentionMoment *moment, usec_t *ret)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, begin(store, now, moment, ret));
}
