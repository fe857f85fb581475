#include "web/meet-page.h"

#include "base/log.h"
#include "http/reply.h"
#include "store/meeting-limit.h"
#include "web/freebusy.h"
#include "web/meet-form.h"
#include "web/site.h"

#include <stdlib.h>
#include <string.h>

enum {
        MEET_PAGE_BYTES = 2 * 1024 * 1024,
        MINUTES_MAX = 24 * 60,
        UID_BYTES = 1024,
        BAD_REQUEST = 400,
        CONFLICT = 409,
        TOO_MANY_REQUESTS = 429,
        MEET_E_REFUSED = CONDITIONS_WEB + 7,
};

typedef struct MeetAsk {
        MeetForm form;
        HttpRequest *request;
        Site *site;
        usec_t start, length;
        const Zone *zone;    /* in which the times of the form were shown */
        const char *refusal; /* a sentence for the visitor */
} MeetAsk;

static void meet_ask_done(MeetAsk *ask)
{
        booking_result_done(&ask->form.result);
        meet_times_done(&ask->form.times);
        meet_host_done(&ask->form.host);
        store_close(ask->form.store);
        page_view_done(&ask->form.view);
}

static int refuse(MeetAsk *ask, WebWord word)
{
        ask->refusal = web_word(ask->form.view.strings, word);
        return MEET_E_REFUSED;
}

static usec_t read_length(const char *text)
{
        int minutes = text ? atoi(text) : 0;
        return minutes > 0 && minutes <= MINUTES_MAX ? minutes * 60 * USEC_PER_SEC : 0;
}

/* ---- The times to show ---- */

static int load_times(MeetAsk *ask, const MeetWish *wish)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        MeetForm *form = &ask->form;
        int r = object_find(form->store, form->host.offers[form->offer].uid, &record);
        if (r != 0)
                return r;
        meet_times_done(&form->times);
        form->times = (MeetTimes){ .n_days = 0 };
        r = meet_times_load(form->store, record, wish, &form->times);
        return r == OFFER_E_NONE || r == EVENT_E_INVALID ? STORE_E_NOT_FOUND : r;
}

/* Loads the offer that the query names; without a name, the first one with a free time, or else the last. */
static int load_first(MeetAsk *ask, const char *offer, const MeetWish *wish)
{
        MeetForm *form = &ask->form;
        int chosen = meet_host_offer(&form->host, offer);
        if (offer && chosen < 0)
                return STORE_E_NOT_FOUND;
        form->offer = chosen > 0 ? (size_t)chosen : 0;
        int r = load_times(ask, wish);
        while (r == 0 && chosen < 0 && form->times.n_days == 0 && form->offer + 1 < form->host.n_offers) {
                form->offer++;
                r = load_times(ask, wish);
        }
        return r;
}

static int reply_form(MeetAsk *ask, int status, const char *notice)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(MEET_PAGE_BYTES);
        meet_form_write(&page, &ask->form, notice);
        return page_reply(ask->request, status, &page);
}

static int on_get(MeetAsk *ask)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(MEET_PAGE_BYTES);
        MeetForm *form = &ask->form;
        const char *done = http_request_query(ask->request, "done");
        MeetWish wish = {
                .view = &form->view,
                .zone = form->view.zone,
                .length = read_length(http_request_query(ask->request, "length")),
                .day = http_request_query(ask->request, "day"),
        };
        if (done && strcmp(done, "sent") == 0) {
                meet_form_write_done(&page, form);
                return page_reply(ask->request, 200, &page);
        }
        form->fields.language = form->view.language;
        int r = load_first(ask, http_request_query(ask->request, "offer"), &wish);
        return r != 0 ? r : reply_form(ask, 200, NULL);
}

/* ---- The request for a meeting ---- */

static int read_fields(MeetAsk *ask)
{
        MeetFields *fields = &ask->form.fields;
        HttpRequest *request = ask->request;
        bool is_known = page_view_find_language(http_request_form(request, "language"), &fields->language) ==
                        0;
        bool is_text = visitor_read_text(http_request_form(request, "name"), fields->name, MEET_LINE_SIZE);
        is_text = visitor_read_text(http_request_form(request, "organisation"), fields->organisation,
                                  MEET_LINE_SIZE) &&
                  is_text;
        is_text = visitor_read_text(http_request_form(request, "topic"), fields->topic, MEET_TOPIC_SIZE) &&
                  is_text;
        bool is_address = visitor_read_address(http_request_form(request, "address"), fields->address);
        visitor_network(request, fields->network);
        if (!is_text)
                return refuse(ask, WEB_WORD(meet_bad_text));
        /* Pages and mails would show the address of a visitor without a name. */
        if (!fields->name[0])
                return refuse(ask, WEB_WORD(meet_no_name));
        if (!is_address)
                return refuse(ask, WEB_WORD(signup_bad_address));
        if (!is_known)
                return refuse(ask, WEB_WORD(signup_bad_language));
        return ask->start > 0 ? 0 : refuse(ask, WEB_WORD(meet_no_time));
}

/* Books and counts in one transaction, so that simultaneous requests cannot exceed a limit. */
static int book(MeetAsk *ask)
{
        MeetForm *form = &ask->form;
        const Config *config = form->view.config;
        const MeetFields *fields = &form->fields;
        const MeetingLimits limits = { config->signup.per_address, config->signup.per_network,
                config->signup.per_day };
        const BookingWork work = { .store = form->store, .config = config, .now = form->view.now };
        const BookingAsk asked = {
                .offer = form->host.offers[form->offer].uid,
                .start = ask->start,
                .length = ask->length,
                .place = http_request_form(ask->request, "place"),
                .visitor = {
                        .name = fields->name,
                        .organisation = fields->organisation,
                        .address = fields->address,
                        .topic = fields->topic,
                        .language = language_tag(fields->language),
                        .zone = zone_name(ask->zone),
                        .network = fields->network,
                },
        };
        StoreWrite write;
        int r = store_write_begin(form->store, &write);
        if (r != 0)
                return r;
        r = booking_ask(&work, &asked, &form->result);
        if (r == 0)
                r = meeting_limit_check(form->store, &asked.visitor, &limits, work.now);
        return store_write_end(&write, r);
}

/*
 * Asks for a meeting. For an address over its limit, the reply and the work are the same as for others, so
 * that a client cannot find out whether the address has made requests.
 */
static int ask_meeting(MeetAsk *ask)
{
        int r = read_fields(ask);
        if (r == 0)
                r = book(ask);
        if (r == BOOKING_E_TAKEN)
                site_count_conflict(ask->site);
        if (r == MEETING_E_MANY_ADDRESS || r == MEETING_E_MANY)
                log_write(LOG_NOTICE, NULL,
                                "meeting: nothing was held: too many requests today from %s or for one address",
                                ask->form.fields.network);
        return r == MEETING_E_MANY_ADDRESS ? 0 : r;
}

/* Conditions that are shown to the visitor on the page with the form. */
static const struct AskRefusal {
        int condition, status;
        WebWord text;
} REFUSALS[] = {
        { BOOKING_E_TAKEN, CONFLICT, WEB_WORD(meet_taken) },
        { BOOKING_E_TOO_LATE, CONFLICT, WEB_WORD(meet_too_late) },
        { BOOKING_E_NO_PLACE, BAD_REQUEST, WEB_WORD(meet_taken) },
        { BOOKING_E_BAD_VISITOR, BAD_REQUEST, WEB_WORD(meet_bad_text) },
        { MEETING_E_MANY, TOO_MANY_REQUESTS, WEB_WORD(meet_limit) },
};

static int reply_refused(MeetAsk *ask, int status, const char *text)
{
        const MeetWish wish = {
                .view = &ask->form.view,
                .zone = ask->zone,
                .length = ask->length,
                .at = ask->start,
        };
        int r = load_times(ask, &wish);
        return r != 0 ? r : reply_form(ask, status, text);
}

static void read_zone(MeetAsk *ask)
{
        const PageView *view = &ask->form.view;
        const char *name = http_request_form(ask->request, "zone");
        if (!name || zone_table_get(view->zones, name, &ask->zone) != 0)
                ask->zone = view->zone ? view->zone : view->config->time_zone;
}

static int on_post(MeetAsk *ask)
{
        MeetForm *form = &ask->form;
        int offer = meet_host_offer(&form->host, http_request_form(ask->request, "offer"));
        if (offer < 0)
                return STORE_E_NOT_FOUND;
        form->offer = (size_t)offer;
        ask->start = meet_times_read(http_request_form(ask->request, "time"));
        ask->length = read_length(http_request_form(ask->request, "length"));
        read_zone(ask);
        int r = ask_meeting(ask);
        if (r == 0)
                return http_reply_redirect(ask->request, 303, "?done=sent");
        if (r == MEET_E_REFUSED)
                return reply_refused(ask, BAD_REQUEST, ask->refusal);
        for (size_t i = 0; i < sizeof(REFUSALS) / sizeof(*REFUSALS); i++)
                if (REFUSALS[i].condition == r)
                        return reply_refused(ask, REFUSALS[i].status,
                                        web_word(form->view.strings, REFUSALS[i].text));
        return r == BOOKING_E_NO_OFFER ? STORE_E_NOT_FOUND : r;
}

int meet_page_on_host(HttpRequest *request, const char *host, void *userdata)
{
        bool is_post = http_request_method(request) == HTTP_POST;
        CLEANUP(meet_ask_done) MeetAsk ask = { .request = request, .site = userdata };
        MeetForm *form = &ask.form;
        char uid[UID_BYTES];
        if (!is_post && freebusy_path(host, uid, sizeof(uid)))
                return freebusy_on_meet(request, host, userdata);
        int r = http_request_defer(request, is_post ? HTTP_WORK_WAITS : HTTP_WORK_LONG, 0);
        if (r == 0)
                r = site_page_view(userdata, request, &form->view);
        if (r != 0)
                return r;
        if (!meet_is_open(form->view.config))
                return site_reply_error(userdata, request, 404, NULL);
        r = site_open_store(userdata, is_post ? STORE_WRITE : STORE_READ_ONLY, &form->store);
        if (r != 0)
                return site_reply_failure(userdata, request, NULL, r);
        r = meet_host_load(form->store, form->view.config, host, &form->host);
        if (r == 0)
                r = is_post ? on_post(&ask) : on_get(&ask);
        if (r == STORE_E_NOT_FOUND)
                return site_reply_error(userdata, request, 404, NULL);
        return r == 0 ? 0 : site_reply_failure(userdata, request, form->store, r);
}
