#include "cli/preview-reminders.h"

#include "base/array.h"
#include "remind/bundle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAIL_MAX_BYTES = 1024 * 1024 };

struct PreviewReminder {
        int64_t object;
        usec_t fire;
        RowTexts texts;
};

void preview_reminders_done(PreviewReminders *reminders)
{
        free(reminders->items);
}

int preview_reminders_add(PreviewReminders *reminders, const Reminder *reminder)
{
        PreviewReminder *items = array_grow(reminders->items, reminders->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        reminders->items = items;
        PreviewReminder *item = &items[reminders->n++];
        *item = (PreviewReminder){ .object = reminder->record->id, .fire = reminder->fire };
        row_texts_of(reminder->event, reminder->occurrence, &reminder->lead, &item->texts);
        return 0;
}

static int compare(const void *a, const void *b)
{
        const PreviewReminder *one = a, *other = b;
        return one->fire != other->fire ? (one->fire > other->fire) - (one->fire < other->fire)
                                        : (one->object > other->object) - (one->object < other->object);
}

/* Returns the row that the reminder would have in the ledger. */
static MailRecord row_of(const PreviewMails *mails, const PreviewReminder *item)
{
        return (MailRecord){
                .contact = mails->contact,
                .object = item->object,
                .recurrence_id = item->texts.recurrence,
                .start = item->texts.start,
                .rule = item->texts.rule,
                .due = item->fire,
                .token = "TOKEN",
        };
}

/*
 * Sets `within` of an entry to the event whose reminder stands for that of the entry, its part; 0 for none.
 */
static int find_whole(const PreviewMails *mails, BundleEntry *entry)
{
        CLEANUP(object_record_freep) ObjectRecord *whole = NULL;
        const Cli *cli = mails->cli;
        bool reminds = false;
        int r = whole_reminds(cli->store, cli->config, entry->rebuilt.record, mails->contact,
                        QUARTER_END(entry->mail->due) - 1, &reminds);
        if (r == 0 && reminds)
                r = whole_find(cli->store, entry->rebuilt.record, mails->contact, &whole);
        entry->within = whole ? whole->id : 0;
        return r;
}

static int load(const PreviewMails *mails, usec_t moment, BundleEntry *entry)
{
        const Cli *cli = mails->cli;
        int r = rebuild_reminder(cli->store, cli->config, entry->mail, moment, &entry->rebuilt);
        if (r != 0)
                return r;
        entry->item = reminder_item(&entry->rebuilt.reminder);
        r = find_whole(mails, entry);
        if (r == 0)
                r = whole_load(cli->store, entry->item.event, mails->contact, &entry->whole);
        return r == 0 ? digest_parts(cli->store, cli->config, mails->contact, mails->card, &entry->item,
                                        NULL, moment, &entry->parts)
                      : r;
}

static int add(const PreviewMails *mails, usec_t moment, const MailRecord *row, Bundle *bundle)
{
        CLEANUP(bundle_entry_freep) BundleEntry *entry = calloc(1, sizeof(*entry));
        if (!entry)
                return -ENOMEM;
        entry->mail = row;
        int r = load(mails, moment, entry);
        if (r == 0)
                bundle->entries[bundle->n++] = TAKE_PTR(entry);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int compose_one(const PreviewMails *mails, BundleItem *item, ComposeOptions *options, Buffer *out)
{
        options->whole = item->whole;
        options->parts = item->parts;
        options->ret_n_parts = &item->n_parts;
        return mails->raw ? compose_reminder(&item->item, options, out)
                          : compose_preview(&item->item, options, out);
}

static int compose(const PreviewMails *mails, usec_t moment, Bundle *bundle)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(MAIL_MAX_BYTES);
        ComposeOptions options = mails->options(moment, mails->userdata);
        bundle_settle(bundle);
        bundle_arrange(bundle);
        const BundleText all = { bundle->items, bundle->n_items };
        if (all.n == 0)
                return 0;
        int r = all.n == 1   ? compose_one(mails, &bundle->items[0], &options, &text)
                : mails->raw ? compose_bundle(&all, &options, &text)
                             : compose_bundle_preview(&all, &options, &text);
        return r == 0 ? mails->on_mail(moment, &text, mails->userdata) : r;
}

/* Composes one mail of @n reminders. Return: as preview_reminders_each(); -EFBIG if it would be too long. */
static int one_mail(const PreviewMails *mails, const PreviewReminder *items, size_t n)
{
        CLEANUP(bundle_done) Bundle bundle = { .n = 0 };
        MailRecord rows[BUNDLE_MAX];
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++) {
                rows[i] = row_of(mails, &items[i]);
                r = add(mails, items[0].fire, &rows[i], &bundle);
        }
        return r == 0 ? compose(mails, items[0].fire, &bundle) : r;
}

/* Composes the mails of one quarter of an hour: one mail, or several if it would be too long. */
static int several_mails(const PreviewMails *mails, const PreviewReminder *items, size_t n)
{
        int r = 0;
        for (size_t done = 0, taken; r == 0 && done < n; done += taken) {
                taken = n - done < BUNDLE_MAX ? n - done : BUNDLE_MAX;
                while ((r = one_mail(mails, items + done, taken)) == -EFBIG && taken > 1)
                        taken /= 2;
        }
        return r;
}

int preview_reminders_each(PreviewReminders *reminders, const PreviewMails *mails)
{
        PreviewReminder *items = reminders->items;
        int r = 0;
        if (reminders->n > 0)
                qsort(items, reminders->n, sizeof(*items), compare);
        for (size_t i = 0, end; r == 0 && i < reminders->n; i = end) {
                usec_t quarter = QUARTER_BEGIN(items[i].fire);
                for (end = i + 1; end < reminders->n && QUARTER_BEGIN(items[end].fire) == quarter;)
                        end++;
                r = several_mails(mails, items + i, end - i);
        }
        return r;
}
