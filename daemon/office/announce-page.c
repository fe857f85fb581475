#include "office/announce-page.h"

#include "base/html.h"
#include "letter/compose-announcement.h"
#include "office/collections.h"
#include "office/day-text.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/listing.h"
#include "office/people-hash.h"
#include "office/write.h"
#include "remind/announce.h"
#include "store/object.h"
#include "web/page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH "/office/new-announcement"

enum { CHOSEN_MAX = 512, TEXT_BYTES = 1024 * 1024, USEFUL_DAYS = 7, UID_BYTES = 128, BAD = 422 };

typedef struct AnnouncePage {
        OfficeCall *call;
        FormFaults faults;
        Announcement announcement;
        char uid[TOKEN_SIZE];
        int64_t chosen[CHOSEN_MAX];
        size_t n_chosen;
        int error;    /* of reading the chosen people */
        Buffer books; /* the address books that the account may read */
        AnnounceRecipients people;
} AnnouncePage;

static void announce_page_done(AnnouncePage *page)
{
        form_faults_done(&page->faults);
        buffer_done(&page->books);
        announce_recipients_done(&page->people);
}

/* ---- What was sent ---- */

/* Takes the contact of a box that was ticked, if there is one that the account may read. */
static void take_chosen(const char *name, const char *value, void *userdata)
{
        AnnouncePage *page = userdata;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        (void)value;
        if (page->error != 0 || strncmp(name, "pick-", 5) != 0 || page->n_chosen == CHOSEN_MAX)
                return;
        int r = object_get_by_id(page->call->store, strtoll(name + 5, NULL, 10), &record);
        if (r == 0 && record->kind == OBJECT_CARD &&
                        collection_is_listed(buffer_text(&page->books), record->collection))
                page->chosen[page->n_chosen++] = record->id;
        page->error = r == STORE_E_NOT_FOUND ? 0 : r;
}

/* Names the field of a text: "subject-ru". */
static const char *name_field(const char *what, Language language, char ret[static 32])
{
        snprintf(ret, 32, "%s-%s", what, language_tag(language));
        return ret;
}

static bool is_blank(const char *text)
{
        return !text[strspn(text, " \t\r\n")];
}

/* A language has a subject and a text, or neither. */
static void read_texts(AnnouncePage *page)
{
        OfficeCall *call = page->call;
        char subject_name[32], text_name[32];
        for (Language i = 0; i < LANGUAGES_N; i++) {
                const char *subject = office_form(call, name_field("subject", i, subject_name));
                const char *text = office_form(call, name_field("text", i, text_name));
                if (is_blank(subject) && is_blank(text))
                        continue;
                if (is_blank(subject) || is_blank(text))
                        form_fault(&page->faults, is_blank(subject) ? subject_name : text_name,
                                        call->strings->announce_needs_both);
                page->announcement.texts[page->announcement.n_texts++] =
                                (AnnouncementText){ language_tag(i), subject, text };
        }
        if (page->announcement.n_texts == 0)
                form_fault(&page->faults,
                                name_field("subject", page_view_language(&call->view, 0), subject_name),
                                call->strings->announce_needs_text);
}

static int read_scope(AnnouncePage *page)
{
        OfficeCall *call = page->call;
        ListingChoice choice;
        page->announcement.target = "";
        if (page->n_chosen > 0) {
                page->announcement.scope = ANNOUNCE_CHOSEN;
                return 0;
        }
        int r = listing_read(call, &choice);
        if (r == OFFICE_E_NOT_FOUND || r == OFFICE_E_FORBIDDEN) {
                form_fault(&page->faults, "listing", call->strings->announce_needs_whom);
                return 0;
        }
        page->announcement.scope = (AnnouncementScope)choice.scope;
        page->announcement.target = choice.target;
        return r;
}

/* An announcement about an event is useful until it ends, any other one for some days. */
static int find_expiry(AnnouncePage *page)
{
        Announcement *announcement = &page->announcement;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        announcement->expires = announcement->at + USEFUL_DAYS * USEC_PER_DAY;
        if (announcement->scope != ANNOUNCE_EVENT || !*announcement->target)
                return 0;
        int r = object_find(page->call->store, announcement->target, &record);
        if (r == 0 && record->end > announcement->at && record->end < announcement->expires)
                announcement->expires = record->end;
        return r;
}

static int read_times(AnnouncePage *page)
{
        OfficeCall *call = page->call;
        Announcement *announcement = &page->announcement;
        const Zone *zone = call->view.zone ? call->view.zone : call->view.config->time_zone;
        const char *day = office_form(call, "day"), *clock = office_form(call, "time");
        CivilTime civil;
        announcement->at = call->now;
        if (*day && !day_text_read(day, &civil))
                form_fault(&page->faults, "day", call->strings->bad_day);
        else if (*day && !day_text_read_clock(clock, &civil))
                form_fault(&page->faults, "time", call->strings->bad_clock);
        else if (*day)
                announcement->at = zone_to_instant(zone, &civil) * USEC_PER_SEC;
        if (announcement->at < call->now)
                form_fault(&page->faults, "day", call->strings->announce_past);
        return find_expiry(page);
}

static int read_form(AnnouncePage *page)
{
        OfficeCall *call = page->call;
        char uid[UID_BYTES];
        int r = collections_readable(call, true, &page->books);
        if (r == 0)
                http_request_form_each(call->request, take_chosen, page);
        if (r == 0)
                r = page->error;
        if (r == 0)
                r = read_scope(page);
        read_texts(page);
        if (r == 0)
                r = read_times(page);
        if (r == 0)
                r = form_once_uid(call, "convened", uid, sizeof(uid));
        if (r == 0) {
                snprintf(page->uid, sizeof(page->uid), "%.*s", (int)sizeof(page->uid) - 1, uid);
                page->announcement.uid = page->uid;
                page->announcement.author = call->account.name;
        }
        return r;
}

/* ---- The form ---- */

static void write_texts(AnnouncePage *page)
{
        OfficeCall *call = page->call;
        bool is_post = office_is_post(call);
        for (int i = 0; i < LANGUAGES_N; i++) {
                Language language = page_view_language(&call->view, i);
                char subject[32], text[32];
                name_field("subject", language, subject);
                name_field("text", language, text);
                buffer_printf(&call->out, "<fieldset class=\"card\"><legend>%s</legend>\n",
                                web_strings(language)->name);
                form_field(call, &page->faults,
                                &(FormField){ .name = subject,
                                                .label = call->strings->announce_subject,
                                                .value = is_post ? office_form(call, subject) : "",
                                                .max = 200 });
                form_field(call, &page->faults,
                                &(FormField){ .name = text,
                                                .label = call->strings->announce_text,
                                                .value = is_post ? office_form(call, text) : "",
                                                .rows = 8 });
                buffer_puts(&call->out, "</fieldset>\n");
        }
}

static int write_whom(AnnouncePage *page)
{
        OfficeCall *call = page->call;
        if (page->n_chosen == 0)
                return listing_select(call, &page->faults, call->strings->announce_whom);
        buffer_puts(&call->out, "<p>");
        int r = write_message(call, call->strings->announce_n_chosen,
                        TEXT_ARGUMENTS({ "n", NULL, (int64_t)page->n_chosen }));
        buffer_puts(&call->out, "</p>\n");
        for (size_t i = 0; i < page->n_chosen; i++) {
                char name[32];
                snprintf(name, sizeof(name), "pick-%" PRId64, page->chosen[i]);
                form_hidden(call, name, "1");
        }
        return r;
}

static int reply_form(AnnouncePage *page, int status)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        office_begin(call, OFFICE_ANNOUNCEMENTS, strings->announce_new);
        form_faults(call, &page->faults);
        form_begin(call, PATH, "form");
        int r = form_once(call);
        if (r == 0)
                r = write_whom(page);
        write_texts(page);
        buffer_puts(&call->out, "<div class=\"two\">\n");
        form_field(call, &page->faults,
                        &(FormField){ .name = "day",
                                        .label = strings->announce_day,
                                        .note = strings->announce_day_note,
                                        .type = "date",
                                        .value = office_is_post(call) ? office_form(call, "day") : "" });
        form_field(call, &page->faults,
                        &(FormField){ .name = "time",
                                        .label = strings->announce_time,
                                        .type = "time",
                                        .value = office_is_post(call) ? office_form(call, "time") : "" });
        buffer_puts(&call->out, "</div>\n");
        form_submit(call, "act", "preview", NULL, strings->announce_preview);
        form_end(call);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

/* ---- The preview ---- */

static int write_counts(AnnouncePage *page)
{
        OfficeCall *call = page->call;
        int r = 0;
        buffer_puts(&call->out, "<p><strong>");
        r = write_message(call, call->strings->announce_count,
                        TEXT_ARGUMENTS({ "n", NULL, (int64_t)page->people.n }));
        buffer_puts(&call->out, "</strong> ");
        write_time(call, page->announcement.at);
        buffer_puts(&call->out, "</p>\n");
        write_reasons(call, page->people.n_reasons);
        return r;
}

static int write_mail(AnnouncePage *page, size_t index)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer mail = BUFFER_INIT(TEXT_BYTES);
        const AnnouncementText *text = &page->announcement.texts[index];
        const LetterOptions options = { .config = call->view.config,
                .zones = call->parts->zones,
                .address = "preview@example.org",
                .language = text->language,
                .token = "TOKEN",
                .message_id = "preview@example.org",
                .now = page->announcement.at };
        int r = compose_announcement_text(text, &options, &mail);
        if (r != 0)
                return r;
        buffer_printf(&call->out,
                        "<details class=\"card\" open><summary>%s · %zu</summary>\n<pre lang=\"%s\">",
                        web_strings(language_of(text->language))->name, page->people.n_texts[index],
                        text->language);
        html_escape(&call->out, buffer_text(&mail));
        buffer_puts(&call->out, "</pre></details>\n");
        return 0;
}

static void write_field(const char *name, const char *value, void *userdata)
{
        if (strcmp(name, "csrf") != 0 && strcmp(name, "act") != 0 && !people_hash_is_field(name))
                form_hidden(userdata, name, value);
}

static int reply_preview(AnnouncePage *page, bool is_changed)
{
        OfficeCall *call = page->call;
        office_begin(call, OFFICE_ANNOUNCEMENTS, call->strings->announce_new);
        if (is_changed)
                form_refusal(call, call->strings->people_changed);
        int r = write_counts(page);
        for (size_t i = 0; r == 0 && i < page->announcement.n_texts; i++)
                r = write_mail(page, i);
        form_begin(call, PATH, "acts");
        http_request_form_each(call->request, write_field, call);
        if (r == 0)
                r = people_hash_write(call, page->people.contacts, page->people.n);
        if (page->people.n > 0)
                form_submit(call, "act", "send", NULL, call->strings->announce_send);
        form_submit(call, "act", "edit", "quiet", call->strings->announce_edit);
        form_end(call);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

/* ---- Sending ---- */

/* The recipients are those who were counted. @ret: false if they have changed, or none is left */
static int find_recipients(AnnouncePage *page, bool *ret, bool *ret_is_changed)
{
        OfficeCall *call = page->call;
        announce_recipients_done(&page->people);
        int r = announce_find(call->store, &page->announcement, buffer_text(&page->books), page->chosen,
                        page->n_chosen, &page->people);
        if (r == 0)
                r = people_hash_check(call, page->people.contacts, page->people.n, ret, ret_is_changed);
        *ret = *ret && page->people.n > 0;
        return r;
}

static int preview(AnnouncePage *page, bool is_changed)
{
        store_rollback(page->call->store);
        return reply_preview(page, is_changed);
}

/* Finds whether the announcement was sent already: the button was pressed twice. */
static int find_known(const AnnouncePage *page, bool *ret)
{
        CLEANUP(announcement_freep) Announcement *known = NULL;
        int r = announcement_get(page->call->store, page->uid, &known);
        *ret = r == 0;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/*
 * Reads the rights of the account again, which may have changed since the form was read.
 * @ret: whether the account may read other address books now. A change of rights is no change of an object.
 */
static int read_rights(AnnouncePage *page, bool *ret)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer books = BUFFER_INIT(COLLECTIONS_MAX_BYTES);
        ListingChoice choice;
        int r = office_may_write(call, COLLECTION_CONTACTS);
        if (r == 0 && page->announcement.scope != ANNOUNCE_CHOSEN)
                r = listing_read(call, &choice);
        if (r == 0)
                r = collections_readable(call, true, &books);
        if (r != 0)
                return r;
        *ret = strcmp(buffer_text(&books), buffer_text(&page->books)) != 0;
        buffer_reset(&page->books);
        buffer_puts(&page->books, buffer_text(&books));
        return buffer_error(&page->books);
}

/*
 * Sends to the recipients. @seen: the change number at which they were found; after another change of an
 * object they are found again. Listings and opt-outs raise no number, and consent is asked again when the
 * mail is made.
 */
static int send_to(AnnouncePage *page, int64_t seen)
{
        OfficeCall *call = page->call;
        char uid[TOKEN_SIZE];
        int64_t sequence = 0;
        bool is_known = false, is_same = true, is_changed = false, has_other_rights = false;
        store_rollback(call->store);
        int r = store_begin_write(call->store);
        if (r == 0)
                r = read_rights(page, &has_other_rights);
        if (r == 0)
                r = find_known(page, &is_known);
        if (r == 0)
                r = store_sequence(call->store, &sequence);
        if (r == 0 && (sequence != seen || has_other_rights) && !is_known)
                r = find_recipients(page, &is_same, &is_changed);
        if (r == 0)
                r = find_expiry(page);
        if (r == 0 && !is_same)
                return preview(page, is_changed);
        if (r == 0 && !is_known)
                r = announce_send(call->store, &page->announcement, &page->people, call->now, uid);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/announcements", "announced");
}

/* If the recipients have changed since they were counted, the preview comes again. */
static int preview_or_send(AnnouncePage *page)
{
        OfficeCall *call = page->call;
        int64_t seen = 0;
        bool is_known = false, is_same = false, is_changed = false;
        int r = find_known(page, &is_known);
        if (r == 0 && is_known)
                return office_redirect(call, "/office/announcements", "announced");
        if (r == 0)
                r = store_sequence(call->store, &seen);
        if (r == 0)
                r = find_recipients(page, &is_same, &is_changed);
        if (r != 0)
                return r;
        bool is_wanted = strcmp(office_form(call, "act"), "send") == 0;
        return is_wanted && is_same ? send_to(page, seen) : preview(page, is_wanted && is_changed);
}

static int on_post(AnnouncePage *page)
{
        OfficeCall *call = page->call;
        const char *act = office_form(call, "act");
        int r = store_begin_read(call->store);
        if (r == 0)
                r = office_may_write(call, COLLECTION_CONTACTS);
        if (r == 0)
                r = read_form(page);
        if (r != 0)
                return r;
        bool is_begun = strcmp(act, "preview") == 0 || strcmp(act, "send") == 0;
        if (is_begun && page->faults.n == 0)
                return preview_or_send(page);
        store_rollback(call->store);
        if (!is_begun) {
                form_faults_done(&page->faults);
                page->faults.n = 0;
        }
        return reply_form(page, is_begun ? BAD : 200);
}

static int on_new(OfficeCall *call)
{
        CLEANUP(announce_page_done)
        AnnouncePage page = { .call = call, .books = BUFFER_INIT(COLLECTIONS_MAX_BYTES) };
        return office_is_post(call) ? on_post(&page) : reply_form(&page, 200);
}

const OfficeRow announce_page_rows[] = {
        { "new-announcement", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_new },
        { NULL, false, 0, 0, NULL },
};
