#include "web/optout.h"

#include "base/log.h"
#include "base/text.h"
#include "contact/card.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/subscription.h"
#include "web/page.h"
#include "web/site-internal.h"

#include <string.h>

enum { OPTOUT_PAGE_BYTES = 64 * 1024 };

static const char REASON[] = "the contact opted out";

typedef struct OptoutText {
        const char *title, *about, *about_unknown;
        const char *stop_event, *stop_all, *restore;
        const char *stopped_already, *done_event, *done_all, *done_restore;
        const char *unknown;
} OptoutText;

static const OptoutText TEXT_RU = {
        .title = "Напоминания",
        .about = "Письмо напоминало о событии",
        .about_unknown = "Событие, о котором напоминало письмо, удалено.",
        .stop_event = "Не напоминать об этом событии",
        .stop_all = "Не присылать больше никаких напоминаний",
        .restore = "Снова присылать напоминания",
        .stopped_already = "Напоминания отключены: писем больше не будет.",
        .done_event = "Об этом событии мы больше не напомним.",
        .done_all = "Напоминания отключены: писем больше не будет.",
        .done_restore = "Напоминания снова включены.",
        .unknown = "Ссылка устарела или скопирована не целиком.",
};

static const OptoutText TEXT_EN = {
        .title = "Reminders",
        .about = "The mail was a reminder of the event",
        .about_unknown = "The event that the mail was about has been deleted.",
        .stop_event = "Do not remind me of this event",
        .stop_all = "Send me no reminders at all",
        .restore = "Send me reminders again",
        .stopped_already = "Reminders are switched off: no further mail will come.",
        .done_event = "We will not remind you of this event again.",
        .done_all = "Reminders are switched off: no further mail will come.",
        .done_restore = "Reminders are switched on again.",
        .unknown = "The link is outdated, or a part of it is missing.",
};

/* Everything that a page and an action need, looked up by the token. */
typedef struct Optout {
        Store *store;
        MailRecord *mail;
        ObjectRecord *event; /* NULL when it was deleted */
        const OptoutText *text;
        bool stopped;
        usec_t now;
        PageView view;
} Optout;

static void optout_done(Optout *optout)
{
        mail_record_free(optout->mail);
        object_record_free(optout->event);
        store_close(optout->store);
        page_view_done(&optout->view);
}

static const OptoutText *text_in(const char *language)
{
        return strcmp(language, "ru") == 0 ? &TEXT_RU : &TEXT_EN;
}

static int speak_to_contact(PageView *view, const ObjectRecord *contact)
{
        CLEANUP(card_freep) Card *card = NULL;
        if (card_parse(contact->text, contact->len, &card, NULL) != 0 || !card_language(card))
                return 0;
        return page_view_suggest_language(view, text_language(card_language(card), NULL));
}

/* A condition of the store other than "not found" is logged here, where it ends. */
static int explain(Optout *optout, int r)
{
        if (r > 0 && r != STORE_E_NOT_FOUND)
                log_kind(JOURNAL_STORE_FAILS, NULL, "mail: the store fails: %s",
                                store_explain(optout->store, r));
        return r;
}

static int look_up_event(Optout *optout)
{
        int r = object_get_by_id(optout->store, optout->mail->object, &optout->event);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int look_up_contact(Optout *optout)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        int r = object_get_by_id(optout->store, optout->mail->contact, &contact);
        if (r == 0)
                r = speak_to_contact(&optout->view, contact);
        if (r == 0)
                r = contact_stopped(optout->store, optout->mail->contact, &optout->stopped);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int look_up(Optout *optout, const char *token)
{
        int r = ledger_get_by_token(optout->store, token, &optout->mail);
        if (r == 0)
                r = look_up_event(optout);
        if (r == 0)
                r = look_up_contact(optout);
        optout->text = text_in(optout->view.language);
        return explain(optout, r);
}

static int stop_all(Optout *optout)
{
        int r = contact_stop(optout->store, optout->mail->contact, REASON, optout->now);
        return r != 0 ? r
                      : ledger_suppress_contact(
                                        optout->store, optout->mail->contact, NULL, REASON, optout->now);
}

static int stop_event(Optout *optout)
{
        int r = mute_put(optout->store, optout->mail->contact, optout->mail->uid, optout->now);
        return r != 0 ? r
                      : ledger_suppress_contact(optout->store, optout->mail->contact, optout->mail->uid,
                                        REASON, optout->now);
}

static int restore(Optout *optout)
{
        return contact_restore(optout->store, optout->mail->contact);
}

static const char *done_all(const OptoutText *text)
{
        return text->done_all;
}

static const char *done_event(const OptoutText *text)
{
        return text->done_event;
}

static const char *done_restore(const OptoutText *text)
{
        return text->done_restore;
}

static const struct OptoutAction {
        const char *field, *value; /* of the form */
        int (*act)(Optout *optout);
        const char *(*done)(const OptoutText *text);
        bool stops;
} ACTIONS[] = {
        { "List-Unsubscribe", "One-Click", stop_all, done_all, true },
        { "scope", "all", stop_all, done_all, true },
        { "scope", "event", stop_event, done_event, false },
        { "scope", "restore", restore, done_restore, false },
};

static const struct OptoutAction *find_action(HttpRequest *request)
{
        for (size_t i = 0; i < sizeof(ACTIONS) / sizeof(*ACTIONS); i++) {
                const char *value = http_request_form(request, ACTIONS[i].field);
                if (value && strcmp(value, ACTIONS[i].value) == 0)
                        return &ACTIONS[i];
        }
        return NULL;
}

/* An empty action sends the form to the page's own address, so the token is not written into the page. */
static void write_button(Buffer *out, const char *scope, const char *label)
{
        buffer_printf(out, "<form method=\"post\"><button name=\"scope\" value=\"%s\">", scope);
        html_escape(out, label);
        buffer_puts(out, "</button></form>\n");
}

static void write_event(Buffer *out, const Optout *optout)
{
        if (!optout->event) {
                buffer_printf(out, "<p>%s</p>\n", optout->text->about_unknown);
                return;
        }
        buffer_printf(out, "<p>%s<br><strong>", optout->text->about);
        html_escape(out, optout->event->name);
        buffer_puts(out, "</strong></p>\n");
}

static void write_page(Buffer *out, const Optout *optout, const struct OptoutAction *done)
{
        const OptoutText *text = optout->text;
        PageHead head = { .title = text->title, .noindex = true };
        page_begin(out, &optout->view, &head);
        if (done)
                buffer_printf(out, "<p role=\"status\"><strong>%s</strong></p>\n", done->done(text));
        else if (optout->stopped)
                buffer_printf(out, "<p>%s</p>\n", text->stopped_already);
        write_event(out, optout);
        if (done ? done->stops : optout->stopped) {
                write_button(out, "restore", text->restore);
        } else {
                if (!done || done->act != stop_event)
                        write_button(out, "event", text->stop_event);
                write_button(out, "all", text->stop_all);
        }
        page_end(out, &optout->view, &head);
}

static int reply_page(HttpRequest *request, const Optout *optout, const struct OptoutAction *done)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(OPTOUT_PAGE_BYTES);
        write_page(&page, optout, done);
        return page_reply(request, 200, &page);
}

static int reply_failure(HttpRequest *request, const Optout *optout, int r)
{
        if (r < 0)
                return r;
        if (r == STORE_E_NOT_FOUND)
                return http_reply_error(request, 404, optout->text->unknown);
        return http_reply_error(request, 503, NULL);
}

static int act(Optout *optout, const struct OptoutAction *action)
{
        int r = store_begin(optout->store);
        if (r == 0)
                r = action->act(optout);
        if (r == 0)
                r = store_commit(optout->store);
        if (r != 0)
                store_rollback(optout->store);
        return explain(optout, r);
}

static int on_post(HttpRequest *request, Optout *optout)
{
        const struct OptoutAction *action = find_action(request);
        if (!action)
                return http_reply_error(request, 400, NULL);
        int r = act(optout, action);
        if (r != 0)
                return reply_failure(request, optout, r);
        log_write(LOG_INFO, LOG_FIELDS({ "EVENT_UID", optout->mail->uid }), "mail: a contact chose %s=%s",
                        action->field, action->value);
        return reply_page(request, optout, action);
}

int optout_on_mail(HttpRequest *request, const char *token, void *userdata)
{
        bool is_post = http_request_method(request) == HTTP_POST;
        CLEANUP(optout_done)
        Optout optout = { .now = site_now(userdata) };
        int r = page_view_init(&optout.view, userdata, request);
        if (r < 0)
                return r;
        r = site_open_store(userdata, is_post ? STORE_WRITE : STORE_READ_ONLY, &optout.store);
        if (r != 0)
                return r < 0 ? r : http_reply_error(request, 503, NULL);
        r = look_up(&optout, token);
        if (r != 0)
                return reply_failure(request, &optout, r);
        return is_post ? on_post(request, &optout) : reply_page(request, &optout, NULL);
}
