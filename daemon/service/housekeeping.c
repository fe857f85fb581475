#include "service/housekeeping.h"

#include "base/log.h"
#include "remind/due.h"
#include "store/history.h"
#include "store/ledger-past.h"
#include "store/ledger.h"
#include "store/meeting.h"
#include "store/office-text.h"
#include "store/prune.h"
#include "store/signup.h"
#include "store/suppression.h"

#include <string.h>

enum { PRUNES_MAX = 20 }; /* steps of one day, so that the daemon's main thread is not busy for long */

static int forget_signups(Store *store, const Config *config, usec_t now)
{
        int64_t n;
        (void)config;
        return signup_forget(store, now, &n);
}

static int forget_meetings(Store *store, const Config *config, usec_t now)
{
        int64_t n;
        return meeting_forget(store, now - config->meetings.keep, now, &n);
}

static int forget_bounces(Store *store, const Config *config, usec_t now)
{
        return suppression_forget(store, now - config->bounces.soft_period);
}

static int forget_told(Store *store, const Config *config, usec_t now)
{
        (void)config;
        return ledger_told_forget(store, now);
}

/* An object leaves the trash not later than its history. */
static int forget_history(Store *store, const Config *config, usec_t now)
{
        usec_t before = now - config->history.keep, trash_before = now - config->history.trash;
        bool more = true;
        int r = 0;
        for (int i = 0; r == 0 && more && i < PRUNES_MAX; i++)
                r = history_prune(store, before, trash_before > before ? trash_before : before, &more);
        return r != 0 ? r : office_text_prune(store, before);
}

static int forget_tombstones(Store *store, const Config *config, usec_t now)
{
        return prune_tombstones(store, now - config->dav.deletions_keep);
}

static int begin_archiving(Store *store, const Config *config, usec_t now)
{
        (void)config;
        return past_begin(store, now);
}

static const struct {
        const char *what;
        int (*run)(Store *store, const Config *config, usec_t now);
} steps[] = {
        { "old sign-up requests", forget_signups },
        { "old meetings", forget_meetings },
        { "old bounces", forget_bounces },
        { "the past events that mails have listed", forget_told },
        { "old history", forget_history },
        { "old tombstones", forget_tombstones },
        { "old mails", begin_archiving },
};

static void log_failure(Store *store, const char *what, int r)
{
        log_kind(JOURNAL_STORE_FAILS, NULL, "%s cannot be removed: %s", what,
                        r < 0 ? strerror(-r) : store_explain(store, r));
}

void housekeeping_run(Store *store, const Config *config, usec_t now, const RetentionMoment *moment)
{
        usec_t time = 0;
        int r = retention_time(store, now, moment, &time);
        if (r != 0)
                log_failure(store, "old data", r);
        for (size_t i = 0; time > 0 && !due_is_fault_of_store(r) && i < sizeof(steps) / sizeof(steps[0]);
                        i++) {
                r = steps[i].run(store, config, time);
                if (r != 0)
                        log_failure(store, steps[i].what, r);
        }
}
