#include "people/export.h"

#include "base/json.h"
#include "contact/card.h"
#include "store/erase.h"
#include "store/history.h"
#include "store/ledger.h"
#include "store/optout.h"
#include "store/subscription.h"
#include "store/suppression.h"

#include <inttypes.h>
#include <limits.h>

typedef struct PersonExport {
        Store *store;
        Buffer *out;
        PersonAddresses addresses;
} PersonExport;

/* Begins an object in an array. */
static void begin_item(Buffer *out)
{
        bool is_first = out->len > 0 && buffer_text(out)[out->len - 1] == '[';
        buffer_puts(out, is_first ? "\n{" : ",\n{");
}

static void time_member(Buffer *out, const char *name, usec_t time)
{
        char text[21] = "";
        if (time > 0)
                time_format_rfc3339(time, text);
        json_member(out, name, text);
}

static int on_listing(const Subscription *listing, void *userdata)
{
        static const char *const scopes[] = { "", "all", "kind", "event", "calendar" };
        const PersonExport *person = userdata;
        begin_item(person->out);
        json_member(person->out, "scope", scopes[listing->scope]);
        json_member(person->out, "target", listing->target);
        json_member(person->out, "leads", listing->leads);
        json_member(person->out, "by", listing->origin == SUBSCRIPTION_OWN ? "person" : "office");
        time_member(person->out, "created", listing->created);
        buffer_putc(person->out, '}');
        return buffer_error(person->out);
}

static int on_word(const char *word, void *userdata)
{
        const PersonExport *person = userdata;
        bool is_first = buffer_text(person->out)[person->out->len - 1] == '[';
        buffer_puts(person->out, is_first ? "" : ", ");
        json_string(person->out, word);
        return buffer_error(person->out);
}

static int on_mail(const MailRecord *row, void *userdata)
{
        const PersonExport *person = userdata;
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        int r = ledger_get(person->store, row->id, &mail);
        if (r != 0)
                return r;
        begin_item(person->out);
        json_member(person->out, "kind", mail->kind);
        json_member(person->out, "state", mail_state_name(mail->state));
        json_member(person->out, "event", mail->uid);
        time_member(person->out, "due", mail->due);
        json_member(person->out, "reply", mail->reply);
        json_member(person->out, "message_id", mail->message_id);
        buffer_puts(person->out, ", \"text\": ");
        json_string_of(person->out, mail->bytes ? mail->bytes : "", mail->bytes ? mail->bytes_len : 0);
        buffer_putc(person->out, '}');
        return buffer_error(person->out);
}

static void write_visitor(const MeetingVisitor *visitor, Buffer *out)
{
        json_member(out, "visitor", visitor->name);
        json_member(out, "organisation", visitor->organisation);
        json_member(out, "address", visitor->address);
        json_member(out, "topic", visitor->topic);
        json_member(out, "network", visitor->network);
}

/* The entries of a visitor belong to the visitor: the document of a host has only the times and places. */
static int on_meeting(const Meeting *meeting, void *userdata)
{
        const PersonExport *person = userdata;
        bool is_visitor = person_addresses_have(&person->addresses, meeting->visitor.address);
        begin_item(person->out);
        json_member(person->out, "uid", meeting->uid);
        json_member(person->out, "role", meeting_role_name(is_visitor ? MEETING_VISITOR : MEETING_HOST));
        json_member(person->out, "host", meeting->host);
        json_member(person->out, "state", meeting_state_name(meeting->state));
        time_member(person->out, "start", meeting->start);
        time_member(person->out, "end", meeting->finish);
        json_member(person->out, "place", meeting->place);
        if (is_visitor)
                write_visitor(&meeting->visitor, person->out);
        buffer_putc(person->out, '}');
        return buffer_error(person->out);
}

static int on_change(const HistoryEntry *entry, void *userdata)
{
        const PersonExport *person = userdata;
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        int r = history_get(person->store, entry->id, &row);
        if (r != 0)
                return r;
        begin_item(person->out);
        time_member(person->out, "at", entry->at);
        json_member(person->out, "author", entry->author);
        buffer_puts(person->out, ", \"before\": ");
        json_string_of(person->out, row.text ? row.text : "", row.text ? row.len : 0);
        buffer_putc(person->out, '}');
        return buffer_error(person->out);
}

static int write_bounces(PersonExport *person, const ObjectRecord *contact)
{
        SuppressionState state = { 0 };
        int r = suppression_state(person->store, contact->id, contact->address, &state);
        buffer_printf(person->out, "],\n\"bounces\": {\"soft\": %" PRId64, state.n_soft);
        time_member(person->out, "last", state.last);
        time_member(person->out, "suppressed", state.suppressed ? state.since : 0);
        json_member(person->out, "status", state.status);
        json_member(person->out, "reason", state.reason);
        buffer_putc(person->out, '}');
        return r;
}

static int write_choices(PersonExport *person, const ObjectRecord *contact)
{
        MailReason reason = MAIL_REASON_NONE;
        int r = contact_stop_reason(person->store, contact->id, &reason);
        json_member(person->out, "stopped", reason ? mail_reason_name(reason) : "");
        buffer_puts(person->out, ",\n\"listings\": [");
        if (r == 0)
                r = subscription_each(person->store, contact->id, on_listing, person);
        buffer_puts(person->out, "],\n\"muted_events\": [");
        if (r == 0)
                r = mute_each(person->store, contact->id, on_word, person);
        buffer_puts(person->out, "],\n\"muted_kinds\": [");
        if (r == 0)
                r = mute_kind_each(person->store, contact->id, on_word, person);
        return r == 0 ? write_bounces(person, contact) : r;
}

static int write_person(PersonExport *person, const ObjectRecord *contact)
{
        const LedgerSearch mails = { .contact = contact->id };
        const HistoryFilter changes = { .uid = contact->uid, .limit = INT_MAX };
        buffer_puts(person->out, "{");
        json_member(person->out, "uid", contact->uid);
        time_member(person->out, "created", contact->created);
        buffer_puts(person->out, ",\n\"card\": ");
        json_string_of(person->out, contact->text, contact->len);
        int r = write_choices(person, contact);
        buffer_puts(person->out, ",\n\"mails\": [");
        if (r == 0)
                r = ledger_search(person->store, &mails, INT_MAX, on_mail, person);
        buffer_puts(person->out, "],\n\"meetings\": [");
        if (r == 0)
                r = erase_meetings_each(person->store, contact, &person->addresses, on_meeting, person);
        buffer_puts(person->out, "],\n\"history\": [");
        if (r == 0)
                r = history_each(person->store, &changes, on_change, person);
        buffer_puts(person->out, "]}");
        return r == 0 ? buffer_error(person->out) : r;
}

int people_export(Store *store, const ObjectRecord *contact, Buffer *out)
{
        PersonExport person = { .store = store, .out = out };
        int r = store_begin_read(store);
        if (r == 0)
                r = person_addresses_read(store, contact, &person.addresses);
        if (r == 0)
                r = write_person(&person, contact);
        store_rollback(store);
        person_addresses_done(&person.addresses);
        return r;
}
