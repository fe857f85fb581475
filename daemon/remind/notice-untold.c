#include "remind/notice-untold.h"

#include "remind/fanout.h"
#include "remind/notice.h"

static int on_contact(const EventContext *context, const Reader *reader, void *userdata)
{
        const usec_t *now = userdata;
        return notice_enter(context, reader, DUE_NOTIFY_NONE, *now);
}

int notice_count_as_told(Store *store, const Config *config, const ObjectRecord *record, usec_t now)
{
        CLEANUP(event_context_done) EventContext context = { 0 };
        const Fanout fanout = { .on_contact = on_contact, .userdata = &now };
        int r = event_context_init(store, config, record, &context);
        if (r == 0)
                r = fanout_all(&context, &fanout);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}
