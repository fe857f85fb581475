#include "remind/settling.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void settling_done(Settling *settling)
{
        free(settling->rows);
}

static int on_waiting(const MailRecord *mail, void *userdata)
{
        Settling *settling = userdata;
        SettlingRow *rows = array_grow(settling->rows, settling->n, sizeof(*rows));
        if (!rows)
                return -ENOMEM;
        settling->rows = rows;
        SettlingRow *row = &rows[settling->n++];
        *row = (SettlingRow){ .id = mail->id };
        memcpy(row->key, mail->key, sizeof(row->key));
        return 0;
}

int settling_load(Store *store, int64_t contact, const char *uid, usec_t now, Settling *ret)
{
        return ledger_settling_each(store, contact, uid, now, on_waiting, ret);
}

void settling_keep(Settling *settling, const char *key)
{
        for (size_t i = 0; i < settling->n; i++)
                if (strcmp(settling->rows[i].key, key) == 0)
                        settling->rows[i].is_wanted = true;
}

/* A row that has been closed since, because the change counts as told, keeps its reason. */
static int close_row(Store *store, const SettlingRow *row, usec_t now)
{
        int r = ledger_close(store, row->id, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN, "", now);
        return r == STORE_E_CONFLICT ? 0 : r;
}

int settling_close(Store *store, const Settling *settling, usec_t now)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < settling->n; i++)
                if (!settling->rows[i].is_wanted)
                        r = close_row(store, &settling->rows[i], now);
        return r;
}
