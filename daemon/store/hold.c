#include "store/hold.h"

#include "store/ledger-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * META_HOLD: the reason of the hold, the end of the past, and the mark at the time of the hold: "WHY USEC
 * MARK". META_WISH: the wish, and the mark at its time: "WISH MARK". A backup contains both rows. If mails
 * were sent after the backup, the mark differs when the backup is put back, and both rows are ignored.
 */
#define META_HOLD "hold"
#define META_WISH "hold_wish"

_Static_assert(MARK_WORD_SIZE == 57, "the width of the mark in the formats below");

typedef struct Hold {
        MarkAge why;
        usec_t past; /* 0 until hold_fix_past() */
        char mark[MARK_WORD_SIZE];
} Hold;

typedef struct Wish {
        int wish; /* HoldWish */
        char mark[MARK_WORD_SIZE];
} Wish;

/* Reads META_HOLD. A damaged value counts as a hold after losses (MARK_LOSSES). */
static int load(Store *store, Hold *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int why = MARK_CURRENT;
        Hold hold = { .past = 0 };
        int r = store_meta_get(store, META_HOLD, &text);
        int n = r == 0 && text ? sscanf(text, "%d %" SCNd64 " %56s", &why, &hold.past, hold.mark) : 0;
        bool is_known = n > 0 && why >= MARK_CURRENT && why <= MARK_ORDERED;
        if (text)
                hold.why = is_known ? (MarkAge)why : MARK_LOSSES;
        if (r == 0)
                *ret = hold;
        return r;
}

static int save(Store *store, const Hold *hold)
{
        char text[48 + MARK_WORD_SIZE];
        snprintf(text, sizeof(text), "%d %" PRId64 " %s", hold->why, hold->past, hold->mark);
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

static int load_wish(Store *store, Wish *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        Wish wish = { .wish = HOLD_UNDECIDED };
        int r = store_meta_get(store, META_WISH, &text);
        if (r == 0 && text)
                sscanf(text, "%d %56s", &wish.wish, wish.mark);
        if (r == 0)
                *ret = wish;
        return r;
}

/* Drops a wish that was stored beside another mark than @mark. */
static int check_wish(Store *store, const char *mark)
{
        Wish wish;
        int r = load_wish(store, &wish);
        return r != 0 || strcmp(wish.mark, mark) == 0 ? r : store_meta_drop(store, META_WISH);
}

/*
 * Makes a new mark in place of a missing one, so that this hold differs from a later hold without a mark.
 * The operator's wish stays valid. If the file cannot be written, the hold begins without a mark.
 */
static int name_hold(Store *store, char mark[static MARK_WORD_SIZE])
{
        Wish wish;
        int r = load_wish(store, &wish);
        if (r != 0)
                return r;
        r = mark_place(store);
        if (r == 0)
                r = mark_word(store, mark);
        if (r == 0 && wish.wish != HOLD_UNDECIDED)
                r = hold_set_wish(store, (HoldWish)wish.wish);
        return r < 0 && r != -ENOMEM ? 0 : r;
}

static int begin(Store *store, MarkAge why)
{
        Hold hold, new = { .why = why };
        int r = load(store, &hold);
        if (r == 0)
                r = mark_word(store, new.mark);
        if (r == 0)
                r = check_wish(store, new.mark);
        if (r != 0 || (hold.why != MARK_CURRENT && strcmp(hold.mark, new.mark) == 0))
                return r;
        if (why == MARK_MISSING && strcmp(new.mark, "-") == 0)
                r = name_hold(store, new.mark);
        return r != 0 ? r : save(store, &new);
}

int hold_begin(Store *store, MarkAge why)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, begin(store, why));
}

static int order(Store *store)
{
        Hold new = { .why = MARK_ORDERED };
        int r = mark_word(store, new.mark);
        if (r == 0)
                r = store_meta_drop(store, META_WISH);
        return r != 0 ? r : save(store, &new);
}

int hold_order(Store *store)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, order(store));
}

int hold_wish(Store *store, HoldWish *ret)
{
        Wish wish;
        int r = load_wish(store, &wish);
        if (r == 0)
                *ret = (HoldWish)wish.wish;
        return r;
}

int hold_set_wish(Store *store, HoldWish wish)
{
        char mark[MARK_WORD_SIZE], text[16 + MARK_WORD_SIZE];
        int r = mark_word(store, mark);
        snprintf(text, sizeof(text), "%d %s", wish, r == 0 ? mark : "");
        return r != 0 ? r : store_meta_set(store, META_WISH, text);
}

static int drop_idle_wish(Store *store)
{
        Hold hold;
        int r = load(store, &hold);
        return r != 0 || hold.why != MARK_CURRENT ? r : store_meta_drop(store, META_WISH);
}

int hold_drop_idle_wish(Store *store)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, drop_idle_wish(store));
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
        if (r == 0 && hold.why != MARK_CURRENT && hold.past == 0) {
                hold.past = now;
                r = save(store, &hold);
        }
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
        int r = ledger_close(skip->store, db_int(row, 0), parked ? MAIL_PARKED : MAIL_EXPIRED,
                        MAIL_REASON_RESTORED, "", skip->now);
        /* The other rows of a bundle were closed with the first of them. */
        return r == STORE_E_CONFLICT ? 0 : r;
}

static int skip_past(Store *store, usec_t past, usec_t now, int64_t *ret_n)
{
        Skip skip = { store, now, 0 };
        int r = QUERY_EACH(store, close_past, &skip,
                        "SELECT CASE WHEN bundle > 0 THEN bundle ELSE id END, expires, contact, state FROM mail"
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
                r = store_meta_drop(store, META_HOLD);
        return r != 0 ? r : store_meta_drop(store, META_WISH);
}

int hold_end(Store *store, HoldWish wish, usec_t now, int64_t *ret_n)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, end(store, wish, now, ret_n));
}
