#include "office/event-page.h"

#include "base/html.h"
#include "edit/parts.h"
#include "office/event-actions.h"
#include "office/event-edit.h"
#include "office/event-fields.h"
#include "office/event-links.h"
#include "office/event-load.h"
#include "office/event-occurrences.h"
#include "office/event-undo.h"
#include "office/history-list.h"
#include "office/layout.h"
#include "office/write.h"
#include "remind/notice-preview.h"
#include "store/ledger.h"
#include "web/page.h"
#include "web/rich-text.h"
#include "web/rule-words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MINUTE (60 * USEC_PER_SEC)

enum { TEXT_BYTES = 65536, WAITING_MAX = 1000, OK = 200, BAD = 422 };

typedef struct EventPage {
        OfficeCall *call;
        ObjectRecord *record;
        Event *event;
        EventValues values;
        Parts parts;
        bool may_write;
        bool is_refused;   /* the page answers a form that has faults, or whose action is not possible */
        FormFaults faults; /* of that form */
} EventPage;

static void event_page_done(EventPage *page)
{
        object_record_free(page->record);
        event_values_done(&page->values);
        parts_done(&page->parts);
        event_free(page->event);
        form_faults_done(&page->faults);
}

static int load(EventPage *page, const char *uid)
{
        OfficeCall *call = page->call;
        int r = event_load(call, uid, &page->record, &page->event);
        if (r == 0)
                r = event_values_of_event(&page->values, call, page->event);
        if (r == 0)
                r = event_edit_parts(call, uid, &page->parts);
        page->may_write = r == 0 && office_may(call, ACCOUNT_EDITOR) &&
                          office_may_write(call, page->record->collection) == 0;
        return r;
}

/* Whether the form of an action was sent and is shown again. */
static bool was_sent(const EventPage *page, const char *action)
{
        return page->is_refused && strcmp(office_form(page->call, "action"), action) == 0;
}

/* The value of a field in the form of an action: the one that was sent, if the form is shown again. */
static const char *value_of(const EventPage *page, const char *action, const char *field, const char *value)
{
        return was_sent(page, action) ? office_form(page->call, field) : value;
}

/* ---- What it says ---- */

static void write_fact(EventPage *page, const char *label, const char *text)
{
        Buffer *out = &page->call->out;
        if (!*text)
                return;
        buffer_printf(out, "<dt>%s</dt><dd>", label);
        rich_text_paragraphs(out, page->call->view.tag, text);
        buffer_puts(out, "</dd>\n");
}

static void write_dates(EventPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer rule = BUFFER_INIT(TEXT_BYTES);
        When start = event_start(page->event), end = event_end(page->event);
        const Zone *zone = event_zone(page->event, call->view.config->time_zone);
        buffer_printf(&call->out, "<dt>%s</dt><dd><p>", call->strings->when);
        if (start.form == WHEN_NONE)
                buffer_puts(&call->out, call->strings->no_date_yet);
        else
                write_span(call, &start, &end);
        if (start.form != WHEN_NONE && start.form != WHEN_DATE) {
                buffer_puts(&call->out, ", ");
                page_write_zone(&call->out, &call->view, zone, when_instant(&start, zone));
        }
        buffer_puts(&call->out, "</p>");
        if (rule_words(&rule, &call->view, page->event, zone)) {
                buffer_puts(&call->out, "<p>");
                html_escape(&call->out, buffer_text(&rule));
                buffer_puts(&call->out, "</p>");
        }
        buffer_puts(&call->out, "</dd>\n");
}

static void write_state(EventPage *page)
{
        OfficeCall *call = page->call;
        const char *class = page->values.text[VALUE_CLASS];
        buffer_puts(&call->out, "<p class=\"badges\">");
        if (event_status(page->event) == EVENT_CANCELLED)
                buffer_printf(&call->out, "<span class=\"badge cancelled\">%s</span>",
                                call->strings->state_cancelled);
        buffer_printf(&call->out, "<span class=\"badge\">%s</span>",
                        strcmp(class, "PUBLIC") == 0    ? call->strings->class_public
                        : strcmp(class, "PRIVATE") == 0 ? call->strings->class_private
                                                        : call->strings->class_confidential);
        buffer_puts(&call->out, "<span class=\"badge\">");
        page_write_text(&call->out, &call->view, page_kind_one(&call->view, page->values.text[VALUE_KIND]));
        buffer_puts(&call->out, "</span></p>\n");
}

static void write_parent(EventPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(object_record_freep) ObjectRecord *parent = NULL;
        if (!*page->record->parent || object_find(call->store, page->record->parent, &parent) != 0 ||
                        office_may_read(call, parent->collection) != 0)
                return;
        buffer_printf(&call->out, "<p class=\"whole\">%s <a href=\"", call->view.strings->part_of);
        event_links_write(&call->out, "event", parent->uid);
        buffer_puts(&call->out, "\">");
        page_write_text(&call->out, &call->view, parent->name);
        buffer_puts(&call->out, "</a></p>\n");
}

static void write_facts(EventPage *page)
{
        static const EventValue shown[] = { VALUE_PLACE, VALUE_TEXT, VALUE_SPEAKERS, VALUE_ORGANISERS,
                VALUE_CONTACT, VALUE_LINK, VALUE_FILES };
        OfficeCall *call = page->call;
        buffer_puts(&call->out, "<dl class=\"facts-list card\">\n");
        write_dates(page);
        for (Language i = 0; i < LANGUAGES_N; i++) {
                const char *title = page->values.text[VALUE_TITLE + (int)i];
                if (i != call->view.language)
                        write_fact(page, web_strings(i)->name, title);
        }
        for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++)
                write_fact(page, event_fields_label(call, shown[i]), page->values.text[shown[i]]);
        buffer_puts(&call->out, "</dl>\n");
}

/* ---- The programme ---- */

static void write_part(EventPage *page, const Part *part)
{
        OfficeCall *call = page->call;
        When start = event_start(part->event), end = event_end(part->event);
        const char *place = event_text_property(part->event, "LOCATION");
        bool is_off = event_status(part->event) == EVENT_CANCELLED;
        buffer_puts(&call->out,
                        is_off ? "<tr class=\"off\"><td class=\"when\">" : "<tr><td class=\"when\">");
        if (start.form == WHEN_NONE)
                buffer_puts(&call->out, call->strings->no_date_yet);
        else
                write_span(call, &start, &end);
        buffer_puts(&call->out, "</td><th scope=\"row\"><a href=\"");
        event_links_write(&call->out, "event", part->uid);
        buffer_puts(&call->out, "\">");
        page_write_text(&call->out, &call->view, *part->name ? part->name : call->view.strings->untitled);
        buffer_puts(&call->out, "</a></th><td>");
        html_escape(&call->out, place ? place : "");
        buffer_puts(&call->out, "</td></tr>\n");
}

/* Writes a row of fields by which a part is added without leaving the page. */
static int write_new_part(EventPage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        const char *day = page->values.text[VALUE_START_DAY], *place = page->values.text[VALUE_PLACE];
        form_begin(call, NULL, "bar-form card");
        form_hidden(call, "action", "add-part");
        int r = form_once(call);
        form_field(call, &page->faults,
                        &(FormField){ .name = "part-title",
                                        .label = strings->part_title,
                                        .value = value_of(page, "add-part", "part-title", ""),
                                        .max = 500,
                                        .required = true });
        form_field(call, &page->faults,
                        &(FormField){ .name = "part-day",
                                        .label = strings->start_day,
                                        .value = value_of(page, "add-part", "part-day", day),
                                        .type = "date" });
        form_field(call, &page->faults,
                        &(FormField){ .name = "part-start",
                                        .label = strings->start_time,
                                        .value = value_of(page, "add-part", "part-start", ""),
                                        .type = "time" });
        form_field(call, &page->faults,
                        &(FormField){ .name = "part-end",
                                        .label = strings->end_time,
                                        .value = value_of(page, "add-part", "part-end", ""),
                                        .type = "time" });
        form_field(call, &page->faults,
                        &(FormField){ .name = "part-place",
                                        .label = strings->place,
                                        .value = value_of(page, "add-part", "part-place", place),
                                        .max = 500 });
        form_submit(call, NULL, NULL, NULL, strings->add_part);
        form_end(call);
        return r;
}

static int write_programme(EventPage *page)
{
        OfficeCall *call = page->call;
        int r = 0;
        if (page->parts.n == 0 && !page->may_write)
                return 0;
        buffer_printf(&call->out, "<section><h2>%s</h2>\n", call->strings->programme);
        if (page->parts.n > 0) {
                buffer_printf(&call->out,
                                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
                                call->strings->programme, call->strings->when, call->strings->title,
                                call->strings->place);
                for (size_t i = 0; i < page->parts.n; i++)
                        write_part(page, &page->parts.items[i]);
                buffer_puts(&call->out, "</tbody></table></div>\n");
        }
        if (page->may_write)
                r = write_new_part(page);
        buffer_puts(&call->out, "</section>\n");
        return r;
}

/* ---- Notices that wait ---- */

typedef struct Waiting {
        int64_t n;
        usec_t due;
} Waiting;

static int count_waiting(const MailRecord *mail, void *userdata)
{
        Waiting *waiting = userdata;
        if (strcmp(mail->kind, MAIL_KIND_CHANGE) != 0 && strcmp(mail->kind, MAIL_KIND_CANCEL) != 0)
                return 0;
        waiting->n++;
        waiting->due = waiting->due == 0 || mail->next_attempt < waiting->due ? mail->next_attempt
                                                                              : waiting->due;
        return 0;
}

/*
 * Counts the notices that will be sent. Rows of notices that an undo has made pointless stay until their
 * time comes.
 */
static int find_waiting(EventPage *page, Waiting *ret)
{
        const OfficeCall *call = page->call;
        const LedgerSearch search = { .state = MAIL_PENDING, .uid = page->record->uid };
        NoticePreview preview;
        int r = ledger_search(call->store, &search, WAITING_MAX, count_waiting, ret);
        if (r != 0 || ret->n == 0)
                return r;
        notice_preview_init(&preview);
        r = notice_preview_add(&preview, call->store, call->view.config, page->record, NULL, call->now);
        ret->n = preview.told.n < ret->n ? preview.told.n : ret->n;
        notice_preview_done(&preview);
        return r;
}

static int write_waiting(EventPage *page)
{
        OfficeCall *call = page->call;
        Waiting waiting = { .n = 0 };
        int r = find_waiting(page, &waiting);
        if (r != 0 || waiting.n == 0)
                return r;
        int64_t minutes = (waiting.due - call->now + MINUTE - 1) / MINUTE;
        buffer_puts(&call->out, "<div class=\"notice\"><p>");
        r = write_message(call, call->strings->notices_wait,
                        TEXT_ARGUMENTS({ "n", NULL, waiting.n },
                                        { "minutes", NULL, minutes > 0 ? minutes : 0 }));
        buffer_puts(&call->out, "</p>\n");
        if (r == 0 && page->may_write) {
                form_begin(call, NULL, "acts");
                r = event_undo_field(call, page->record->uid);
                form_submit(call, "action", "undo", NULL, call->strings->undo_change);
                form_submit(call, "action", "notices-now", "quiet", call->strings->notices_now);
                form_end(call);
        }
        buffer_puts(&call->out, "</div>\n");
        return r;
}

/* ---- Actions ---- */

static void write_action(EventPage *page, const char *action, const char *class, const char *label)
{
        OfficeCall *call = page->call;
        form_begin(call, NULL, "one");
        form_submit(call, "action", action, class, label);
        form_end(call);
}

static bool was_one_sent(const EventPage *page, const char *const *actions)
{
        bool is_sent = false;
        for (; *actions; actions++)
                is_sent = is_sent || was_sent(page, *actions);
        return is_sent;
}

/* Writes the buttons that may take the parts along. */
static void write_with_parts(EventPage *page, bool is_draft)
{
        static const char *const actions[] = { "publish", "hide", "cancel", "postpone", "delete", NULL };
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        bool is_sent = was_one_sent(page, actions);
        bool is_public = strcmp(page->values.text[VALUE_CLASS], "PUBLIC") == 0;
        form_begin(call, NULL, "one");
        if (page->parts.n > 0)
                form_check(call, "with-parts", !is_sent || *office_form(call, "with-parts"),
                                strings->with_parts);
        form_submit(call, "action", is_public ? "hide" : "publish", is_public ? "quiet" : "",
                        is_public ? strings->hide : strings->publish);
        if (!is_draft && event_status(page->event) != EVENT_CANCELLED)
                form_submit(call, "action", "cancel", "quiet", strings->cancel_event);
        if (!is_draft)
                form_submit(call, "action", "postpone", "quiet", strings->postpone);
        form_submit(call, "action", "delete", "quiet danger", strings->delete_event);
        form_end(call);
}

static void write_acts(EventPage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        bool is_draft = event_is_draft(page->event);
        buffer_puts(&call->out, "<div class=\"acts\">\n<a class=\"button\" href=\"");
        event_links_write(&call->out, "edit-event", page->record->uid);
        buffer_printf(&call->out, "\">%s</a>\n", strings->edit);
        if (strcmp(page->values.text[VALUE_CLASS], "PUBLIC") == 0) {
                buffer_puts(&call->out, "<a class=\"button quiet\" href=\"");
                page_write_event_path(&call->out, page->record->uid);
                buffer_printf(&call->out, "\">%s</a>\n", strings->public_page);
        }
        buffer_puts(&call->out, "<a class=\"button quiet\" href=\"");
        event_links_write(&call->out, "event-mail", page->record->uid);
        buffer_printf(&call->out, "\">%s</a>\n", strings->event_mail_title);
        buffer_puts(&call->out, "<a class=\"button quiet\" href=\"/office/mails?event=");
        url_escape(&call->out, page->record->uid);
        buffer_printf(&call->out, "\">%s</a>\n", strings->section_mails);
        buffer_puts(&call->out, "</div>\n<div class=\"acts\">\n");
        if (event_status(page->event) == EVENT_CANCELLED)
                write_action(page, "restore", "quiet", strings->restore);
        write_with_parts(page, is_draft);
        buffer_puts(&call->out, "</div>\n");
}

static int write_copy(EventPage *page)
{
        OfficeCall *call = page->call;
        When start = event_start(page->event);
        char day[32];
        if (start.form == WHEN_NONE)
                return 0;
        /* The same weekday a year later: 52 weeks. */
        CivilTime next = civil_from_days(
                        civil_days(start.civil.year, start.civil.month, start.civil.day) + 364);
        snprintf(day, sizeof(day), "%04d-%02d-%02d", next.year, next.month, next.day);
        form_begin(call, NULL, "bar-form card");
        form_hidden(call, "action", "copy");
        int r = form_once(call);
        form_field(call, &page->faults,
                        &(FormField){ .name = "copy-day",
                                        .label = call->strings->copy_to,
                                        .value = value_of(page, "copy", "copy-day", day),
                                        .note = call->strings->copy_note,
                                        .type = "date",
                                        .required = true });
        form_submit(call, NULL, NULL, "quiet", call->strings->copy);
        form_end(call);
        return r;
}

static int write_page(EventPage *page)
{
        OfficeCall *call = page->call;
        const char *title = page->values.text[VALUE_TITLE + (int)call->view.language];
        if (!*title)
                title = *page->record->name ? page->record->name : call->view.strings->untitled;
        office_begin(call, OFFICE_EVENTS, title);
        form_faults(call, &page->faults);
        if (page->is_refused && page->faults.n == 0)
                form_refusal(call, call->strings->bad_action);
        write_parent(page);
        write_state(page);
        int r = write_waiting(page);
        if (page->may_write)
                write_acts(page);
        write_facts(page);
        if (r == 0)
                r = write_programme(page);
        if (r == 0)
                r = event_occurrences_write(call, page->event, page->may_write,
                                was_sent(page, "occurrence") ? &page->faults : NULL);
        if (r == 0 && page->may_write)
                r = write_copy(page);
        if (r == 0)
                r = history_list_write(call, page->record->uid, page->may_write);
        office_end(call);
        return r;
}

/* A form that has faults is answered by the page, with all that was typed. */
static int on_event(OfficeCall *call)
{
        CLEANUP(event_page_done) EventPage page = { .call = call };
        int r = 0;
        if (office_is_post(call)) {
                r = office_may(call, ACCOUNT_EDITOR) ? event_actions_run(call, &page.faults)
                                                     : OFFICE_E_FORBIDDEN;
                if (r != EVENT_ACTIONS_E_BAD)
                        return r;
                page.is_refused = true;
        }
        r = load(&page, call->rest);
        if (r == 0)
                r = write_page(&page);
        return r != 0 ? r : office_reply(call, page.is_refused ? BAD : OK);
}

const OfficeRow event_page_rows[] = {
        { "event/", false, HTTP_GET | HTTP_POST, ACCOUNT_READER, on_event },
        { NULL, false, 0, 0, NULL },
};
