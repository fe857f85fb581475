/*
 * The mail that asks for a confirmation. It may go to an address that is not in the store. Only the owner of
 * the address learns from it whether the address is listed already.
 */

#include "letter/compose-confirm.h"
#include "remind/mails-internal.h"
#include "remind/reader.h"
#include "store/address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The listing of the request's address in the store. */
typedef struct AddressListing {
        int64_t contact; /* 0 if no contact has the address */
        bool is_listed;  /* for the request's target */
        bool is_off;     /* the card refuses reminders */
} AddressListing;

typedef struct ConfirmData {
        Signup *signup;
        AddressListing listing;
} ConfirmData;

void mails_confirm_done(Job *job)
{
        ConfirmData *data = job->data;
        if (!data)
                return;
        signup_free(data->signup);
        free(data);
}

int mails_load_confirm(Job *job)
{
        ConfirmData *data = calloc(1, sizeof(*data));
        if (!data)
                return -ENOMEM;
        job->data = data;
        int r = signup_get(job->store, job->mail->token, job->now, &data->signup);
        if (r == STORE_E_NOT_FOUND)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_NOTHING_TO_CONFIRM);
        if (r == 0)
                job->address = data->signup->address;
        return r;
}

static int look_up_listing(Store *store, const Signup *signup, AddressListing *ret)
{
        CLEANUP(reader_done) Reader reader = { 0 };
        *ret = (AddressListing){ .contact = 0 };
        int r = address_find(store, signup->address, &ret->contact, NULL);
        if (r != 0 || ret->contact == 0)
                return r;
        r = signup_is_listed(store, ret->contact, signup, &ret->is_listed);
        if (r == 0)
                r = reader_load(store, ret->contact, &reader);
        if (r == 0)
                ret->is_off = card_reminders_off(reader.card);
        return r;
}

/*
 * Loads the event of the request. An event that is no longer public counts as not found. An event that
 * cannot be read counts as not found, too.
 */
static int load_target(Job *job, const Signup *signup, Event **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(job->store, signup->target, &record);
        if (r == 0 && strcmp(record->class, "PUBLIC") != 0)
                return STORE_E_NOT_FOUND;
        if (r == 0)
                r = job_rests_on(job, record->id, record->change);
        if (r == 0)
                r = event_parse(store_zones(job->store), record->text, record->len, ret, NULL);
        return r > 0 ? STORE_E_NOT_FOUND : r;
}

int mails_make_confirm(Job *job, Buffer *out)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(making_done) Making making;
        ConfirmData *data = job->data;
        const Signup *signup = data->signup;
        int r = making_init(&making, job, out);
        if (r == 0)
                r = look_up_listing(job->store, signup, &data->listing);
        if (r == 0 && data->listing.is_off)
                return job_close(job, MAIL_SUPPRESSED, MAIL_REASON_REMINDERS_OFF);
        if (r == 0 && signup->scope == SUBSCRIBE_EVENT)
                r = load_target(job, signup, &event);
        if (r == STORE_E_NOT_FOUND)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_EVENT_GONE);
        Confirm confirm = { .signup = signup, .event = event, .is_listed = data->listing.is_listed };
        making.options.letter.language = signup->language;
        return r == 0 && out ? compose_confirm(&confirm, &making.options.letter, out) : r;
}

static bool same_listing(const AddressListing *a, const AddressListing *b)
{
        return a->contact == b->contact && a->is_listed == b->is_listed && a->is_off == b->is_off;
}

/*
 * Checks that the mail is still correct. Since it was composed, the request may have been confirmed or
 * withdrawn, its address listed, the reminders of the address turned off, or its event changed.
 */
int mails_check_confirm(const Job *job, Store *store)
{
        CLEANUP(signup_freep) Signup *signup = NULL;
        const ConfirmData *data = job->data;
        AddressListing listing;
        if (!data || !data->signup)
                return 0;
        int r = job_check_versions(job, store);
        if (r == 0)
                r = signup_get(store, job->mail->token, job->now, &signup);
        if (r == 0)
                r = look_up_listing(store, signup, &listing);
        if (r == STORE_E_NOT_FOUND || (r == 0 && !same_listing(&listing, &data->listing)))
                return JOB_STALE;
        return r;
}
