/*
 * Notices. Those of one contact that are due at the same time are one mail: the parts of an event that have
 * moved with it, or several events. A notice that must wait or is no longer correct is left out: its own
 * attempt postpones or closes its row.
 */

#include "remind/bundle.h"
#include "remind/consent.h"
#include "remind/mails-internal.h"
#include "remind/notice.h"
#include "store/change-task.h"

#include <errno.h>
#include <string.h>

/* One notice of a mail. */
typedef struct NoticeEntry NoticeEntry;
struct NoticeEntry {
        const MailRecord *mail;
        MailRecord *own; /* owns `mail`; NULL if `mail` is borrowed */
        RebuiltNotice rebuilt;
        WholeItem whole;         /* the event that this one is a part of, as the mail names it */
        const NoticeEntry *head; /* the entry about that event; this entry itself if there is none */
};

/* The private data of the job. */
typedef struct NoticeData {
        NoticeEntry *entries[BUNDLE_MAX]; /* the first one is about the row that leads the mail */
        size_t n;
        MailCompanion companions[BUNDLE_MAX];
} NoticeData;

static NoticeEntry *entry_free(NoticeEntry *entry)
{
        if (!entry)
                return NULL;
        whole_done(&entry->whole);
        rebuilt_notice_done(&entry->rebuilt);
        mail_record_free(entry->own);
        free(entry);
        return NULL;
}
DEFINE_CLEANUP(NoticeEntry, entry_freep, entry_free)

static void drop_from(NoticeData *data, size_t n)
{
        while (data->n > n)
                entry_free(data->entries[--data->n]);
}

void mails_notice_done(Job *job)
{
        NoticeData *data = job->data;
        if (!data)
                return;
        drop_from(data, 0);
        free(data);
}

/* ---- The entries ---- */

static bool is_hidden(const NoticeEntry *entry)
{
        const NoticeText text = notice_text(&entry->rebuilt.notice);
        return event_item_is_hidden(&text.now);
}

static int keep_quiet(Making *making, const NoticeEntry *entry)
{
        const Notice *notice = &entry->rebuilt.notice;
        usec_t due;
        return making_keep_quiet(making, event_zone(notice->event, making->job->config->time_zone),
                        notice->now.start_usec, notice->now.end_usec, &due);
}

/*
 * Two rows about one occurrence: the later one is closed by its own attempt, after the earlier one is sent.
 */
static bool has_twin(const NoticeData *data, const MailRecord *mail)
{
        for (size_t i = 0; i < data->n; i++)
                if (data->entries[i]->mail->object == mail->object &&
                                strcmp(data->entries[i]->mail->recurrence_id, mail->recurrence_id) == 0)
                        return true;
        return false;
}

static int load_companion(Making *making, int64_t id, NoticeEntry *entry, const NoticeData *data)
{
        Job *job = making->job;
        MailReason refusal = MAIL_REASON_NONE;
        bool waits = false;
        int r = ledger_get(job->store, id, &entry->own);
        entry->mail = entry->own;
        if (r == 0 && (job->now >= entry->mail->expires || has_twin(data, entry->mail)))
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                r = change_task_waits(job->store, entry->mail->object, &waits);
        if (r == 0 && !waits)
                r = consent_why_not(
                                job->store, entry->mail->contact, job->contact, entry->mail->uid, &refusal);
        if (r == 0 && (waits || refusal))
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                r = notice_rebuild(job->store, job->config, entry->mail, job->now, &entry->rebuilt);
        if (r == 0 && is_hidden(entry))
                r = STORE_E_NOT_FOUND;
        return r == 0 ? keep_quiet(making, entry) : r;
}

/* Whether an error concerns one entry only, so that the other notices can be sent. */
static bool is_of_entry(int r)
{
        return r == STORE_E_NOT_FOUND || r == DB_E_CORRUPT || (r < 0 && r != -ENOMEM);
}

/*
 * Adds a companion if its notice can be sent now. Otherwise the companion is left out, and its own attempt
 * finds the reason or waits for a repair.
 */
static int add_companion(Making *making, int64_t id, NoticeData *data)
{
        CLEANUP(entry_freep) NoticeEntry *entry = calloc(1, sizeof(*entry));
        if (!entry)
                return -ENOMEM;
        int r = load_companion(making, id, entry, data);
        if (r == 0)
                data->entries[data->n++] = TAKE_PTR(entry);
        return r == JOB_WAIT || is_of_entry(r) ? 0 : r;
}

typedef struct NoticeRows {
        int64_t ids[BUNDLE_MAX];
        size_t n;
} NoticeRows;

static int on_companion(const MailRecord *mail, void *userdata)
{
        NoticeRows *rows = userdata;
        rows->ids[rows->n++] = mail->id;
        return 0;
}

static int gather(Making *making, NoticeData *data)
{
        Job *job = making->job;
        NoticeRows rows = { .n = 0 };
        int r = ledger_companions_each(job->store, job->mail, job->now, BUNDLE_MAX - 1, on_companion, &rows);
        for (size_t i = 0; r == 0 && i < rows.n; i++)
                r = add_companion(making, rows.ids[i], data);
        return r;
}

static int rest_on_entries(Making *making, const NoticeData *data)
{
        Job *job = making->job;
        int r = 0;
        for (size_t i = 0; r == 0 && i < data->n; i++) {
                NoticeEntry *entry = data->entries[i];
                const ObjectRecord *record = entry->rebuilt.record;
                WholeItem *whole = &entry->whole;
                r = job_rests_on(job, record->id, record->change);
                if (r == 0)
                        r = whole_load(job->store, entry->rebuilt.context.event, job->mail->contact, whole);
                if (r == 0 && whole->record)
                        r = job_names(job, whole->record->id, whole->record->change);
        }
        return r;
}

/* ---- The mail ---- */

static const NoticeEntry *find_head(const NoticeData *data, const NoticeEntry *entry)
{
        for (size_t i = 0; entry->whole.record && i < data->n; i++)
                if (data->entries[i]->mail->object == entry->whole.record->id)
                        return data->entries[i];
        return entry;
}

static int compare_starts(const NoticeEntry *one, const NoticeEntry *other)
{
        const Occurrence *first = &one->rebuilt.notice.now, *second = &other->rebuilt.notice.now;
        if (first->start_usec != second->start_usec)
                return (first->start_usec > second->start_usec) - (first->start_usec < second->start_usec);
        if (first->end_usec != second->end_usec)
                return (first->end_usec < second->end_usec) - (first->end_usec > second->end_usec);
        return (one->mail->id > other->mail->id) - (one->mail->id < other->mail->id);
}

/* The order of the mail: by start, but a whole event before its parts, and both together. */
static int compare(const void *a, const void *b)
{
        const NoticeEntry *one = *(NoticeEntry *const *)a, *other = *(NoticeEntry *const *)b;
        if (one->head != other->head)
                return compare_starts(one->head, other->head);
        if ((one->head == one) != (other->head == other))
                return one->head == one ? -1 : 1;
        return compare_starts(one, other);
}

static size_t arrange(const NoticeData *data, NoticesItem items[static BUNDLE_MAX])
{
        NoticeEntry *order[BUNDLE_MAX];
        for (size_t i = 0; i < data->n; i++) {
                order[i] = data->entries[i];
                order[i]->head = find_head(data, order[i]);
        }
        qsort(order, data->n, sizeof(order[0]), compare);
        for (size_t i = 0; i < data->n; i++)
                items[i] = (NoticesItem){
                        .notice = notice_text(&order[i]->rebuilt.notice),
                        .whole = order[i]->whole.record ? &order[i]->whole.item : NULL,
                        .token = order[i]->mail->token,
                };
        return data->n;
}

static const char *thread_of(const NoticeEntry *entry)
{
        const char *first_id = entry->rebuilt.notice.first_id;
        return first_id && first_id[0] ? first_id : NULL;
}

static int compose_one(Making *making, const NoticeEntry *entry)
{
        const NoticeText text = notice_text(&entry->rebuilt.notice);
        int r = making_name_whole(making, entry->rebuilt.notice.event);
        return r == 0 ? compose_notice(&text, &making->options, making->out) : r;
}

static int compose_several(Making *making, const NoticeData *data)
{
        NoticesItem items[BUNDLE_MAX];
        const NoticesText all = { items, arrange(data, items) };
        ComposeOptions options = making->options;
        /* The link in the footer is that of the event which comes first. */
        options.letter.token = items[0].token;
        return compose_notices(&all, &options, making->out);
}

/* Composes the mail about several notices. While it is too long, the second half of them is dropped. */
static int compose_bundle_of(Making *making, NoticeData *data)
{
        int r = rest_on_entries(making, data);
        while (r == 0 && data->n > 1) {
                buffer_reset(making->out);
                r = compose_several(making, data);
                if (r != -EFBIG)
                        return r;
                drop_from(data, data->n / 2);
                r = 0;
        }
        return r;
}

static int compose(Making *making, NoticeData *data)
{
        int r = data->n > 1 ? compose_bundle_of(making, data) : 0;
        if (data->n > 1 && !is_of_entry(r))
                return r;
        drop_from(data, 1);
        buffer_reset(making->out);
        return compose_one(making, data->entries[0]);
}

/* Records in the job which rows the mail is about. */
static void tell(Job *job, NoticeData *data)
{
        for (size_t i = 1; i < data->n; i++)
                data->companions[i - 1] = (MailCompanion){
                        .id = data->entries[i]->mail->id,
                        .finish = data->entries[i]->mail->finish,
                        .place = data->entries[i]->mail->place,
                };
        job->companions = data->companions;
        job->n_companions = data->n - 1;
}

static int make_new(Making *making, NoticeData *data)
{
        Job *job = making->job;
        making->options.letter.in_reply_to = thread_of(data->entries[0]);
        int r = gather(making, data);
        if (r == 0)
                r = compose(making, data);
        if (r == 0)
                tell(job, data);
        return r == 0 ? making_repeat_parked(making) : r;
}

static int add_leader(Making *making, NoticeData *data)
{
        CLEANUP(entry_freep) NoticeEntry *entry = calloc(1, sizeof(*entry));
        if (!entry)
                return -ENOMEM;
        Job *job = making->job;
        entry->mail = job->mail;
        int r = making_rest_on_event(making);
        if (r == 0)
                r = notice_rebuild(job->store, job->config, job->mail, job->now, &entry->rebuilt);
        if (r == STORE_E_NOT_FOUND)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN);
        if (r == 0)
                r = is_hidden(entry) ? making_close_hidden(making) : keep_quiet(making, entry);
        if (r == 0)
                data->entries[data->n++] = TAKE_PTR(entry);
        return r;
}

/* A change of which nobody is to hear may make the notice void, when all its steps are done. */
static int wait_for_steps(Job *job, int64_t object)
{
        usec_t look = 0;
        int r = change_task_look(job->store, object, job->now, &look);
        return r == 0 && look > 0 ? job_wait(job, look, MAIL_REASON_SETTLING) : r;
}

/* Very many notices may wait for the steps of one event: they wait before their cards are parsed. */
int mails_load_notice(Job *job)
{
        int r = job_is_fixed(job) ? 0 : wait_for_steps(job, job->mail->object);
        return r == 0 ? mails_load_listed(job) : r;
}

/*
 * An event that is as the mail says may have got a task since: nobody is to hear of what was changed
 * before. The mail is composed again, and waits.
 */
int mails_check_notice(const Job *job, Store *store)
{
        const NoticeData *data = job->data;
        bool waits = false;
        int r = mails_check_digest(job, store);
        for (size_t i = 0; r == 0 && !waits && data && !job_is_fixed(job) && i < data->n; i++)
                r = change_task_waits(store, data->entries[i]->mail->object, &waits);
        return r == 0 && waits ? JOB_STALE : r;
}

int mails_make_notice(Job *job, Buffer *out)
{
        CLEANUP(making_done) Making making;
        NoticeData *data = job->data = calloc(1, sizeof(*data));
        bool holds = true;
        int r = making_init(&making, job, out);
        if (r == 0 && !data)
                r = -ENOMEM;
        if (r == 0)
                r = add_leader(&making, data);
        if (r == 0 && out)
                return make_new(&making, data);
        if (r == 0)
                r = mails_look_at_told(job, job->store, &holds);
        return r != 0 || holds ? r : job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_SINCE);
}
