#include "office/person-lists.h"

#include "base/html.h"
#include "office/event-links.h"
#include "office/listing.h"
#include "office/mail-row.h"
#include "office/mail-scope.h"
#include "office/meeting-parts.h"
#include "office/write.h"
#include "store/erase.h"
#include "store/optout.h"
#include "web/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAILS_SHOWN = 20 };

static void begin_section(OfficeCall *call, const char *title)
{
        buffer_printf(&call->out, "<section><h2>%s</h2>\n", title);
}

static void end_section(OfficeCall *call)
{
        buffer_puts(&call->out, "</section>\n");
}

static void begin_table(OfficeCall *call, const char *title, const char *const *columns, size_t n)
{
        buffer_printf(&call->out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n<thead><tr>",
                        title);
        for (size_t i = 0; i < n; i++)
                buffer_printf(&call->out, "<th scope=\"col\">%s</th>", columns[i]);
        buffer_puts(&call->out, "</tr></thead>\n<tbody>\n");
}

/* Ends a table that has been begun with its first row, or says that there is no row. */
static void end_table(OfficeCall *call, int n, const char *none)
{
        if (n > 0)
                buffer_puts(&call->out, "</tbody></table></div>\n");
        else
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", none);
}

/* ---- Choices ---- */

static int write_muted_event(const char *uid, void *userdata)
{
        OfficeCall *call = userdata;
        buffer_printf(&call->out, "<p>%s ", call->strings->person_mutes);
        listing_write(call, SUBSCRIBE_EVENT, uid);
        buffer_puts(&call->out, "</p>\n");
        return 0;
}

static int write_muted_kind(const char *kind, void *userdata)
{
        OfficeCall *call = userdata;
        buffer_printf(&call->out, "<p>%s ", call->strings->person_mutes);
        listing_write(call, SUBSCRIBE_KIND, kind);
        buffer_puts(&call->out, "</p>\n");
        return 0;
}

int person_lists_muted(OfficeCall *call, int64_t contact)
{
        int r = mute_kind_each(call->store, contact, write_muted_kind, call);
        return r != 0 ? r : mute_each(call->store, contact, write_muted_event, call);
}

/* ---- Listings ---- */

typedef struct Listings {
        OfficeCall *call;
        bool may_write;
        int n;
} Listings;

/* The value of a button that ends the listing, as listing_read_text() reads it. */
static void write_end(OfficeCall *call, const Subscription *listing)
{
        static const char *const scopes[] = {
                [SUBSCRIBE_KIND] = "kind:", [SUBSCRIBE_EVENT] = "event:", [SUBSCRIBE_CALENDAR] = "calendar:"
        };
        char value[1024];
        snprintf(value, sizeof(value), "%s%s",
                        listing->scope == SUBSCRIBE_ALL ? "all" : scopes[listing->scope], listing->target);
        form_begin(call, NULL, "one");
        form_hidden(call, "action", "unlist");
        form_submit(call, "listing", value, "quiet", call->strings->person_unlist);
        form_end(call);
}

static int write_listing(const Subscription *listing, void *userdata)
{
        Listings *listings = userdata;
        OfficeCall *call = listings->call;
        const OfficeStrings *strings = call->strings;
        const char *const columns[] = { strings->listed_for, strings->listed_by, strings->listed_since };
        if (listings->n++ == 0)
                begin_table(call, strings->listings, columns, 3);
        buffer_puts(&call->out, "<tr><th scope=\"row\">");
        listing_write(call, listing->scope, listing->target);
        buffer_printf(&call->out, "</th><td>%s</td><td class=\"when\">",
                        listing->origin == SUBSCRIPTION_OWN ? call->strings->listed_by_person
                                                            : call->strings->listed_by_office);
        write_time(call, listing->created);
        buffer_puts(&call->out, "</td><td>");
        if (listings->may_write)
                write_end(call, listing);
        buffer_puts(&call->out, "</td></tr>\n");
        return 0;
}

static int write_new_listing(OfficeCall *call, const FormFaults *faults)
{
        form_begin(call, NULL, "card bar-form");
        int r = listing_select(call, faults, call->strings->listed_for);
        form_submit(call, "action", "list", NULL, call->strings->person_list);
        form_end(call);
        return r;
}

int person_lists_listings(
                OfficeCall *call, const ObjectRecord *contact, bool may_write, const FormFaults *faults)
{
        Listings listings = { call, may_write, 0 };
        begin_section(call, call->strings->listings);
        int r = subscription_each(call->store, contact->id, write_listing, &listings);
        end_table(call, listings.n, call->strings->listings_none);
        if (r == 0 && may_write)
                r = write_new_listing(call, faults);
        end_section(call);
        return r;
}

/* ---- Mails ---- */

typedef struct Mails {
        OfficeCall *call;
        int n;
} Mails;

static int write_mail(const MailRecord *mail, void *userdata)
{
        Mails *mails = userdata;
        OfficeCall *call = mails->call;
        const OfficeStrings *strings = call->strings;
        const char *const columns[] = { strings->when, strings->mail_what, strings->state,
                strings->mail_reason };
        if (mails->n++ == 0)
                begin_table(call, strings->section_mails, columns, 4);
        mail_row_write(call, mail, false);
        return 0;
}

/* Writes the question why the person got nothing about an event. */
static int write_why(OfficeCall *call, const char *uid)
{
        buffer_puts(&call->out, "<form class=\"card bar-form\" action=\"");
        event_links_write(&call->out, "why", uid);
        buffer_puts(&call->out, "\">\n");
        int r = listing_event_select(
                        call, "event", "", call->strings->why_event, call->strings->listed_choose);
        form_submit(call, NULL, NULL, "quiet", call->strings->why_show);
        form_end(call);
        return r;
}

int person_lists_mails(OfficeCall *call, int64_t contact, const char *uid)
{
        CLEANUP(mail_scope_done) MailScope scope;
        Mails mails = { call, 0 };
        int r = mail_scope_init(&scope, call, ACCOUNT_READ);
        const LedgerSearch search = { .contact = contact, .scope = scope.scope };
        begin_section(call, call->strings->section_mails);
        if (r == 0)
                r = ledger_search(call->store, &search, MAILS_SHOWN, write_mail, &mails);
        end_table(call, mails.n, call->strings->mails_none);
        if (r == 0 && office_may(call, ACCOUNT_EDITOR))
                r = write_why(call, uid);
        end_section(call);
        return r;
}

/* ---- Meetings ---- */

typedef struct Meetings {
        OfficeCall *call;
        const ObjectRecord *contact;
        int n;
} Meetings;

/* Writes the name of the other side of a meeting. */
static void write_other(OfficeCall *call, const ObjectRecord *contact, const Meeting *meeting)
{
        CLEANUP(object_record_freep) ObjectRecord *host = NULL;
        const MeetingVisitor *visitor = &meeting->visitor;
        const char *name = *visitor->name ? visitor->name : visitor->address;
        if (strcmp(meeting->host, contact->uid) != 0)
                name = object_find(call->store, meeting->host, &host) == 0 ? host->name : meeting->host;
        page_write_text(&call->out, &call->view, name);
}

static int write_meeting(const Meeting *meeting, void *userdata)
{
        Meetings *meetings = userdata;
        OfficeCall *call = meetings->call;
        const OfficeStrings *strings = call->strings;
        const char *const columns[] = { strings->when, strings->meeting_with, strings->state };
        if (meetings->n++ == 0)
                begin_table(call, strings->section_meetings, columns, 3);
        buffer_puts(&call->out, "<tr><td class=\"when\">");
        write_time(call, meeting->start);
        buffer_puts(&call->out, "</td><th scope=\"row\">");
        write_other(call, meetings->contact, meeting);
        buffer_printf(&call->out, "</th><td>%s</td></tr>\n", meeting_parts_state(call, meeting->state));
        return 0;
}

int person_lists_meetings(OfficeCall *call, const ObjectRecord *contact)
{
        Meetings meetings = { call, contact, 0 };
        /* An account without the right to meetings is told nothing of them. */
        if (office_may_read(call, COLLECTION_MEETINGS) == OFFICE_E_FORBIDDEN)
                return 0;
        CLEANUP(person_addresses_done) PersonAddresses addresses = { .n = 0 };
        begin_section(call, call->strings->section_meetings);
        int r = person_addresses_read(call->store, contact, &addresses);
        if (r == 0)
                r = erase_meetings_each(call->store, contact, &addresses, write_meeting, &meetings);
        end_table(call, meetings.n, call->strings->no_meetings);
        end_section(call);
        return r;
}
