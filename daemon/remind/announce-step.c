#include "remind/announce-step.h"

#include "base/log.h"
#include "remind/due.h"
#include "store/announcement-due.h"
#include "store/announcement.h"
#include "store/object.h"

#include <inttypes.h>
#include <string.h>

enum { CONTACTS_BATCH = 100 }; /* in one transaction; a larger batch would block the event loop */

/* A step, and how far it came; both are set also on failure. */
typedef struct Step {
        const DueWork *work;
        char uid[TOKEN_SIZE]; /* of the announcement; "" until it is known */
        int64_t contact;      /* of the recipient whose mail is added; 0 before the first one */
} Step;

/* An event that was deleted since, or that cannot be read, is not named by the mails' rows. */
static int find_object(Store *store, const Announcement *announcement, int64_t *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *event = NULL;
        int r = announcement->scope == ANNOUNCE_EVENT ? object_find(store, announcement->target, &event)
                                                      : STORE_E_NOT_FOUND;
        if (r == 0)
                *ret = event->id;
        return r == STORE_E_NOT_FOUND || r == DB_E_CORRUPT ? 0 : r;
}

static int add_mails(Step *step, const Announcement *announcement)
{
        const DueWork *work = step->work;
        int64_t contacts[CONTACTS_BATCH], object = 0;
        int n = 0;
        int r = find_object(work->store, announcement, &object);
        if (r == 0)
                r = announcement_due_some(work->store, announcement->uid, CONTACTS_BATCH, contacts, &n);
        for (int i = 0; r == 0 && i < n; i++) {
                bool is_added;
                step->contact = contacts[i];
                r = announcement_add_mail(
                                work->store, announcement, contacts[i], object, work->now, &is_added);
                r = r == STORE_E_NOT_FOUND ? 0 : r;
        }
        return r;
}

static int take_step(void *userdata)
{
        Step *step = userdata;
        CLEANUP(announcement_freep) Announcement *announcement = NULL;
        Store *store = step->work->store;
        *step = (Step){ .work = step->work };
        int r = announcement_due_first(store, step->uid);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = announcement_get(store, step->uid, &announcement);
        if (r == 0)
                r = add_mails(step, announcement);
        return r == 0 ? announcement_due_end(store, step->uid, step->contact) : r;
}

/* Gives up one recipient, or all if it is the announcement that cannot be read. */
static int give_up(void *userdata)
{
        const Step *step = userdata;
        return step->contact ? announcement_due_drop(step->work->store, step->uid, step->contact)
                             : announcement_due_end(step->work->store, step->uid, INT64_MAX);
}

static void tell_given_up(const Step *step, int failure)
{
        const char *why = failure < 0 ? strerror(-failure) : store_explain(step->work->store, failure);
        if (step->contact)
                log_error("contact %" PRId64 " does not get the announcement %s: %s", step->contact,
                                step->uid, why);
        else
                log_error("the announcement %s is not sent to those who have no mail of it yet: %s",
                                step->uid, why);
}

/* A row that cannot be read or written must keep neither the other recipients nor other mails waiting. */
static int take_step_or_give_up(Step *step)
{
        Store *store = step->work->store;
        int r = store_write(store, take_step, step);
        if (r == 0 || due_is_fault_of_store(r) || !step->uid[0])
                return r;
        tell_given_up(step, r);
        return store_write(store, give_up, step);
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

static int process(const DueWork *work)
{
        usec_t due = USEC_INFINITY;
        Step step = { .work = work };
        int r = next(work->store, &due);
        return r != 0 || due == USEC_INFINITY ? r : take_step_or_give_up(&step);
}

const DueSource announce_source = {
        .name = "announcements",
        .next = next,
        .process = process,
};
