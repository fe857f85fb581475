/* The reminders of one event, whether or not the ledger has their rows. */

#include "remind/due.h"
#include "remind/fanout.h"

typedef struct EachState {
        usec_t after, until;
        int (*on_reminder)(const Reminder *reminder, void *userdata);
        void *userdata;
} EachState;

static int on_fire_each(const EventContext *context, const Reader *reader, const Reminder *reminders,
                size_t n, void *userdata)
{
        (void)context;
        (void)reader;
        const EachState *state = userdata;
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++)
                if (reminders[i].fire > state->after && reminders[i].fire <= state->until)
                        r = state->on_reminder(&reminders[i], state->userdata);
        return r;
}

int due_each(Store *store, const Config *config, const ObjectRecord *record, usec_t from, usec_t after,
                usec_t until, int64_t contact, int (*on_reminder)(const Reminder *reminder, void *userdata),
                void *userdata)
{
        CLEANUP(event_context_done) EventContext context = { 0 };
        int r = event_context_init(store, config, record, &context);
        if (r != 0 || !context.takes_place)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        EachState state = { after, until, on_reminder, userdata };
        Fanout fanout = { .from = from, .until = until, .on_fire = on_fire_each, .userdata = &state };
        int64_t last = 0;
        do
                r = fanout_batch(&context, last, contact, &fanout, &last);
        while (r == 0 && last != 0);
        return r;
}
