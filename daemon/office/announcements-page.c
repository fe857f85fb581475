#include "office/announcements-page.h"

#include "base/html.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/listing.h"
#include "office/mail-words.h"
#include "office/write.h"
#include "store/announcement.h"
#include "store/collection.h"
#include "web/page.h"

#include <inttypes.h>

#define PATH "/office/announcements"

enum { SHOWN_MAX = 100 };

typedef struct AnnouncementsPage {
        OfficeCall *call;
        int n;
} AnnouncementsPage;

static void write_scope(OfficeCall *call, const Announcement *announcement)
{
        if (announcement->scope == ANNOUNCE_CHOSEN)
                buffer_puts(&call->out, call->strings->announce_chosen);
        else
                listing_write(call, (SubscriptionScope)announcement->scope, announcement->target);
}

/* Writes how many mails have each state. @ret_waits: whether some of them wait */
static int write_counts(OfficeCall *call, const Announcement *announcement, bool *ret_waits)
{
        int64_t counts[MAIL_PARKED + 1];
        bool is_first = true;
        int r = announcement_counts(call->store, announcement->uid, counts);
        *ret_waits = r == 0 && counts[MAIL_PENDING] > 0;
        if (announcement->stopped)
                buffer_printf(&call->out, "<strong>%s</strong><br>", call->strings->announce_stopped);
        for (MailState i = MAIL_PENDING; r == 0 && i <= MAIL_PARKED; i++) {
                if (counts[i] == 0)
                        continue;
                buffer_printf(&call->out, "%s%s: %" PRId64, is_first ? "" : ", ",
                                mail_words_of_state(call, i), counts[i]);
                is_first = false;
        }
        return r;
}

static int write_announcement(const Announcement *announcement, void *userdata)
{
        AnnouncementsPage *page = userdata;
        OfficeCall *call = page->call;
        bool waits = false;
        page->n++;
        buffer_puts(&call->out, announcement->stopped ? "<tr class=\"off\"><td class=\"when\">"
                                                      : "<tr><td class=\"when\">");
        write_time(call, announcement->at);
        buffer_puts(&call->out, "</td><th scope=\"row\">");
        for (size_t i = 0; i < announcement->n_texts; i++) {
                buffer_puts(&call->out, i ? "<br>" : "");
                page_write_text(&call->out, &call->view, announcement->texts[i].subject);
        }
        buffer_puts(&call->out, "</th><td>");
        write_scope(call, announcement);
        buffer_puts(&call->out, "</td><td>");
        html_escape(&call->out, announcement->author);
        buffer_puts(&call->out, "</td><td>");
        int r = write_counts(call, announcement, &waits);
        buffer_puts(&call->out, "</td><td>");
        if (waits && !announcement->stopped) {
                form_begin(call, PATH, "one");
                form_submit(call, "stop", announcement->uid, "quiet danger", call->strings->mail_stop);
                form_end(call);
        }
        buffer_puts(&call->out, "</td></tr>\n");
        return r;
}

static int on_get(OfficeCall *call)
{
        const OfficeStrings *strings = call->strings;
        AnnouncementsPage page = { .call = call };
        office_begin(call, OFFICE_ANNOUNCEMENTS, strings->section_announcements);
        buffer_printf(&call->out,
                        "<p class=\"acts\"><a class=\"button\" href=\"/office/new-announcement\">%s</a></p>\n"
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><td></td></tr></thead>\n<tbody>\n",
                        strings->announce_new, strings->section_announcements, strings->when,
                        strings->announce_subject, strings->mail_to, strings->history_who, strings->state);
        int r = announcement_each(call->store, SHOWN_MAX, write_announcement, &page);
        buffer_puts(&call->out, "</tbody></table></div>\n");
        if (page.n == 0)
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", strings->announce_none);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

static int on_post(OfficeCall *call)
{
        int64_t n = 0;
        int r = store_begin_write(call->store);
        if (r == 0)
                r = office_may_write(call, COLLECTION_CONTACTS);
        if (r == 0)
                r = announcement_stop(call->store, office_form(call, "stop"), call->now, &n);
        if (r == 0)
                r = store_commit(call->store);
        return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND
               : r != 0               ? r
                                      : office_redirect(call, PATH, "announcement-stopped");
}

static int on_announcements(OfficeCall *call)
{
        int r = office_may_read(call, COLLECTION_CONTACTS);
        if (r != 0 && r != OFFICE_E_NOT_FOUND)
                return r;
        return office_is_post(call) ? on_post(call) : on_get(call);
}

const OfficeRow announcements_page_rows[] = {
        { "announcements", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_announcements },
        { NULL, false, 0, 0, NULL },
};
