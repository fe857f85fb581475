#include "office/draft-page.h"

#include "base/html.h"
#include "base/text.h"
#include "draft/draft.h"
#include "draft/json.h"
#include "draft/keep.h"
#include "draft/marks.h"
#include "office/event-links.h"
#include "office/form.h"
#include "office/layout.h"
#include "store/collection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PATH "/office/draft"

enum { TEXT_ROWS = 16, PIECE_MAX_BYTES = 512 * 1024 };

/* The form's text, and what was read out of it. */
typedef struct Reading {
        OfficeCall *call;
        const char *text, *day;
        DraftSet set;
} Reading;

static void reading_done(Reading *reading)
{
        draft_set_done(&reading->set);
}

static int read_text(Reading *reading)
{
        DraftOptions options = { .config = reading->call->view.config };
        if (sscanf(reading->day, "%4d-%2d-%2d", &options.written.year, &options.written.month,
                            &options.written.day) != 3 ||
                        !civil_valid(&(CivilTime){ options.written.year, options.written.month,
                                        options.written.day, 0, 0, 0 }))
                options.written = (DraftDay){ 0 };
        return draft_read(reading->text, strlen(reading->text), &options, &reading->set);
}

static void write_form(Reading *reading, bool is_read)
{
        OfficeCall *call = reading->call;
        const OfficeStrings *strings = call->strings;
        FormFaults faults = { .n = 0 };
        form_begin(call, PATH, "edit");
        form_field(call, &faults,
                        &(FormField){ .name = "text",
                                        .label = strings->draft_text,
                                        .note = strings->draft_note,
                                        .value = reading->text,
                                        .rows = TEXT_ROWS,
                                        .required = true });
        form_field(call, &faults,
                        &(FormField){ .name = "day",
                                        .label = strings->draft_day,
                                        .type = "date",
                                        .value = reading->day,
                                        .is_short = true });
        form_submit(call, "act", "read", is_read ? "quiet" : NULL, strings->draft_read);
        if (is_read && reading->set.n_events > 0 && office_may(call, ACCOUNT_EDITOR))
                form_submit(call, "act", "keep", NULL, strings->draft_keep);
        form_end(call);
}

/* Writes a row: the value, and how well it is known and why. */
static void write_field(Reading *reading, const char *label, const char *value, const DraftField *field)
{
        Buffer *out = &reading->call->out;
        if (!field->text || !value[0])
                return;
        buffer_printf(out, "<tr><th scope=\"row\">%s</th><td>", label);
        html_escape(out, value);
        buffer_printf(out, "</td><td>%s</td><td>", draft_basis_name(field->basis));
        html_escape(out, draft_why_text(field->why, reading->call->view.tag));
        buffer_puts(out, "</td></tr>\n");
}

static void write_event(Reading *reading, const DraftEvent *event)
{
        const OfficeStrings *strings = reading->call->strings;
        Buffer *out = &reading->call->out;
        char from[16], to[16], days[64], times[32];
        draft_day_text(&event->from, from);
        draft_day_text(&event->to, to);
        snprintf(days, sizeof(days), "%s%s%s", from, strcmp(from, to) != 0 ? " – " : "",
                        strcmp(from, to) != 0 ? to : "");
        snprintf(times, sizeof(times), "%02d:%02d", event->start_minute / 60 % 100,
                        event->start_minute % 60);
        buffer_puts(out, "<h2>");
        html_escape(out, event->title.text ? event->title.text : "");
        buffer_puts(out, "</h2>\n<div class=\"scroll\"><table class=\"rows\"><tbody>\n");
        write_field(reading, strings->draft_kind, event->kind.text, &event->kind);
        write_field(reading, event->form == DATE_WINDOW ? strings->draft_window : strings->draft_dates, days,
                        &event->dates);
        write_field(reading, strings->draft_time, event->start_minute < 0 ? "" : times, &event->time);
        write_field(reading, strings->draft_town, event->town.text, &event->town);
        write_field(reading, strings->draft_venue, event->venue.text, &event->venue);
        write_field(reading, strings->draft_part, event->parent_words.text, &event->parent_words);
        buffer_puts(out, "</tbody></table></div>\n");
}

static int on_piece(const char *text, size_t len, bool is_marked, void *userdata)
{
        Buffer *out = userdata;
        CLEANUP(buffer_done) Buffer piece = BUFFER_INIT(PIECE_MAX_BYTES);
        buffer_append(&piece, text, len);
        buffer_puts(out, is_marked ? "<mark>" : "");
        html_escape(out, buffer_text(&piece));
        buffer_puts(out, is_marked ? "</mark>" : "");
        return buffer_error(&piece);
}

static void write_change(Reading *reading, const char *label, const char *old, const char *new)
{
        Buffer *out = &reading->call->out;
        if (!*new)
                return;
        buffer_printf(out, "<br>%s: ", label);
        if (*old) {
                buffer_puts(out, "<del>");
                html_escape(out, old);
                buffer_puts(out, "</del> ");
        }
        buffer_puts(out, "<ins>");
        html_escape(out, new);
        buffer_puts(out, "</ins>");
}

/* Writes an event that is kept already, and what the text tells otherwise about it. */
static void on_known(const DraftEvent *event, const char *uid, DraftKept kept, const DraftChange *change,
                void *userdata)
{
        Reading *reading = userdata;
        const OfficeStrings *strings = reading->call->strings;
        Buffer *out = &reading->call->out;
        char old[2 * DRAFT_WHEN_SIZE + 8], new[2 * DRAFT_WHEN_SIZE + 8];
        if (kept != DRAFT_KNOWN)
                return;
        snprintf(old, sizeof(old), "%s – %s", change->old_start, change->old_end);
        snprintf(new, sizeof(new), "%s%s%s", change->start, change->end[0] ? " – " : "", change->end);
        buffer_printf(out, "<p>%s: <a href=\"", strings->draft_known);
        event_links_write(out, "event", uid);
        buffer_puts(out, "\">");
        html_escape(out, event->title.text ? event->title.text : uid);
        buffer_puts(out, "</a>");
        write_change(reading, strings->draft_dates, old, new);
        write_change(reading, strings->draft_venue, change->old_place, buffer_text(&change->place));
        if (!draft_change_is_empty(change)) {
                buffer_puts(out, " <a class=\"button quiet\" href=\"");
                event_links_write(out, "edit-event", uid);
                buffer_printf(out, "\">%s</a>", strings->draft_change);
        }
        buffer_puts(out, "</p>\n");
}

static DraftKeep keep_of(Reading *reading)
{
        const OfficeCall *call = reading->call;
        return (DraftKeep){ .store = call->store,
                .config = call->view.config,
                .zones = call->parts->zones,
                .language = call->view.tag,
                .now = call->now,
                .userdata = reading };
}

static int write_reading(Reading *reading)
{
        Buffer *out = &reading->call->out;
        const OfficeStrings *strings = reading->call->strings;
        if (reading->set.n_events == 0)
                buffer_printf(out, "<p role=\"status\">%s</p>\n", strings->draft_none);
        for (size_t i = 0; i < reading->set.n_events; i++)
                write_event(reading, &reading->set.events[i]);
        DraftKeep keep = keep_of(reading);
        keep.on_kept = on_known;
        int r = draft_compare(&keep, &reading->set);
        if (r != 0)
                return r;
        buffer_printf(out, "<h2>%s</h2>\n<p style=\"white-space:pre-wrap\">", strings->draft_marked);
        r = draft_marks(&reading->set, on_piece, out);
        buffer_puts(out, "</p>\n");
        return r;
}

static int write_page(Reading *reading, bool is_read)
{
        OfficeCall *call = reading->call;
        office_begin(call, OFFICE_DRAFT, call->strings->draft_title);
        write_form(reading, is_read);
        int r = is_read ? write_reading(reading) : 0;
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

static int keep(Reading *reading)
{
        OfficeCall *call = reading->call;
        int r = office_may_write(call, COLLECTION_EVENTS);
        if (r == 0)
                r = store_begin_write(call->store);
        if (r != 0)
                return r;
        const DraftKeep keep = keep_of(reading);
        r = draft_keep(&keep, &reading->set);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, PATH, "drafts-kept");
}

static int on_draft(OfficeCall *call)
{
        CLEANUP(reading_done)
        Reading reading = {
                .call = call, .text = office_form(call, "text"), .day = office_form(call, "day")
        };
        if (!office_is_post(call))
                return write_page(&reading, false);
        int r = read_text(&reading);
        if (r == -EFBIG)
                return office_reply_error(call, 413, call->strings->draft_too_large);
        if (r != 0)
                return r;
        return strcmp(office_form(call, "act"), "keep") == 0 ? keep(&reading) : write_page(&reading, true);
}

const OfficeRow draft_page_rows[] = {
        { "draft", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_draft },
        { NULL, false, 0, 0, NULL },
};
