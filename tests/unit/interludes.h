#pragma once

/* For the tests of deliveries: what may happen between two steps of a delivery. */

#include "deliveries.h"

static inline void move_to_the_yard(Fixture *f)
{
        put_event(f, "Yard", "");
}

static inline void rename_event(Fixture *f)
{
        put_event(f, "Hall", "SUMMARY:Another name\r\n");
}

static inline void mute_event(Fixture *f)
{
        assert_int_equal(mute_put(f->store, f->contact, "e@x", clock_now(&f->clock)), 0);
}

static inline void unsubscribe(Fixture *f)
{
        assert_int_equal(subscription_delete(f->store, f->contact, 0, ""), 0);
}
