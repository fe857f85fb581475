#include "remind/announce-step.h"

#include "store/announcement-due.h"
#include "store/announcement.h"
#include "store/object.h"

enum { CONTACTS_BATCH = 100 }; /* in one transaction; a larger batch would block the event loop */

/* An event that was deleted since is not named by the mails' rows. */
static int find_object(Store *store, const Announcement *announcement, int64_t *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *event = NULL;
        int r = announcement->scope == ANNOUNCE_EVENT ? object_find(store, announcement->target, &event)
                                                      : STORE_E_NOT_FOUND;
        if (r == 0)
                *ret = event->id;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int add_mails(const DueWork *work, const Announcement *announcement, int64_t *ret_last)
{
        int64_t contacts[CONTACTS_BATCH], object = 0;
        int n = 0;
        int r = find_object(work->store, announcement, &object);
        if (r == 0)
                r = announcement_due_some(work->store, announcement->uid, CONTACTS_BATCH, contacts, &n);
        for (int i = 0; r == 0 && i < n; i++) {
                bool is_added;
                r = announcement_add_mail(
                                work->store, announcement, contacts[i], object, work->now, &is_added);
                r = r == STORE_E_NOT_FOUND ? 0 : r;
                *ret_last = contacts[i];
        }
        return r;
}

static int take_step(void *userdata)
{
        const DueWork *work = userdata;
        CLEANUP(announcement_freep) Announcement *announcement = NULL;
        char uid[TOKEN_SIZE];
        int64_t last = 0;
        int r = announcement_due_first(work->store, uid);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = announcement_get(work->store, uid, &announcement);
        if (r == 0)
                r = add_mails(work, announcement, &last);
        return r == 0 ? announcement_due_end(work->store, uid, last) : r;
}

static int process(const DueWork *work)
{
        usec_t next = USEC_INFINITY;
        DueWork copy = *work;
        int r = announce_source.next(work->store, &next);
        return r != 0 || next == USEC_INFINITY ? r : store_write(work->store, take_step, &copy);
}

static int next(Store *store, usec_t *ret)
{
        char uid[TOKEN_SIZE];
        int r = announcement_due_first(store, uid);
        if (r == 0)
                *ret = 0;
        else if (r == STORE_E_NOT_FOUND)
                *ret = USEC_INFINITY;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/* Does nothing, because the steps have no due time. */
static int rewind_none(Store *store, usec_t now, int64_t *ret_n)
{
        (void)store, (void)now;
        *ret_n = 0;
        return 0;
}

const DueSource announce_source = {
        .name = "announcements",
        .next = next,
        .process = process,
        .rewind = rewind_none,
};
