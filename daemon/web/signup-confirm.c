/* The page that the confirmation mail links to. Its button subscribes the address. */

#include "base/log.h"
#include "calendar/edit.h"
#include "contact/edit.h"
#include "http/reply.h"
#include "store/address.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/signup.h"
#include "store/suppression.h"
#include "web/signup.h"
#include "web/site.h"

#include <errno.h>
#include <string.h>

enum { CONFIRM_PAGE_BYTES = 128 * 1024, CARD_BYTES = 4096, UID_BYTES = 128 };

#define UID_DOMAIN "convened"

typedef struct Confirmation {
        PageView view;
        Store *store;
        Signup *signup;
        SignupEvent event; /* empty if the scope is wider than an event */
        usec_t now;
} Confirmation;

static void confirmation_done(Confirmation *confirmation)
{
        signup_event_done(&confirmation->event);
        signup_free(confirmation->signup);
        store_close(confirmation->store);
        page_view_done(&confirmation->view);
}

static int load(Confirmation *confirmation, const char *token)
{
        int r = signup_get(confirmation->store, token, confirmation->now, &confirmation->signup);
        if (r == 0)
                r = page_view_suggest_language(&confirmation->view, confirmation->signup->language);
        if (r == 0 && confirmation->signup->scope == SUBSCRIBE_EVENT)
                r = signup_event_get(confirmation->store, confirmation->view.config,
                                confirmation->signup->target, &confirmation->event);
        return r;
}

/* ---- The page ---- */

static const char *name_what(const Confirmation *confirmation)
{
        const PageView *view = &confirmation->view;
        if (confirmation->event.record)
                return confirmation->event.name;
        return confirmation->signup->scope == SUBSCRIBE_KIND
                               ? page_kind_title(view, confirmation->signup->target)
                               : view->strings->signup_everything;
}

static int reply_page(HttpRequest *request, const Confirmation *confirmation)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(CONFIRM_PAGE_BYTES);
        const PageView *view = &confirmation->view;
        PageHead head = {
                .title = view->strings->confirm_title,
                .section = PAGE_SUBSCRIBE,
                .noindex = true,
        };
        page_begin(&page, view, &head);
        buffer_printf(&page, "<section class=\"card\">\n<p>%s <strong>", view->strings->confirm_reminders);
        page_write_text(&page, view, name_what(confirmation));
        buffer_printf(&page, "</strong></p>\n<p>%s <strong>", view->strings->confirm_address);
        html_escape(&page, confirmation->signup->address);
        buffer_printf(&page,
                        "</strong></p>\n<form method=\"post\"><button name=\"confirm\" value=\"yes\">%s"
                        "</button></form>\n</section>\n",
                        view->strings->confirm);
        page_end(&page, view, &head);
        return page_reply(request, 200, &page);
}

/* ---- The button ---- */

static int make_card(Confirmation *confirmation, int64_t *ret_contact)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const char *collection = confirmation->view.config->signup.collection;
        const Signup *signup = confirmation->signup;
        ObjectOutcome outcome;
        char uid[UID_BYTES];
        int r = edit_make_uid(UID_DOMAIN, uid, sizeof(uid));
        if (r < 0)
                return r;
        card_compose((const CardChange[]){ { "UID", uid }, { "FN", signup->address },
                                     { "EMAIL", signup->address }, { "LANG", signup->language },
                                     { NULL, NULL } },
                        &text);
        if (buffer_error(&text) < 0)
                return buffer_error(&text);
        r = card_parse(text.data, text.len, &card, NULL);
        if (r != 0)
                return r < 0 ? r : -EBADMSG;
        r = collection_ensure(confirmation->store, collection, true, NULL);
        if (r == 0)
                r = object_put_card(confirmation->store, card,
                                &(ObjectPut){ .collection = collection, .now = confirmation->now },
                                &outcome);
        if (r == 0)
                r = object_find(confirmation->store, uid, &record);
        if (r == 0)
                *ret_contact = record->id;
        return r;
}

/*
 * Ends an earlier stop of all mail. A signup for everything also removes all exceptions; another one removes
 * only the exception for its kind or event. A suppression is cleared too: the mail with the link has
 * arrived, so the address works.
 */
static int restore(Store *store, int64_t contact, const Signup *signup, usec_t now)
{
        int r = suppression_clear(store, contact, now);
        if (r == 0)
                r = signup->scope == SUBSCRIBE_ALL ? contact_restore(store, contact)
                                                   : contact_resume(store, contact);
        if (r != 0 || signup->scope == SUBSCRIBE_ALL)
                return r;
        return signup->scope == SUBSCRIBE_KIND ? mute_kind_delete(store, contact, signup->target)
                                               : mute_delete(store, contact, signup->target);
}

typedef struct SameListing {
        const Signup *signup;
        bool found;
} SameListing;

static int match_same(const Subscription *subscription, void *userdata)
{
        SameListing *same = userdata;
        same->found |= subscription->scope == same->signup->scope &&
                       strcmp(subscription->target, same->signup->target) == 0;
        return 0;
}

/* Lists the contact, unless it is listed already: an existing listing keeps its leads. */
static int join(Store *store, int64_t contact, const Signup *signup, usec_t now)
{
        SameListing same = { .signup = signup };
        int r = subscription_each(store, contact, match_same, &same);
        return r != 0 || same.found ? r
                                    : subscription_put_own(store, contact, signup->scope, signup->target, "",
                                                      now);
}

static int confirm(Confirmation *confirmation, const char *token)
{
        int64_t contact = 0;
        int r = load(confirmation, token);
        if (r == 0)
                r = address_find(confirmation->store, confirmation->signup->address, &contact, NULL);
        if (r == 0)
                r = contact == 0 ? make_card(confirmation, &contact)
                                 : restore(confirmation->store, contact, confirmation->signup,
                                                   confirmation->now);
        if (r == 0)
                r = join(confirmation->store, contact, confirmation->signup, confirmation->now);
        if (r == 0)
                r = signup_welcome(confirmation->store, token, contact, confirmation->now);
        return r == 0 ? signup_end(confirmation->store, token, confirmation->now) : r;
}

/* Confirms in one transaction, so that two simultaneous clicks do not list the contact twice. */
static int confirm_at_once(Confirmation *confirmation, const char *token)
{
        int r = store_begin_write(confirmation->store);
        if (r == 0)
                r = confirm(confirmation, token);
        if (r == 0)
                r = store_commit(confirmation->store);
        if (r != 0)
                store_rollback(confirmation->store);
        else
                log_write(LOG_INFO, NULL, "signup: a reader has confirmed to be listed");
        return r;
}

static int reply_failure(HttpRequest *request, Site *site, const Confirmation *confirmation, int r)
{
        if (r == STORE_E_NOT_FOUND)
                return site_reply_error(site, request, 404, confirmation->view.strings->confirm_outdated);
        return site_reply_failure(site, request, confirmation->store, r);
}

int signup_on_confirm(HttpRequest *request, const char *token, void *userdata)
{
        bool is_post = http_request_method(request) == HTTP_POST;
        CLEANUP(confirmation_done) Confirmation confirmation = { .now = site_now(userdata) };
        int r = http_request_defer(request, HTTP_WORK_WAITS, 0);
        if (r == 0)
                r = site_page_view(userdata, request, &confirmation.view);
        if (r != 0)
                return r;
        if (!signup_is_open(confirmation.view.config))
                return site_reply_error(userdata, request, 404, NULL);
        r = site_open_store(userdata, is_post ? STORE_WRITE : STORE_READ_ONLY, &confirmation.store);
        if (r != 0)
                return site_reply_failure(userdata, request, NULL, r);
        r = is_post ? confirm_at_once(&confirmation, token) : load(&confirmation, token);
        if (r != 0)
                return reply_failure(request, userdata, &confirmation, r);
        return is_post ? http_reply_redirect(request, 303, "../mail?done=confirmed")
                       : reply_page(request, &confirmation);
}
