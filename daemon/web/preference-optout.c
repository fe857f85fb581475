#include "web/preference-optout.h"

#include "base/log.h"
#include "http/reply.h"
#include "web/page.h"
#include "web/preference.h"
#include "web/site.h"

#include <stdio.h>

enum { OPTOUT_PAGE_BYTES = 512 * 1024, TOO_MANY_REQUESTS = 429 };

static int reply_failure(HttpRequest *request, Site *site, const Preference *preference, int r)
{
        if (r == STORE_E_NOT_FOUND)
                return site_reply_error(site, request, 404, preference->view.strings->preferences_outdated);
        return site_reply_failure(site, request, preference->store, r);
}

static int reply_page(HttpRequest *request, const Preference *preference, int status, const char *notice)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(OPTOUT_PAGE_BYTES);
        preference_write(&page, preference, notice);
        return page_reply(request, status, &page);
}

/* Loads the contact and acts in one transaction, because the contact may have the page open twice. */
static int act(Preference *preference, const PreferenceAction *action, HttpRequest *request)
{
        int r = store_begin_write(preference->store);
        if (r == 0)
                r = preference_load(preference);
        if (r == 0)
                r = action->act(preference, request);
        if (r == 0)
                r = store_commit(preference->store);
        if (r != 0)
                store_rollback(preference->store);
        return r;
}

/*
 * Replies after an action. A mail program's one-click request gets 200, because it follows no redirection
 * (RFC 8058, 3.1). A browser is redirected to the updated page.
 */
static int reply_done(HttpRequest *request, Preference *preference, const PreferenceAction *action)
{
        char location[64];
        if (http_request_form(request, "List-Unsubscribe")) {
                preference->is_stopped = true;
                return reply_page(request, preference, 200, NULL);
        }
        snprintf(location, sizeof(location), "?done=%s", action->done);
        return http_reply_redirect(request, 303, location);
}

static int on_post(HttpRequest *request, Site *site, Preference *preference)
{
        const PreferenceAction *action = preference_action(request);
        if (!action)
                return site_reply_error(site, request, 400, NULL);
        if (!action->is_stop &&
                        !change_limit_take(site_changes(site), preference->mail->contact, preference->now))
                return site_reply_error(
                                site, request, TOO_MANY_REQUESTS, preference->view.strings->refused_changes);
        int r = act(preference, action, request);
        if (r == PREFERENCE_E_REFUSED)
                return reply_page(request, preference, 400, preference->refusal);
        if (r != 0)
                return reply_failure(request, site, preference, r);
        log_write(LOG_INFO, LOG_FIELDS({ "EVENT_UID", preference->mail->uid }),
                        "mail: a contact chose %s=%s", action->field, action->value);
        return reply_done(request, preference, action);
}

static int on_get(HttpRequest *request, Site *site, Preference *preference)
{
        int r = preference_load(preference);
        return r != 0 ? reply_failure(request, site, preference, r)
                      : reply_page(request, preference, 200,
                                        preference_done_text(&preference->view,
                                                        http_request_query(request, "done")));
}

int preference_optout_on_mail(HttpRequest *request, const char *token, void *userdata)
{
        bool is_post = http_request_method(request) == HTTP_POST;
        CLEANUP(preference_done) Preference preference = { .now = site_now(userdata) };
        int r = http_request_defer(request, HTTP_WORK_WAITS, 0);
        if (r == 0)
                r = site_page_view(userdata, request, &preference.view);
        if (r != 0)
                return r;
        r = site_open_store(userdata, is_post ? STORE_WRITE : STORE_READ_ONLY, &preference.store);
        if (r != 0)
                return site_reply_failure(userdata, request, NULL, r);
        r = preference_find(&preference, token);
        if (r != 0)
                return reply_failure(request, userdata, &preference, r);
        return is_post ? on_post(request, userdata, &preference) : on_get(request, userdata, &preference);
}
