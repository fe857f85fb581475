#include "remind/parked.h"

#include "store/ledger.h"

#include <string.h>

typedef struct Search {
        Store *store;
        const Config *config;
        Parked *parked;
} Search;

static int load_entry(const Search *search, const MailRecord *mail, ParkedEntry *ret)
{
        int r = object_get_by_id(search->store, mail->object, &ret->record);
        if (r == 0)
                r = event_context_init(search->store, search->config, ret->record, &ret->context);
        if (r == 0)
                ret->occurrence = event_context_told(&ret->context, mail->start, mail->finish);
        return r;
}

static void entry_done(ParkedEntry *entry)
{
        event_context_done(&entry->context);
        object_record_free(entry->record);
        *entry = (ParkedEntry){ 0 };
}

static int on_parked(const MailRecord *mail, void *userdata)
{
        Search *search = userdata;
        Parked *parked = search->parked;
        if (parked->n == PARKED_MAX || !mail->finish[0])
                return 0;
        ParkedEntry *entry = &parked->entries[parked->n];
        int r = load_entry(search, mail, entry);
        if (r == 0)
                parked->n++;
        else
                entry_done(entry);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int parked_load(Store *store, const Config *config, int64_t contact, usec_t now, Parked *ret)
{
        Search search = { store, config, ret };
        return ledger_parked_each(store, contact, now, on_parked, &search);
}

void parked_done(Parked *parked)
{
        for (size_t i = 0; i < parked->n; i++)
                entry_done(&parked->entries[i]);
        parked->n = 0;
}
