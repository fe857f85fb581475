#include "remind/restored.h"

#include "base/log.h"
#include "store/epoch.h"
#include "store/hold.h"

#include <errno.h>
#include <string.h>

static const char *const reasons[] = {
        [MARK_CURRENT] = "",
        [MARK_OLDER] = "the store is older than the last mail that was sent from it",
        [MARK_LOSSES] = "a repair of the store has lost rows about mails",
        [MARK_ORDERED] = "`convene hold` has ordered that",
        [MARK_OTHER] = "the store is another one than that from which the last mail was sent",
        [MARK_MISSING] =
                        "the mark beside the store is gone, so that the store may be older than the last mail that was sent from it",
};

static const char *explain(Store *store, int r)
{
        return r < 0 ? strerror(-r) : store_explain(store, r);
}

/*
 * Passes on conditions of the store and -ENOMEM. Any other errno is an error of the mark's file. It is only
 * logged, because the daemon can work without the mark.
 */
static int pass_over(int r, const char *what)
{
        if (r < 0 && r != -ENOMEM) {
                log_warning("the mark beside the store cannot be %s, a store that is put back may not be noticed: %s",
                                what, strerror(-r));
                return 0;
        }
        return r;
}

static int begin(Store *store, MarkAge *ret)
{
        MarkAge why = MARK_CURRENT;
        int r = pass_over(mark_compare(store, &why), "read");
        if (r == 0 && why != MARK_CURRENT)
                r = hold_begin(store, why);
        /* Calendar programs have seen changes that the store does not have any more. */
        if (r == 0 && why != MARK_CURRENT)
                r = epoch_renew(store);
        return r != 0 ? r : hold_reason(store, ret);
}

static void tell(MarkAge why)
{
        log_kind(JOURNAL_MAILS_HELD, NULL, "no mail is sent until `convene resume`: %s", reasons[why]);
}

int restored_start(Store *store, bool *ret_held)
{
        MarkAge why = MARK_CURRENT;
        int r = begin(store, &why);
        if (r == 0 && why == MARK_CURRENT)
                r = hold_drop_idle_wish(store);
        if (r == 0 && why == MARK_CURRENT)
                r = pass_over(mark_adopt(store), "written");
        if (r != 0)
                return r;
        *ret_held = why != MARK_CURRENT;
        if (*ret_held)
                tell(why);
        return 0;
}

int restored_look(Store *store, bool *held)
{
        MarkAge why = MARK_CURRENT;
        int r = hold_reason(store, &why);
        if (r != 0)
                return r;
        if (why != MARK_CURRENT && !*held)
                tell(why);
        *held = why != MARK_CURRENT;
        return 0;
}

static int end(Store *store, HoldWish wish, usec_t now)
{
        int64_t n = 0;
        int r = pass_over(mark_adopt(store), "written");
        if (r == 0)
                r = hold_end(store, wish, now, &n);
        if (r != 0)
                log_error("mails are still held: %s", explain(store, r));
        else if (wish == HOLD_SKIP)
                log_info("mails are sent again; %lld were due before the store was put back, and are not sent",
                                (long long)n);
        else
                log_info("mails are sent again");
        return r;
}

int restored_settle(Store *store, usec_t next, usec_t now, bool *ret_held)
{
        HoldWish wish = HOLD_UNDECIDED;
        bool is_all_there = next > now;
        int r = is_all_there ? hold_fix_past(store, now) : 0;
        if (r == 0)
                r = hold_wish(store, &wish);
        if (r != 0)
                return r;
        bool may_end = wish == HOLD_SEND || (wish == HOLD_SKIP && is_all_there);
        if (may_end)
                r = end(store, wish, now);
        if (r == 0)
                *ret_held = !may_end;
        return r;
}
