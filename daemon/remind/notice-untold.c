#include "remind/notice-untold.h"

#include "remind/fanout.h"
#include "remind/notice.h"

static int on_contact(const EventContext *context, const Reader *reader, void *userdata)
{
        const usec_t *now = userdata;
        return notice_enter(context, reader, DUE_NOTIFY_NONE, *now);
}

static int ignore_reminders(const EventContext *context, const Reader *reader, const Reminder *reminders,
                size_t n, void *userdata)
{
        (void)context, (void)reader, (void)reminders, (void)n, (void)userdata;
        return 0;
}

int notice_count_as_told(Store *store, const Config *config, const ObjectRecord *record, usec_t now)
{
        EventContext context = { 0 };
        const Fanout fanout = { .from = now,
                .until = now,
                .on_contact = on_contact,
                .on_fire = ignore_reminders,
                .userdata = &now };
        int64_t last = 0;
        int r = event_context_init(store, config, record, &context);
        do {
                if (r == 0)
                        r = fanout_batch(&context, last, 0, &fanout, &last);
        } while (r == 0 && last > 0);
        event_context_done(&context);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}
