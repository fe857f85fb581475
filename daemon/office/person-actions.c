#include "office/person-actions.h"

#include "base/html.h"
#include "office/event-links.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/listing.h"
#include "office/person-load.h"
#include "office/write.h"
#include "store/erase.h"
#include "store/optout.h"
#include "store/suppression.h"

#include <string.h>

enum { PATH_BYTES = 4096, BAD = 422 };

typedef struct PersonAction {
        OfficeCall *call;
        ObjectRecord *record;
        Card *card;
} PersonAction;

static void person_action_done(PersonAction *action)
{
        object_record_free(action->record);
        card_free(action->card);
}

/* Commits, and goes back to the person. */
static int finish(PersonAction *action, const char *done)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        event_links_write(&path, "person", action->record->uid);
        int r = buffer_error(&path);
        if (r == 0)
                r = store_commit(action->call->store);
        return r != 0 ? r : office_redirect(action->call, buffer_text(&path), done);
}

static int list(PersonAction *action)
{
        OfficeCall *call = action->call;
        ListingChoice choice;
        int r = listing_read(call, &choice);
        if (r == 0)
                r = subscription_put(
                                call->store, action->record->id, choice.scope, choice.target, "", call->now);
        return r == OFFICE_E_NOT_FOUND ? PERSON_ACTIONS_E_BAD : r != 0 ? r : finish(action, "person-listed");
}

/* A listing may be for an event or a kind that is gone. */
static int unlist(PersonAction *action)
{
        OfficeCall *call = action->call;
        ListingChoice choice;
        int r = listing_read(call, &choice);
        if (r == 0 || r == OFFICE_E_NOT_FOUND)
                r = subscription_delete(call->store, action->record->id, choice.scope, choice.target);
        return r != 0 && r != STORE_E_NOT_FOUND ? r : finish(action, "person-unlisted");
}

static int stop_mail(PersonAction *action)
{
        OfficeCall *call = action->call;
        int r = contact_stop(call->store, action->record->id, MAIL_REASON_STOPPED, call->now);
        return r != 0 ? r : finish(action, "person-stopped");
}

static int allow_mail(PersonAction *action)
{
        OfficeCall *call = action->call;
        int r = contact_resume(call->store, action->record->id);
        if (r == 0)
                r = suppression_clear(call->store, action->record->id, call->now);
        return r != 0 ? r : finish(action, "person-allowed");
}

/* ---- Erasure ---- */

static int ask(PersonAction *action, const Erasure *erasure)
{
        OfficeCall *call = action->call;
        const OfficeStrings *strings = call->strings;
        office_begin(call, OFFICE_PEOPLE, strings->person_erase);
        buffer_puts(&call->out, "<p><strong>");
        html_escape(&call->out, action->record->name);
        buffer_printf(&call->out, "</strong></p>\n<p>%s</p>\n<p>", strings->erase_note);
        int r = write_message(call, strings->erase_counts,
                        TEXT_ARGUMENTS({ "mails", NULL, erasure->mails },
                                        { "meetings", NULL, erasure->meetings },
                                        { "changes", NULL, erasure->changes }));
        buffer_puts(&call->out, "</p>\n");
        form_begin(call, NULL, "form");
        form_hidden(call, "action", "erase");
        form_submit(call, "confirm", "yes", "quiet danger", strings->erase_do);
        form_end(call);
        buffer_puts(&call->out, "<p><a href=\"");
        event_links_write(&call->out, "person", action->record->uid);
        buffer_printf(&call->out, "\">%s</a></p>\n", strings->erase_not);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

/* The numbers of the question are those of an erasure that was rolled back. */
static int erase(PersonAction *action)
{
        OfficeCall *call = action->call;
        Erasure erasure = { 0 };
        int r = erase_person(call->store, action->record, call->now, &erasure);
        if (r == ERASE_E_MEETINGS) {
                store_rollback(call->store);
                return office_reply_error(call, BAD, call->strings->erase_meetings);
        }
        if (r != 0)
                return r;
        if (strcmp(office_form(call, "confirm"), "yes") != 0) {
                store_rollback(call->store);
                return ask(action, &erasure);
        }
        r = store_commit(call->store);
        if (r == 0)
                r = erase_finish(call->store);
        return r != 0 && r != DB_E_BUSY
                               ? r
                               : office_redirect(call, "/office/people",
                                                 r == DB_E_BUSY ? "person-erased-log" : "person-erased");
}

static const struct {
        const char *name;
        int (*run)(PersonAction *action);
} actions[] = {
        { "list", list },
        { "unlist", unlist },
        { "stop-mail", stop_mail },
        { "allow-mail", allow_mail },
        { "erase", erase },
};

static int run(PersonAction *action)
{
        const char *name = office_form(action->call, "action");
        for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
                if (strcmp(actions[i].name, name) == 0)
                        return actions[i].run(action);
        return PERSON_ACTIONS_E_BAD;
}

int person_actions_run(OfficeCall *call)
{
        CLEANUP(person_action_done) PersonAction action = { .call = call };
        int r = office_may(call, ACCOUNT_EDITOR) ? store_begin_write(call->store) : OFFICE_E_FORBIDDEN;
        if (r == 0)
                r = person_load(call, call->rest, &action.record, &action.card);
        if (r == 0)
                r = office_may_write(call, action.record->collection);
        if (r == 0)
                r = run(&action);
        if (r == PERSON_ACTIONS_E_BAD)
                store_rollback(call->store);
        return r;
}
