#include "remind/missed.h"

#include "store/ledger.h"

#include <string.h>

typedef struct Search {
        Store *store;
        const Config *config;
        Missed *missed;
} Search;

static int load_entry(const Search *search, const MailRecord *mail, MissedEntry *ret)
{
        int r = object_get_by_id(search->store, mail->object, &ret->record);
        if (r == 0)
                r = context_init(search->store, search->config, ret->record, &ret->context);
        if (r == 0)
                ret->occurrence = context_told(&ret->context, mail->start, mail->finish);
        return r;
}

static void entry_done(MissedEntry *entry)
{
        context_done(&entry->context);
        object_record_free(entry->record);
        *entry = (MissedEntry){ 0 };
}

static int on_parked(const MailRecord *mail, void *userdata)
{
        Search *search = userdata;
        Missed *missed = search->missed;
        if (missed->n == MISSED_MAX || !mail->finish[0])
                return 0;
        MissedEntry *entry = &missed->entries[missed->n];
        int r = load_entry(search, mail, entry);
        if (r == 0)
                missed->n++;
        else
                entry_done(entry);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int missed_load(Store *store, const Config *config, int64_t contact, usec_t now, Missed *ret)
{
        Search search = { store, config, ret };
        return ledger_parked_each(store, contact, now, on_parked, &search);
}

void missed_done(Missed *missed)
{
        for (size_t i = 0; i < missed->n; i++)
                entry_done(&missed->entries[i]);
        missed->n = 0;
}
