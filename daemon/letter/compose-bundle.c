/*
 * One reminder of several events: the subject names the first of them and the number of the others. Each
 * event has the lines that it has in a mail of its own, and a link that stops the reminders about this
 * event only.
 */

#include "letter/compose-internal.h"
#include "letter/event-calendar.h"
#include "letter/event-lines.h"

#include <errno.h>
#include <string.h>

/* Whether the programme of another event in the mail lists this event. */
static bool is_listed(const BundleText *bundle, const EventItem *item)
{
        for (size_t i = 0; i < bundle->n; i++) {
                const DigestText *parts = bundle->items[i].parts;
                for (size_t k = 0; parts && k < parts->n; k++)
                        if (parts->entries[k].item.record->id == item->record->id &&
                                        parts->entries[k].occurrence.start_usec ==
                                                        item->occurrence->start_usec)
                                return true;
        }
        return false;
}

static size_t count_more(const BundleText *bundle)
{
        size_t n = 0;
        for (size_t i = 0; i < bundle->n; i++) {
                const DigestText *parts = bundle->items[i].parts;
                n += parts ? parts->n + parts->n_more : 0;
                n += i > 0 && !is_listed(bundle, &bundle->items[i].item);
        }
        return n;
}

static int write_item(Letter *letter, BundleItem *item)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LETTER_PART_BYTES);
        int r = event_lines_name(letter, &item->item, &name);
        if (r == 0)
                r = letter_heading(letter, buffer_text(&name));
        if (r == 0)
                r = compose_lines(letter, &item->item, item->whole);
        if (r == 0)
                r = compose_stop(letter, item->token);
        return r == 0 ? compose_programme(letter, item->parts, &item->n_parts) : r;
}

/* Writes the items. Return: -EFBIG if there is no room for all of them, or another negative errno. */
static int write_items(Letter *letter, const BundleText *bundle)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < bundle->n; i++) {
                /* Without a sentence the item would seem to be in the programme of the one before it. */
                if (i > 0 && (i == 1 || bundle->items[i - 1].parts))
                        r = letter_sentence(letter, letter->strings->others);
                if (r == 0)
                        r = letter_has_room(letter) ? write_item(letter, &bundle->items[i]) : -EFBIG;
        }
        return r;
}

static int write_bundle(Letter *letter, const BundleText *bundle, const ComposeOptions *options)
{
        const EventItem *first = &bundle->items[0].item;
        int r = compose_begin(letter, first, &options->letter);
        if (r == 0)
                r = compose_subject(letter, first, count_more(bundle), options->late);
        if (r == 0)
                r = compose_opening(letter, first, options->late);
        return r == 0 ? write_items(letter, bundle) : r;
}

static int attach(Letter *letter, const BundleText *bundle)
{
        CLEANUP(cleanup_free) EventItem *items = calloc(bundle->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        for (size_t i = 0; i < bundle->n; i++)
                items[i] = bundle->items[i].item;
        return event_calendar_attach(letter, items, bundle->n);
}

int compose_bundle(const BundleText *bundle, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = write_bundle(&letter, bundle, options);
        if (r == 0)
                r = attach(&letter, bundle);
        return r == 0 ? compose_finish(&letter, options, out) : r;
}

int compose_bundle_preview(const BundleText *bundle, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = write_bundle(&letter, bundle, options);
        return r == 0 ? compose_as_text(&letter, out) : r;
}
