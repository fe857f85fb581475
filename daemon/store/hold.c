#include "store/hold.h"

#include "store/ledger-internal.h"

#include <inttypes.h>
#include <stdio.h>

/* META_HOLD: the reason of the hold, and the end of the past: "WHY USEC". */
#define META_HOLD "hold"
#define META_WISH "hold_wish"

typedef struct Hold {
        MarkAge why;
        usec_t past; /* 0 until hold_fix_past() */
} Hold;

static int load(Store *store, Hold *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int why = MARK_CURRENT;
        usec_t past = 0;
        int r = store_meta_get(store, META_HOLD, &text);
        if (r == 0 && text)
                sscanf(text, "%d %" SCNd64, &why, &past);
        if (r == 0)
                *ret = (Hold){ (MarkAge)why, past };
        return r;
}

static int save(Store *store, const Hold *hold)
{
        char text[48];
        snprintf(text, sizeof(text), "%d %" PRId64, hold->why, hold->past);
        return store_meta_set(store, META_HOLD, text);
}

int hold_reason(Store *store, MarkAge *ret)
{
        Hold hold;
        int r = load(store, &hold);
        if (r == 0)
                *ret = hold.why;
        return r;
}

int hold_find(Store *store, MarkAge *ret)
{
        MarkAge why = MARK_CURRENT;
        int r = hold_reason(store, &why);
        if (r == 0 && why == MARK_CURRENT)
                r = mark_compare(store, &why);
        if (r == 0)
                *ret = why;
        return r;
}

int hold_begin(Store *store, MarkAge why)
{
        Hold hold;
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        r = load(store, &hold);
        if (r == 0 && hold.why == MARK_CURRENT)
                r = save(store, &(Hold){ .why = why });
        return store_write_end(&write, r);
}

int hold_wish(Store *store, HoldWish *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int wish = HOLD_UNDECIDED;
        int r = store_meta_get(store, META_WISH, &text);
        if (r == 0 && text)
                sscanf(text, "%d", &wish);
        if (r == 0)
                *ret = (HoldWish)wish;
        return r;
}

int hold_set_wish(Store *store, HoldWish wish)
{
        char text[16];
        snprintf(text, sizeof(text), "%d", wish);
        return store_meta_set(store, META_WISH, text);
}

int hold_fix_past(Store *store, usec_t now)
{
        Hold hold;
        StoreWrite write;
        int r = load(store, &hold);
        if (r != 0 || hold.past != 0)
                return r;
        r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        r = load(store, &hold);
        if (r == 0 && hold.why != MARK_CURRENT && hold.past == 0)
                r = save(store, &(Hold){ hold.why, now });
        return store_write_end(&write, r);
}

typedef struct Skip {
        Store *store;
        usec_t now;
        int64_t n;
} Skip;

/*
 * A PARKED mail counts as told. The contact may have got the mail before the store was restored, so it gets
 * a notice if the event changes.
 */
static int close_past(DbStatement *row, void *userdata)
{
        Skip *skip = userdata;
        bool may_matter = db_int(row, 1) > skip->now && db_int(row, 2) > 0;
        bool parked = may_matter || db_int(row, 3) == MAIL_UNKNOWN;
        skip->n++;
        return ledger_close(skip->store, db_int(row, 0), parked ? MAIL_PARKED : MAIL_EXPIRED,
                        MAIL_REASON_RESTORED, "", skip->now);
}

static int skip_past(Store *store, usec_t past, usec_t now, int64_t *ret_n)
{
        Skip skip = { store, now, 0 };
        int r = QUERY_EACH(store, close_past, &skip,
                        "SELECT id, expires, contact, state FROM mail"
                        " WHERE state IN (" SQL_STATES_WAITING ") AND due <= $1 ORDER BY id",
                        BIND_I(past));
        *ret_n = skip.n;
        return r;
}

static int end(Store *store, HoldWish wish, usec_t now, int64_t *ret_n)
{
        Hold hold;
        int r = load(store, &hold);
        *ret_n = 0;
        if (r == 0 && wish == HOLD_SKIP)
                r = skip_past(store, hold.past, now, ret_n);
        if (r == 0)
                r = mark_adopt(store);
        if (r == 0)
                r = store_meta_drop(store, META_HOLD);
        return r != 0 ? r : store_meta_drop(store, META_WISH);
}

int hold_end(Store *store, HoldWish wish, usec_t now, int64_t *ret_n)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, end(store, wish, now, ret_n));
}
