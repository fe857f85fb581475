/* The table of the actions that a POST to the preferences page may request. */

#include "config/config.h"
#include "store/optout.h"
#include "web/preference.h"

#include <string.h>

static int stop_all(Preference *preference, HttpRequest *request)
{
        (void)request;
        int64_t contact = preference->mail->contact;
        int r = contact_stop(preference->store, contact, MAIL_REASON_OPTED_OUT, preference->now);
        return r != 0 ? r
                      : ledger_suppress_contact(preference->store, contact, NULL, MAIL_REASON_OPTED_OUT,
                                        preference->now);
}

static int resume_all(Preference *preference, HttpRequest *request)
{
        (void)request;
        return contact_resume(preference->store, preference->mail->contact);
}

static int stop_event(Preference *preference, HttpRequest *request)
{
        (void)request;
        int64_t contact = preference->mail->contact;
        const char *uid = preference->mail->uid;
        if (!*uid)
                return preference_refuse(preference, WEB_WORD(refused_no_event));
        int r = mute_put(preference->store, contact, uid, preference->now);
        return r != 0 ? r
                      : ledger_suppress_contact(preference->store, contact, uid, MAIL_REASON_OPTED_OUT,
                                        preference->now);
}

static int resume_event(Preference *preference, HttpRequest *request)
{
        const char *uid = http_request_form(request, "event");
        return mute_delete(preference->store, preference->mail->contact, uid ? uid : preference->mail->uid);
}

/*
 * Mutes a kind of event. This also stops mails that are already queued: the outbox checks them before
 * sending.
 */
static int stop_kind(Preference *preference, HttpRequest *request)
{
        const char *name = http_request_form(request, "kind");
        const ConfigKind *kind = name ? config_kind(preference->view.config, name) : NULL;
        if (!kind)
                return preference_refuse(preference, WEB_WORD(refused_kind));
        return mute_kind_put(preference->store, preference->mail->contact, kind->name, preference->now);
}

static int resume_kind(Preference *preference, HttpRequest *request)
{
        const char *kind = http_request_form(request, "kind");
        return mute_kind_delete(preference->store, preference->mail->contact, kind ? kind : "");
}

static const PreferenceAction ACTIONS[] = {
        { "List-Unsubscribe", "One-Click", stop_all, "all", WEB_WORD(done_stop_all), true },
        { "scope", "all", stop_all, "all", WEB_WORD(done_stop_all), true },
        { "scope", "restore", resume_all, "restore", WEB_WORD(done_resume_all), false },
        { "scope", "event", stop_event, "event", WEB_WORD(done_stop_event), true },
        { "scope", "undo-event", resume_event, "undo-event", WEB_WORD(done_resume_event), false },
        { "scope", "kind", stop_kind, "kind", WEB_WORD(done_stop_kind), true },
        { "scope", "undo-kind", resume_kind, "undo-kind", WEB_WORD(done_resume_kind), false },
        { "action", "save", preference_save, "save", WEB_WORD(done_save), false },
        /* The forms of an older page, which a reader may still have open: one for each part of the form. */
        { "action", "leads", preference_save_leads, "leads", WEB_WORD(done_leads), false },
        { "action", "kinds", preference_save_kinds, "kinds", WEB_WORD(done_kinds), false },
        { "action", "delivery", preference_save_delivery, "delivery", WEB_WORD(done_delivery), false },
};

enum { N_ACTIONS = sizeof(ACTIONS) / sizeof(*ACTIONS) };

const PreferenceAction *preference_action(HttpRequest *request)
{
        for (size_t i = 0; i < N_ACTIONS; i++) {
                const char *value = http_request_form(request, ACTIONS[i].field);
                if (value && strcmp(value, ACTIONS[i].value) == 0)
                        return &ACTIONS[i];
        }
        return NULL;
}

const char *preference_done_text(const PageView *view, const char *done)
{
        for (size_t i = 0; done && i < N_ACTIONS; i++)
                if (strcmp(ACTIONS[i].done, done) == 0)
                        return web_word(view->strings, ACTIONS[i].done_text);
        return NULL;
}
