#include "web/signup.h"

#include "base/conditions.h"
#include "base/log.h"
#include "http/reply.h"
#include "store/object.h"
#include "store/signup.h"
#include "web/form-fields.h"
#include "web/page.h"
#include "web/site.h"
#include "web/visitor.h"

#include <string.h>

enum {
        FORM_PAGE_BYTES = 256 * 1024,
        VALUE_BYTES = 2048,
        SIGNUP_E_REFUSED = CONDITIONS_WEB + 5,
};

#define KIND_PREFIX  "kind:"
#define EVENT_PREFIX "event:"

/* One request. */
typedef struct Asked {
        PageView view;
        Store *store;
        SignupEvent event;
        char address[VISITOR_ADDRESS_SIZE];
        char network[VISITOR_NETWORK_SIZE];
        Signup signup;
        const char *refusal; /* a sentence */
} Asked;

static void asked_done(Asked *asked)
{
        signup_event_done(&asked->event);
        store_close(asked->store);
        page_view_done(&asked->view);
}

bool signup_is_open(const Config *config)
{
        return config->signup.enabled && config->mail.deliver;
}

static int refuse(Asked *asked, WebWord word)
{
        asked->refusal = web_word(asked->view.strings, word);
        return SIGNUP_E_REFUSED;
}

/* ---- The form ---- */

/* Writes one thing to subscribe to. @kind: "kind:", "event:" or "" */
static void write_choice(
                Buffer *out, const PageView *view, const char *kind, const char *name, const char *label)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(VALUE_BYTES);
        buffer_printf(&value, "%s%s", kind, name);
        page_write_option(out, view, buffer_text(&value), strcmp(kind, EVENT_PREFIX) == 0, NULL, label);
}

static void write_what(Buffer *out, const PageView *view, const SignupForm *form)
{
        buffer_printf(out,
                        "<p><label for=\"signup-what\">%s</label>\n<select id=\"signup-what\" name=\"what\">\n",
                        view->strings->signup_what);
        if (form->event)
                write_choice(out, view, EVENT_PREFIX, form->event, form->event_name);
        write_choice(out, view, "", "all", view->strings->signup_everything);
        for (size_t i = 0; i < view->config->n_kinds; i++) {
                const char *kind = view->config->kinds[i].name;
                write_choice(out, view, KIND_PREFIX, kind, page_kind_title(view, kind));
        }
        buffer_puts(out, "</select></p>\n");
}

static void write_language(Buffer *out, const PageView *view)
{
        buffer_printf(out,
                        "<p><label for=\"signup-language\">%s</label>\n<select id=\"signup-language\" name=\"language\">\n",
                        view->strings->mail_language);
        form_fields_languages(out, view, view->language);
        buffer_puts(out, "</select></p>\n");
}

void signup_write_form(Buffer *out, const PageView *view, const SignupForm *form)
{
        buffer_printf(out,
                        "<section class=\"card\">\n<h2>%s</h2>\n<form class=\"choices\" method=\"post\" action=\"/subscribe/mail\">\n<p><label for=\"signup-address\">%s</label>\n<input id=\"signup-address\" name=\"address\" autocomplete=\"email\" " FORM_FIELDS_ADDRESS
                        " value=\"",
                        view->strings->mail_reminders, view->strings->signup_address);
        html_escape(out, form->address ? form->address : "");
        buffer_puts(out, "\"></p>\n");
        write_what(out, view, form);
        write_language(out, view);
        buffer_printf(out, "<p class=\"note\">%s</p>\n<button>%s</button>\n</form>\n</section>\n",
                        view->strings->signup_note, view->strings->subscribe);
}

static int reply_form(HttpRequest *request, const Asked *asked, int status, const char *notice)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(FORM_PAGE_BYTES);
        const PageView *view = &asked->view;
        PageHead head = {
                .title = view->strings->signup_title,
                .path = "/subscribe/mail",
                .section = PAGE_SUBSCRIBE,
        };
        SignupForm form = {
                .address = asked->address,
                .event = asked->event.record ? asked->event.record->uid : NULL,
                .event_name = asked->event.name,
        };
        page_begin(&page, view, &head);
        page_write_notice(&page, notice);
        signup_write_form(&page, view, &form);
        page_end(&page, view, &head);
        return page_reply(request, status, &page);
}

/* ---- The request ---- */

/*
 * Loads an event into @asked. If no public event has this UID, @asked stays without an event. An event that
 * is over or cancelled is refused.
 */
static int load_event(Asked *asked, const char *uid, usec_t now)
{
        int r = signup_event_get(asked->store, asked->view.config, uid, &asked->event);
        if (r != 0 || signup_event_is_open(&asked->event, now))
                return r == STORE_E_NOT_FOUND ? 0 : r;
        bool is_cancelled = signup_event_is_cancelled(&asked->event);
        signup_event_done(&asked->event);
        asked->event = (SignupEvent){ 0 };
        return refuse(asked, is_cancelled ? WEB_WORD(is_cancelled) : WEB_WORD(is_over));
}

static int read_address(Asked *asked, HttpRequest *request)
{
        asked->signup.address = asked->address;
        return visitor_read_address(http_request_form(request, "address"), asked->address)
                               ? 0
                               : refuse(asked, WEB_WORD(signup_bad_address));
}

static int read_what(Asked *asked, HttpRequest *request, usec_t now)
{
        const char *what = http_request_form(request, "what");
        const ConfigKind *kind = NULL;
        int r = 0;
        asked->signup.scope = SUBSCRIBE_ALL;
        asked->signup.target = "";
        if (what && strcmp(what, "all") == 0)
                return 0;
        if (what && strncmp(what, KIND_PREFIX, strlen(KIND_PREFIX)) == 0)
                kind = config_kind(asked->view.config, what + strlen(KIND_PREFIX));
        else if (what && strncmp(what, EVENT_PREFIX, strlen(EVENT_PREFIX)) == 0)
                r = load_event(asked, what + strlen(EVENT_PREFIX), now);
        if (r != 0)
                return r;
        if (!kind && !asked->event.record)
                return refuse(asked, WEB_WORD(signup_bad_choice));
        asked->signup.scope = kind ? SUBSCRIBE_KIND : SUBSCRIBE_EVENT;
        asked->signup.target = kind ? kind->name : asked->event.record->uid;
        return 0;
}

static int read_language(Asked *asked, HttpRequest *request)
{
        Language language;
        if (page_view_find_language(http_request_form(request, "language"), &language) < 0)
                return refuse(asked, WEB_WORD(signup_bad_language));
        asked->signup.language = language_tag(language);
        return 0;
}

/*
 * Stores a signup. The work and the reply are the same for a listed address, an unknown one, and one over
 * a limit, so that a client cannot distinguish them.
 */
static int ask(Asked *asked, HttpRequest *request, usec_t now)
{
        const Config *config = asked->view.config;
        SignupLimits limits = { config->signup.per_address, config->signup.per_network,
                config->signup.per_day };
        int r = read_address(asked, request);
        if (r == 0)
                r = read_what(asked, request, now);
        if (r == 0)
                r = read_language(asked, request);
        if (r != 0)
                return r;
        visitor_network(request, asked->network);
        asked->signup.network = asked->network;
        asked->signup.expires = now + config->signup.expires;
        r = signup_add(asked->store, &asked->signup, &limits, now);
        if (r == SIGNUP_E_LIMIT)
                log_write(LOG_NOTICE, NULL,
                                "signup: no mail was sent: too many requests today, from %s, for one address or over all, or for one that wants no mail",
                                asked->network);
        return r == SIGNUP_E_LIMIT ? 0 : r;
}

static const char *done_text(const PageView *view, const char *done)
{
        if (done && strcmp(done, "sent") == 0)
                return view->strings->signup_sent;
        if (done && strcmp(done, "confirmed") == 0)
                return view->strings->signup_done;
        return NULL;
}

int signup_on_form(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest;
        bool is_post = http_request_method(request) == HTTP_POST;
        CLEANUP(asked_done) Asked asked = { 0 };
        int r = http_request_defer(request, HTTP_WORK_WAITS, 0);
        if (r == 0)
                r = site_page_view(userdata, request, &asked.view);
        if (r != 0)
                return r;
        if (!signup_is_open(asked.view.config))
                return site_reply_error(userdata, request, 404, NULL);
        const char *event = is_post ? NULL : http_request_query(request, "event");
        if (is_post || event)
                r = site_open_store(userdata, is_post ? STORE_WRITE : STORE_READ_ONLY, &asked.store);
        if (r == 0)
                r = is_post ? ask(&asked, request, site_now(userdata))
                    : event ? load_event(&asked, event, site_now(userdata))
                            : 0;
        if (r == SIGNUP_E_REFUSED)
                return reply_form(request, &asked, is_post ? 400 : 200, asked.refusal);
        if (r != 0)
                return site_reply_failure(userdata, request, asked.store, r);
        if (is_post)
                return http_reply_redirect(request, 303, "?done=sent");
        return reply_form(request, &asked, 200, done_text(&asked.view, http_request_query(request, "done")));
}
