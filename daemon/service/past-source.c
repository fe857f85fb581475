#include "service/past-source.h"

#include "base/log.h"
#include "remind/due.h"
#include "store/ledger-past.h"

#include <string.h>

/*
 * Moves some rows. If a row of the ledger or of the archive is damaged, the archiving ends until the next
 * housekeeping begins it again. Reminders and mails are not affected.
 */
static int process(const DueWork *work)
{
        bool under_way = false;
        usec_t time = 0; /* not the clock's, which may have been set ahead */
        int r = past_is_under_way(work->store, &under_way, &time);
        if (r != 0 || !under_way)
                return r;
        r = past_process(work->store, time - work->config->mail.keep, time - work->config->mail.keep_text,
                        time);
        if (r == 0 || due_is_fault_of_store(r))
                return r;
        log_kind(JOURNAL_STORE_FAILS, NULL, "old mails are not moved to the archive today: %s",
                        r < 0 ? strerror(-r) : store_explain(work->store, r));
        return past_end(work->store, time);
}

static int next(Store *store, usec_t *ret)
{
        bool under_way = false;
        int r = past_is_under_way(store, &under_way, &(usec_t){ 0 });
        if (r == 0)
                *ret = under_way ? 0 : USEC_INFINITY;
        return r;
}

const DueSource past_source = {
        .name = "past",
        .next = next,
        .process = process,
};
