#include "office/offers-page.h"

#include "base/html.h"
#include "edit/hours.h"
#include "meet/offers.h"
#include "office/event-links.h"
#include "office/layout.h"
#include "office/meeting-parts.h"
#include "web/page.h"

enum { TEXT_BYTES = 64 * 1024 };

typedef struct OffersPage {
        OfficeCall *call;
        bool may_write;
        int n;
} OffersPage;

static int write_hours(OfficeCall *call, const Offer *offer)
{
        const Event *hours;
        int r = 0;
        for (size_t i = 0; r == 0 && (hours = event_available(offer->event, i)); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
                r = hours_describe(hours, call->view.tag, &text);
                buffer_puts(&call->out, i > 0 ? "<br>" : "");
                html_escape(&call->out, buffer_text(&text));
        }
        return r;
}

static int write_of_event(OfficeCall *call, const Offer *offer)
{
        CLEANUP(object_record_freep) ObjectRecord *event = NULL;
        int r = offer->of_event ? object_find(call->store, offer->of_event, &event) : STORE_E_NOT_FOUND;
        if (r == 0)
                page_write_text(&call->out, &call->view, event->name);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static void write_links(const OffersPage *page, const Offer *offer)
{
        Buffer *out = &page->call->out;
        if (!page->may_write)
                return;
        buffer_puts(out, "<a href=\"");
        event_links_write(out, "offer", offer->uid);
        buffer_printf(out, "\">%s</a>", page->call->strings->edit);
}

static int write_offer(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        OffersPage *page = userdata;
        OfficeCall *call = page->call;
        (void)record;
        page->n++;
        buffer_puts(&call->out,
                        offer->listed ? "<tr><th scope=\"row\">" : "<tr class=\"off\"><th scope=\"row\">");
        meeting_parts_write_host(call, offer->host);
        buffer_puts(&call->out, "</th><td>");
        page_write_text(&call->out, &call->view, offer->summary);
        buffer_puts(&call->out, "</td><td>");
        int r = write_hours(call, offer);
        buffer_puts(&call->out, "</td><td>");
        if (r == 0)
                r = write_of_event(call, offer);
        buffer_printf(&call->out, "</td><td>%s</td><td>",
                        !offer->listed                         ? call->strings->offer_not_listed
                        : offer->confirm == OFFER_CONFIRM_HOST ? call->strings->offer_host_confirms
                                                               : call->strings->offer_at_once);
        write_links(page, offer);
        buffer_puts(&call->out, "</td></tr>\n");
        return r;
}

static int on_offers(OfficeCall *call)
{
        const OfficeStrings *strings = call->strings;
        OffersPage page = { .call = call };
        int r = office_may_read(call, COLLECTION_OFFERS);
        if (r == OFFICE_E_FORBIDDEN)
                return r;
        page.may_write = r == OFFICE_E_NOT_FOUND || office_may_write(call, COLLECTION_OFFERS) == 0;
        office_begin(call, OFFICE_MEETINGS, strings->offers_title);
        meeting_parts_write_links(call, MEETING_PART_OFFERS);
        if (page.may_write)
                buffer_printf(&call->out, "<p><a class=\"button\" href=\"/office/new-offer\">%s</a></p>\n",
                                strings->offer_new);
        buffer_printf(&call->out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><td></td></tr></thead>\n<tbody>\n",
                        strings->offers_title, strings->meeting_host, strings->title, strings->offer_hours,
                        strings->offer_event, strings->state);
        r = offers_each_of_host(call->store, NULL, call->view.config->time_zone, write_offer, &page);
        buffer_puts(&call->out, "</tbody></table></div>\n");
        if (page.n == 0)
                buffer_printf(&call->out, "<p class=\"nothing\">%s</p>\n", strings->offers_none);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

const OfficeRow offers_page_rows[] = {
        { "offers", true, HTTP_GET, ACCOUNT_EDITOR, on_offers },
        { NULL, false, 0, 0, NULL },
};
