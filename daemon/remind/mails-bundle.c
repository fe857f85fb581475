/*
 * Reminders of several events in one mail: those of the contact that are due at about the same time. A
 * reminder that must wait or is no longer wanted is left out: its own attempt postpones or closes its row.
 */

#include "remind/bundle.h"
#include "remind/consent.h"
#include "remind/mails-internal.h"

#include <errno.h>
#include <string.h>

/*
 * The private data of the job: the first two members are for a mail about one reminder, the others for one
 * about several.
 */
typedef struct ReminderData {
        Digest parts;
        DigestTold told;
        Bundle bundle;
        MailCompanion companions[BUNDLE_MAX];
} ReminderData;

static ReminderData *data_of(Job *job)
{
        job->data = job->data ? job->data : calloc(1, sizeof(ReminderData));
        return job->data;
}

void mails_reminder_done(Job *job)
{
        ReminderData *data = job->data;
        if (!data)
                return;
        digest_told_done(&data->told);
        digest_done(&data->parts);
        bundle_done(&data->bundle);
        free(data);
}

static int load_parts(const Making *making, const EventItem *item, Digest *parts)
{
        Job *job = making->job;
        int r = digest_parts(job->store, job->config, job->mail->contact, job->contact, item, NULL, job->now,
                        parts);
        return r == 0 ? mails_rest_on_digest(job, parts) : r;
}

int mails_compose_reminder(Making *making, const EventItem *item, bool is_alone)
{
        Job *job = making->job;
        ReminderData *data = data_of(job);
        size_t n = 0;
        int r = data ? load_parts(making, item, &data->parts) : -ENOMEM;
        if (r == 0)
                r = making_name_whole(making, item->event);
        if (r != 0)
                return r;
        making->options.parts = data->parts.text.n > 0 ? &data->parts.text : NULL;
        making->options.ret_n_parts = &n;
        if (!is_alone || making->options.parts)
                making->options.letter.ret_template = NULL;
        r = compose_reminder(item, &making->options, making->out);
        if (r == 0)
                r = digest_told_init(&data->parts, n, &data->told);
        job->told = data->told.rows;
        job->n_told = data->told.n;
        return r;
}

/* ---- The entries ---- */

/*
 * Sets entry->within if the mails about a whole stand for the entry's reminder: a reminder of the whole is
 * due, or was sent and lists the part.
 */
static int find_whole(const Making *making, BundleEntry *entry)
{
        Job *job = making->job;
        CLEANUP(object_record_freep) ObjectRecord *whole = NULL;
        WholeSays says = WHOLE_SAYS_NOTHING;
        int r = whole_find(job->store, entry->rebuilt.record, entry->mail->contact, &whole);
        if (r == 0 && whole)
                r = whole_says(job->store, whole, entry->mail, job->now, &says);
        entry->within = r == 0 && says != WHOLE_SAYS_NOTHING ? whole->id : 0;
        return r;
}

/* Return: STORE_E_NOT_FOUND if the reminder is no longer wanted, or JOB_WAIT in the quiet hours. */
static int load_entry(Making *making, BundleEntry *entry)
{
        Job *job = making->job;
        const MailRecord *mail = entry->mail;
        const Occurrence *occurrence = &entry->rebuilt.occurrence;
        MailReason refusal = MAIL_REASON_NONE;
        int r = job->now < mail->expires ? consent_why_not(job->store, mail->contact, job->contact,
                                                           mail->uid, &refusal)
                                         : STORE_E_NOT_FOUND;
        if (r == 0)
                r = refusal ? STORE_E_NOT_FOUND
                            : rebuild_reminder(job->store, job->config, mail, job->now, &entry->rebuilt);
        if (r != 0)
                return r;
        entry->item = reminder_item(&entry->rebuilt.reminder);
        row_texts_of(entry->item.event, occurrence, &entry->rebuilt.reminder.lead, &entry->texts);
        if (event_item_is_hidden(&entry->item))
                return STORE_E_NOT_FOUND;
        return making_keep_quiet(making, entry->rebuilt.context.zone, occurrence->start_usec,
                        occurrence->end_usec, &entry->due);
}

static int load_companion(Making *making, int64_t id, BundleEntry *entry)
{
        int r = ledger_get(making->job->store, id, &entry->own);
        entry->mail = entry->own;
        if (r == 0)
                r = load_entry(making, entry);
        return r == 0 ? find_whole(making, entry) : r;
}

/*
 * Adds a companion if its reminder can be sent now. Otherwise the companion is left out, and its own attempt
 * finds the reason or waits for a repair.
 */
static int add_companion(Making *making, int64_t id, Bundle *bundle)
{
        CLEANUP(bundle_entry_freep) BundleEntry *entry = calloc(1, sizeof(*entry));
        if (!entry)
                return -ENOMEM;
        int r = load_companion(making, id, entry);
        if (r == -ENOMEM)
                return r;
        if (r == 0)
                bundle->entries[bundle->n++] = TAKE_PTR(entry);
        return r == 0 || r == JOB_WAIT || r == STORE_E_NOT_FOUND || r == DB_E_CORRUPT || r < 0 ? 0 : r;
}

typedef struct Companions {
        int64_t ids[BUNDLE_MAX], objects[BUNDLE_MAX];
        size_t n;
} Companions;

static int on_companion(const MailRecord *mail, void *userdata)
{
        Companions *companions = userdata;
        companions->objects[companions->n] = mail->object;
        companions->ids[companions->n++] = mail->id;
        return 0;
}

/*
 * If there are more than a bundle has room for, the rows of the last event stay together for the next mail.
 */
static void leave_room(Companions *companions)
{
        size_t n = companions->n;
        if (n < BUNDLE_MAX)
                return;
        while (n > 1 && companions->objects[n - 1] == companions->objects[BUNDLE_MAX - 1])
                n--;
        companions->n = n > 1 ? n : BUNDLE_MAX - 1;
}

static int add_leader(Making *making, Bundle *bundle)
{
        CLEANUP(bundle_entry_freep) BundleEntry *entry = calloc(1, sizeof(*entry));
        if (!entry)
                return -ENOMEM;
        entry->mail = making->job->mail;
        int r = load_entry(making, entry);
        if (r == 0)
                bundle->entries[bundle->n++] = TAKE_PTR(entry);
        return r;
}

static int gather(Making *making, const Companions *companions, Bundle *bundle)
{
        int r = add_leader(making, bundle);
        for (size_t i = 0; r == 0 && i < companions->n; i++)
                r = add_companion(making, companions->ids[i], bundle);
        if (r == 0)
                bundle_settle(bundle);
        return r;
}

/* ---- The mail ---- */

static int rest_on_entry(Making *making, BundleEntry *entry)
{
        Job *job = making->job;
        const ObjectRecord *record = entry->item.record;
        int r = job_rests_on(job, record->id, record->change);
        if (r == 0 && bundle_has_lines(entry))
                r = load_parts(making, &entry->item, &entry->parts);
        if (r == 0 && bundle_has_lines(entry))
                r = whole_load(job->store, entry->item.event, job->mail->contact, &entry->whole);
        return r == 0 && entry->whole.record
                               ? job_names(job, entry->whole.record->id, entry->whole.record->change)
                               : r;
}

static int rest_on_entries(Making *making, Bundle *bundle)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < bundle->n; i++)
                r = rest_on_entry(making, bundle->entries[i]);
        return r;
}

static int compose_items(Making *making, Bundle *bundle)
{
        BundleItem *first = &bundle->items[0];
        ComposeOptions options = making->options;
        /* The link in the footer is that of the event which the subject names. */
        options.letter.token = first->token;
        if (bundle->n_items > 1)
                return compose_bundle(
                                &(BundleText){ bundle->items, bundle->n_items }, &options, making->out);
        options.whole = first->whole;
        options.parts = first->parts;
        options.ret_n_parts = &first->n_parts;
        return compose_reminder(&first->item, &options, making->out);
}

/*
 * Composes the mail. While it is too long, the second half of the reminders is dropped. If only one reminder
 * is left, no mail is composed.
 */
static int compose(Making *making, Bundle *bundle)
{
        int r = -EFBIG;
        while (r == -EFBIG && bundle->n > 1) {
                buffer_reset(making->out);
                bundle_arrange(bundle);
                r = compose_items(making, bundle);
                if (r == -EFBIG)
                        bundle_cut(bundle, bundle->n / 2);
        }
        return r == -EFBIG ? 0 : r;
}

static int tell_entry(BundleEntry *entry, MailCompanion *companion)
{
        int r = bundle_has_lines(entry) ? digest_told_init(&entry->parts, entry->as->n_parts, &entry->told)
                                        : 0;
        *companion = (MailCompanion){
                .id = entry->mail->id,
                .finish = entry->texts.finish,
                .place = event_item_place(&entry->item),
                .expires = reminder_until(entry->item.occurrence),
                .told = entry->told.rows,
                .n_told = entry->told.n,
        };
        return r;
}

/* Records in the job which rows the mail is about, and which occurrences it lists. */
static int tell(Job *job, const Bundle *bundle, MailCompanion *companions)
{
        MailCompanion leader;
        size_t n = 0;
        int r = tell_entry(bundle->entries[0], &leader);
        for (size_t i = 1; r == 0 && i < bundle->n; i++)
                if (bundle_tells(bundle->entries[i]))
                        r = tell_entry(bundle->entries[i], &companions[n++]);
        if (r == 0)
                r = job_tells(job, leader.finish, leader.place, leader.expires);
        job->told = leader.told;
        job->n_told = leader.n_told;
        job->companions = companions;
        job->n_companions = n;
        return r;
}

int mails_make_bundle(Making *making, bool *ret)
{
        Job *job = making->job;
        Companions companions = { .n = 0 };
        *ret = false;
        int r = ledger_companions_each(
                        job->store, job->mail, job->now, BUNDLE_MAX, on_companion, &companions);
        leave_room(&companions);
        if (r != 0 || companions.n == 0)
                return r;
        ReminderData *data = data_of(job);
        if (!data)
                return -ENOMEM;
        r = gather(making, &companions, &data->bundle);
        if (r == 0 && data->bundle.n > 1)
                r = rest_on_entries(making, &data->bundle);
        if (r == 0 && data->bundle.n > 1) {
                making->options.late = making_is_late(making, data->bundle.entries[0]->due);
                r = compose(making, &data->bundle);
        }
        if (r != 0 || data->bundle.n <= 1) {
                buffer_reset(making->out);
                bundle_done(&data->bundle);
                /* The mail about this reminder alone is composed next, and finds its own errors again. */
                bool is_own = r != -ENOMEM &&
                              (r <= 0 || r == STORE_E_NOT_FOUND || r == JOB_WAIT || r == DB_E_CORRUPT);
                return is_own ? 0 : r;
        }
        *ret = true;
        return tell(job, &data->bundle, data->companions);
}
