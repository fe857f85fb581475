#include "meet/host-calendar.h"

#include "base/array.h"
#include "mail/bare-address.h"
#include "meet/booking-people.h"
#include "meet/booking.h"
#include "meet/host-copy.h"
#include "meet/offers.h"
#include "meet/person-line.h"
#include "store/address.h"
#include "store/object-head.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FOUND = 1 };

static int on_offer(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        (void)record;
        (void)offer;
        (void)userdata;
        return FOUND;
}

/* Reads the card with the mail address of an account. STORE_E_NOT_FOUND: there is none. */
static int find_card(Store *store, const char *login, ObjectRecord **ret)
{
        Account account;
        int64_t contact = 0;
        int r = account_get(store, login, &account);
        explicit_bzero(account.password, sizeof(account.password));
        if (r == 0 && !account.mail[0])
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                r = address_find(store, account.mail, &contact, NULL);
        if (r == 0 && contact == 0)
                r = STORE_E_NOT_FOUND;
        return r != 0 ? r : object_get_by_id(store, contact, ret);
}

int host_calendar_find(Store *store, const Config *config, const char *account, Collection *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *card = NULL;
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        int r = collection_host(store, login, ret);
        if (r != STORE_E_NOT_FOUND)
                return r == STORE_E_CONFLICT ? STORE_E_NOT_FOUND : r;
        r = find_card(store, login, &card);
        if (r == 0)
                r = offers_each_of_host(store, card->uid, config->time_zone, on_offer, NULL);
        if (r != FOUND)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        *ret = (Collection){ .components = COLLECTION_VEVENT, .scheduling = COLLECTION_HOST };
        strcpy(ret->owner, login);
        strcpy(ret->segment, COLLECTION_HOST_SEGMENT);
        collection_own_name(login, false, COLLECTION_HOST_SEGMENT, ret->name);
        return 0;
}

/* UIDs of bookings; they are collected before the first copy is written. */
typedef struct Uids {
        char **items;
        size_t n;
} Uids;

static void uids_done(Uids *uids)
{
        for (size_t i = 0; i < uids->n; i++)
                free(uids->items[i]);
        free(uids->items);
}

static int add_uid(Uids *uids, const char *uid)
{
        char **items = array_grow(uids->items, uids->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        uids->items = items;
        items[uids->n] = strdup(uid);
        return items[uids->n] ? (uids->n++, 0) : -ENOMEM;
}

static int on_meeting(const Meeting *meeting, void *userdata)
{
        return add_uid(userdata, meeting->uid);
}

static int on_copy(const ObjectHead *head, void *userdata)
{
        return add_uid(userdata, head->uid);
}

static int collect(const BookingWork *work, const char *login, Uids *uids)
{
        CLEANUP(object_record_freep) ObjectRecord *card = NULL;
        Collection calendar;
        int r = find_card(work->store, login, &card);
        if (r == 0)
                r = meeting_each(work->store, card->uid, work->now, on_meeting, uids);
        if (r == 0 || r == STORE_E_NOT_FOUND)
                r = collection_host(work->store, login, &calendar);
        if (r == 0)
                r = object_head_each(work->store, calendar.name, on_copy, uids);
        return r == STORE_E_NOT_FOUND || r == STORE_E_CONFLICT ? 0 : r;
}

static int fill(const BookingWork *work, const char *account)
{
        CLEANUP(uids_done) Uids uids = { .n = 0 };
        char login[ACCOUNT_NAME_SIZE];
        account_login(account, login);
        int r = collect(work, login, &uids);
        for (size_t i = 0; r == 0 && i < uids.n; i++)
                r = host_copy_follow(work, uids.items[i]);
        return r;
}

int host_calendar_fill(const BookingWork *work, const char *account)
{
        StoreWrite write;
        int r = store_write_begin(work->store, &write);
        return r != 0 ? r : store_write_end(&write, fill(work, account));
}

/*
 * Whether everybody who is invited is known to the host: the host and the office. The visitor counts as a
 * stranger, so that the host cannot find the visitor's address by trying addresses.
 */
static int check_people(const BookingWork *work, const HostCopy *copy, const Event *wanted)
{
        const ContentLine *line = NULL;
        char address[PERSON_ADDRESS_SIZE], office[ADDRESS_SIZE];
        int r = bare_address(work->config->mail.from ? work->config->mail.from : "", office, sizeof(office));
        if (r != 0)
                return r;
        while ((line = event_property_next(wanted, "ATTENDEE", line))) {
                person_line_address(line->value, address, sizeof(address));
                if (strcasecmp(address, copy->account.address) != 0 && strcasecmp(address, office) != 0)
                        return HOST_CALENDAR_E_PEOPLE;
        }
        return 0;
}

static int check_form(const BookingWork *work, const HostCopy *copy, const Event *wanted)
{
        if (event_is_draft(wanted) || event_is_recurring(wanted) || !event_has_series(wanted) ||
                        event_start(wanted).form == WHEN_DATE)
                return HOST_CALENDAR_E_FORM;
        return check_people(work, copy, wanted);
}

/* Finds the time and place that a changed copy has instead of those of the booking. */
static int read_time(const BookingWork *work, const HostCopy *copy, const Event *wanted, BookingTime *ret,
                bool *ret_changed)
{
        const char *place = event_text_property(wanted, "LOCATION");
        const char *own = event_text_property(copy->event, "LOCATION");
        *ret = (BookingTime){ .start = 0 };
        int r = event_span(wanted, work->config->time_zone, &ret->start, &ret->end);
        if (r != 0)
                return r < 0 ? r : HOST_CALENDAR_E_FORM;
        bool is_other = place && place[0] && strcmp(place, own ? own : "") != 0;
        *ret_changed = is_other || ret->start != copy->start || ret->end != copy->finish;
        if (is_other && strlen(place) >= sizeof(ret->place))
                return BOOKING_E_NO_PLACE;
        snprintf(ret->place, sizeof(ret->place), "%s", is_other ? place : "");
        return 0;
}

/* Chooses the step; 0 if the change concerns the host only. The first that applies is made. */
static MeetingStep choose(const HostCopy *copy, const Event *wanted, bool is_moved)
{
        const char *partstat = host_copy_partstat(copy, wanted), *own = host_copy_own_partstat(copy);
        bool is_answer = strcasecmp(partstat, own) != 0;
        if (copy->is_over)
                return is_moved ? MEETING_STEP_MOVE : 0;
        if (event_status(wanted) == EVENT_CANCELLED)
                return MEETING_STEP_CANCEL;
        if (is_answer && strcasecmp(partstat, "DECLINED") == 0)
                return MEETING_STEP_DECLINE;
        if (is_moved)
                return host_copy_is_asked(copy) ? MEETING_STEP_PROPOSE : MEETING_STEP_MOVE;
        return host_copy_is_asked(copy) && is_answer && strcasecmp(partstat, "ACCEPTED") == 0
                               ? MEETING_STEP_ACCEPT
                               : 0;
}

static int make_step(const BookingWork *work, const char *uid, MeetingStep which, const BookingTime *time,
                BookingResult *result)
{
        const BookingStep step = {
                .uid = uid, .role = MEETING_HOST, .step = which, .times = time, .n_times = time ? 1 : 0
        };
        int r = booking_step(work, &step, result);
        return r == BOOKING_E_DONE ? 0 : r;
}

int host_calendar_put(const BookingWork *work, const char *uid, const Event *wanted, Buffer *out,
                BookingResult *result)
{
        CLEANUP(host_copy_done) HostCopy copy;
        CLEANUP(host_copy_done) HostCopy after = { .record = NULL };
        BookingTime time;
        bool is_moved = false;
        *result = (BookingResult){ .n_nearest = 0 };
        int r = host_copy_load(work, uid, &copy);
        if (r == 0)
                r = check_form(work, &copy, wanted);
        if (r == 0)
                r = read_time(work, &copy, wanted, &time, &is_moved);
        MeetingStep step = r == 0 ? choose(&copy, wanted, is_moved) : 0;
        bool has_time = step == MEETING_STEP_MOVE || step == MEETING_STEP_PROPOSE;
        if (r == 0 && step != 0)
                r = make_step(work, uid, step, has_time ? &time : NULL, result);
        if (r == 0)
                r = host_copy_load(work, uid, &after);
        return r != 0 ? r : host_copy_write(work, &after, wanted, out);
}

int host_calendar_delete(const BookingWork *work, const char *uid, BookingResult *result)
{
        CLEANUP(host_copy_done) HostCopy copy;
        *result = (BookingResult){ .n_nearest = 0 };
        int r = host_copy_load(work, uid, &copy);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return copy.is_over || copy.start <= work->now
                               ? 0
                               : make_step(work, uid, MEETING_STEP_CANCEL, NULL, result);
}
