#include "service/housekeeping.h"

#include "base/log.h"
#include "store/history.h"
#include "store/ledger-past.h"
#include "store/ledger.h"
#include "store/meeting.h"
#include "store/prune.h"
#include "store/signup.h"
#include "store/suppression.h"

#include <string.h>

enum { PRUNES_MAX = 20 }; /* steps of one day, so that the daemon's main thread is not busy for long */

/* An object leaves the trash not later than its history. */
static int prune_history(Store *store, const Config *config, usec_t now)
{
        usec_t before = now - config->history.keep, trash_before = now - config->history.trash;
        bool more = true;
        int r = 0;
        for (int i = 0; r == 0 && more && i < PRUNES_MAX; i++)
                r = history_prune(store, before, trash_before > before ? trash_before : before, &more);
        return r;
}

void housekeeping_run(Store *store, const Config *config, usec_t now)
{
        int64_t n_forgotten = 0;
        int r = signup_forget(store, now, &n_forgotten);
        if (r == 0)
                r = meeting_forget(store, now - config->meetings.keep, now, &n_forgotten);
        if (r == 0)
                r = suppression_forget(store, now - config->bounces.soft_period);
        if (r == 0)
                r = ledger_told_forget(store, now);
        if (r == 0)
                r = prune_history(store, config, now);
        if (r == 0)
                r = prune_tombstones(store, now - config->dav.deletions_keep);
        if (r == 0)
                r = past_begin(store, now);
        if (r != 0)
                log_kind(JOURNAL_STORE_FAILS, NULL, "old mails, requests and bounces cannot be removed: %s",
                                r < 0 ? strerror(-r) : store_explain(store, r));
}
