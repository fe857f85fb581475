/*
 * Notices: what has changed about events since the recipient's last mail. A mail about several changes names
 * in its subject the event that comes first, or the event that all of them are parts of.
 */

#include "letter/compose-internal.h"
#include "letter/event-calendar.h"
#include "letter/event-lines.h"
#include "letter/same.h"

#include <errno.h>

/* The subject and the first sentence of a notice. */
typedef struct NoticeWords {
        const char *subject, *sentence;
} NoticeWords;

static NoticeWords words_of_cancellation(const LetterStrings *strings, NoticeScope scope)
{
        const NoticeWords all[] = {
                [NOTICE_OF_EVENT] = { strings->cancelled_subject, strings->cancelled },
                [NOTICE_OF_OCCURRENCE] = { strings->cancelled_subject, strings->occurrence_cancelled },
                [NOTICE_OF_SERIES] = { strings->series_subject, strings->series_cancelled },
        };
        return all[scope];
}

/* An event that has another time now was cancelled or postponed: both notices say that a time is off. */
static NoticeWords words_of_restoration(const LetterStrings *strings, NoticeScope scope, bool moved)
{
        if (scope == NOTICE_OF_SERIES)
                return (NoticeWords){ strings->series_restored_subject, strings->series_restored };
        return moved ? (NoticeWords){ strings->redated_subject, strings->redated }
                     : (NoticeWords){ strings->restored_subject, strings->restored };
}

/* @moved: whether the time has changed; @stays: whether the place has not */
static NoticeWords notice_words(
                const LetterStrings *strings, const NoticeText *notice, bool moved, bool stays)
{
        const NoticeWords all[] = {
                [NOTICE_CHANGED] = { strings->changed_subject,
                                moved && stays ? strings->time_changed : strings->changed },
                [NOTICE_RESTORED] = words_of_restoration(strings, notice->scope, moved),
                [NOTICE_CANCELLED] = words_of_cancellation(strings, notice->scope),
                [NOTICE_POSTPONED] = { strings->postponed_subject, strings->postponed },
        };
        if (notice->kind == NOTICE_CHANGED && !moved)
                return (NoticeWords){ strings->place_subject, strings->place_changed };
        return all[notice->kind];
}

/* Writes the time and the place: both the new and the old value if they differ, otherwise one value. */
static int write_change(Letter *letter, const NoticeText *notice, bool moved, bool stays)
{
        const LetterStrings *w = letter->strings;
        const EventItem *now = &notice->now, *before = &notice->before;
        const char *place = event_item_place(now);
        int r = event_lines_when(letter, now, moved ? w->new_time : w->when);
        if (r == 0 && moved)
                r = event_lines_when(letter, before, w->old_time);
        if (r < 0 || stays)
                return r < 0 ? r : event_lines_place(letter, now);
        r = event_lines_text(letter, now, w->new_place, place[0] ? place : w->no_place);
        return r == 0 ? event_lines_text(letter, before, w->old_place, notice->place_before) : r;
}

static int write_loss(Letter *letter, const NoticeText *notice)
{
        const EventItem *before = &notice->before;
        int r = event_lines_when(letter, before, letter->strings->old_time);
        return r == 0 ? event_lines_text(letter, before, letter->strings->where, notice->place_before) : r;
}

/* How a notice is written. */
typedef struct Wording {
        NoticeWords words;
        bool moved, stays; /* whether the time has changed, and whether the place has not */
        bool over;         /* whether the event does not take place */
} Wording;

static int find_wording(const Letter *letter, const NoticeText *notice, Wording *ret)
{
        const EventItem *item = &notice->now;
        *ret = (Wording){
                .moved = !same_times(item->occurrence, notice->before.occurrence),
                .over = notice->kind == NOTICE_CANCELLED || notice->kind == NOTICE_POSTPONED,
        };
        int r = ret->over ? 0 : same_place(event_item_place(item), notice->place_before, &ret->stays);
        ret->words = notice_words(letter->strings, notice, ret->moved, ret->stays);
        return r;
}

static int write_lines(
                Letter *letter, const NoticeText *notice, const Wording *wording, const EventItem *whole)
{
        const EventItem *item = &notice->now;
        int r = letter_sentence(letter, wording->words.sentence);
        if (r == 0)
                r = compose_whole(letter, whole);
        if (r == 0)
                r = wording->over ? write_loss(letter, notice)
                                  : write_change(letter, notice, wording->moved, wording->stays);
        if (r == 0 && !wording->over)
                r = event_lines_particulars(letter, item);
        return r == 0 && notice->kind != NOTICE_POSTPONED ? event_lines_link(letter, item) : r;
}

static int write_notice(Letter *letter, const NoticeText *notice, const ComposeOptions *options)
{
        Wording wording;
        int r = find_wording(letter, notice, &wording);
        if (r == 0)
                r = compose_fill_in(letter, &notice->now, wording.words.subject, &letter->subject);
        return r == 0 ? write_lines(letter, notice, &wording, options->whole) : r;
}

int compose_notice(const NoticeText *notice, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = compose_begin(&letter, &notice->now, &options->letter);
        if (r == 0)
                r = write_notice(&letter, notice, options);
        if (r == 0 && notice->kind != NOTICE_POSTPONED)
                r = event_calendar_attach(&letter, &notice->now, 1);
        return r == 0 ? compose_finish(&letter, options, out) : r;
}

int compose_notice_preview(const NoticeText *notice, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = compose_begin(&letter, &notice->now, &options->letter);
        if (r == 0)
                r = write_notice(&letter, notice, options);
        return r == 0 ? compose_as_text(&letter, out) : r;
}

/* ---- Several notices in one mail ---- */

/* Returns the event that all notices are about parts of, if it is none of them itself; NULL for none. */
static const EventItem *common_whole(const NoticesText *notices)
{
        const EventItem *whole = notices->items[0].whole;
        for (size_t i = 0; whole && i < notices->n; i++) {
                const NoticesItem *item = &notices->items[i];
                if (!item->whole || item->whole->record->id != whole->record->id)
                        return NULL;
        }
        return whole;
}

static int write_subject(Letter *letter, const NoticesText *notices)
{
        const NoticeText *first = &notices->items[0].notice;
        const EventItem *whole = common_whole(notices);
        Wording wording;
        if (whole)
                return compose_fill_in(letter, whole, letter->strings->programme_subject, &letter->subject);
        int r = find_wording(letter, first, &wording);
        if (r == 0)
                r = compose_fill_in(letter, &first->now, wording.words.subject, &letter->subject);
        return r == 0 ? compose_count_others(letter, notices->n - 1) : r;
}

static int write_item(Letter *letter, const NoticesItem *item)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LETTER_PART_BYTES);
        Wording wording;
        int r = event_lines_name(letter, &item->notice.now, &name);
        if (r == 0)
                r = letter_heading(letter, buffer_text(&name));
        if (r == 0)
                r = find_wording(letter, &item->notice, &wording);
        if (r == 0)
                r = write_lines(letter, &item->notice, &wording, item->whole);
        return r == 0 ? compose_stop(letter, item->token) : r;
}

static int write_notices(Letter *letter, const NoticesText *notices, const ComposeOptions *options)
{
        int r = compose_begin(letter, &notices->items[0].notice.now, &options->letter);
        if (r == 0)
                r = write_subject(letter, notices);
        for (size_t i = 0; r == 0 && i < notices->n; i++)
                r = letter_has_room(letter) ? write_item(letter, &notices->items[i]) : -EFBIG;
        return r;
}

/* Attaches the events, except those whose date is open. */
static int attach(Letter *letter, const NoticesText *notices)
{
        CLEANUP(cleanup_free) EventItem *items = calloc(notices->n, sizeof(*items));
        size_t n = 0;
        if (!items)
                return -ENOMEM;
        for (size_t i = 0; i < notices->n; i++)
                if (notices->items[i].notice.kind != NOTICE_POSTPONED)
                        items[n++] = notices->items[i].notice.now;
        return event_calendar_attach(letter, items, n);
}

int compose_notices(const NoticesText *notices, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = write_notices(&letter, notices, options);
        if (r == 0)
                r = attach(&letter, notices);
        return r == 0 ? compose_finish(&letter, options, out) : r;
}
