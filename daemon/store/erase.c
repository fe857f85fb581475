#include "store/erase.h"

#include "base/array.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/free-busy.h"
#include "store/history.h"
#include "store/ledger.h"
#include "store/mail-text.h"
#include "store/query.h"
#include "store/scheduled.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- Meetings ---- */

typedef struct PersonMeetings {
        const ObjectRecord *contact;
        const PersonAddresses *addresses;
        int (*on_meeting)(const Meeting *meeting, void *userdata);
        void *userdata;
} PersonMeetings;

static int on_meeting(const Meeting *meeting, void *userdata)
{
        const PersonMeetings *walk = userdata;
        bool is_host = strcmp(meeting->host, walk->contact->uid) == 0;
        return is_host || person_addresses_have(walk->addresses, meeting->visitor.address)
                               ? walk->on_meeting(meeting, walk->userdata)
                               : 0;
}

int erase_meetings_each(Store *store, const ObjectRecord *contact, const PersonAddresses *addresses,
                int (*on_found)(const Meeting *meeting, void *userdata), void *userdata)
{
        PersonMeetings walk = { contact, addresses, on_found, userdata };
        return meeting_each(store, NULL, 0, on_meeting, &walk);
}

typedef struct Erasing {
        Store *store;
        const ObjectRecord *contact;
        usec_t now;
        PersonAddresses addresses;
        Erasure counts;
} Erasing;

static int stop_mail(DbStatement *row, void *userdata)
{
        const Erasing *erasing = userdata;
        return ledger_stop_mail(erasing->store, db_int(row, 0), erasing->now);
}

/* The mails of a meeting have its UID. Replies of a server may repeat the address. */
static int erase_meeting_mails(Erasing *erasing, const char *uid)
{
        Store *store = erasing->store;
        int r = QUERY_EACH(store, stop_mail, erasing,
                        "SELECT id FROM mail WHERE uid = $1 AND state IN (" SQL_MAIL_PENDING
                        ", " SQL_MAIL_UNKNOWN ") ORDER BY id",
                        BIND_T(uid));
        if (r == 0)
                r = QUERY_RUN(store,
                                "DELETE FROM message WHERE mail IN (SELECT id FROM mail WHERE uid = $1)",
                                BIND_T(uid));
        return r == 0 ? QUERY_RUN(store, "UPDATE mail SET reply = '' WHERE uid = $1 AND reply <> ''",
                                        BIND_T(uid))
                      : r;
}

static int erase_visitor(Store *store, int64_t meeting)
{
        return QUERY_RUN(store,
                        "UPDATE meeting SET name = '', organisation = '', address = '', topic = '',"
                        " network = '' WHERE id = $1",
                        BIND_I(meeting));
}

static int erase_meeting(const Meeting *meeting, void *userdata)
{
        Erasing *erasing = userdata;
        Store *store = erasing->store;
        if (!meeting_state_is_final(meeting->state) && meeting->finish > erasing->now)
                return ERASE_E_MEETINGS;
        int r = erase_meeting_mails(erasing, meeting->uid);
        if (r == 0 && person_addresses_have(&erasing->addresses, meeting->visitor.address))
                r = erase_visitor(store, meeting->id);
        if (r == 0)
                r = object_delete_found(store, meeting->uid, erasing->now);
        if (r == 0 || r == STORE_E_NOT_FOUND)
                r = scheduled_delete_copies(store, meeting->uid, "", erasing->now);
        if (r == 0)
                r = history_erase(store, meeting->uid, NULL, 0);
        erasing->counts.meetings++;
        return r;
}

/* ---- Mails ---- */

static int erase_mails(Erasing *erasing)
{
        Store *store = erasing->store;
        int64_t id = erasing->contact->id;
        int r = QUERY_NUMBER(store, &erasing->counts.mails, 0,
                        "SELECT count(*) FROM mail WHERE contact = $1", BIND_I(id));
        if (r == 0)
                r = ledger_suppress_contact(store, id, NULL, MAIL_REASON_CONTACT_GONE, erasing->now);
        if (r == 0)
                r = QUERY_RUN(store,
                                "DELETE FROM message WHERE mail IN (SELECT id FROM mail WHERE contact = $1)",
                                BIND_I(id));
        if (r == 0)
                r = QUERY_RUN(store, "UPDATE mail SET reply = '' WHERE contact = $1 AND reply <> ''",
                                BIND_I(id));
        return r;
}

/* The mails that ask to confirm a request are to an address, not to a contact. */
typedef struct Confirmation {
        int64_t id;
        bool is_theirs; /* false if only the reply names the person */
} Confirmation;

typedef struct Confirmations {
        const Erasing *erasing;
        Confirmation *items;
        size_t n;
} Confirmations;

static void confirmations_done(Confirmations *confirmations)
{
        free(confirmations->items);
}

/* The protocols have the A-labels of a domain, and the folded form has its U-labels. */
static bool names_one_of(const PersonAddresses *addresses, const char *text)
{
        char wire[ADDRESS_WIRE_SIZE] = "";
        for (size_t i = 0; i < addresses->n; i++)
                if (text_has_word(text, addresses->folded[i], strcasestr) ||
                                (address_to_wire(addresses->folded[i], wire) == 0 &&
                                                text_has_word(text, wire, strcasestr)))
                        return true;
        return false;
}

/* Other fields may have an address of the office, which may be the person's, too. */
static int is_to(const PersonAddresses *addresses, const char *bytes, bool *ret)
{
        const char *field = strncasecmp(bytes, "To:", 3) == 0 ? bytes : strcasestr(bytes, "\nTo:");
        const char *end = field ? strchr(field + 1, '\n') : NULL;
        while (end && (end[1] == ' ' || end[1] == '\t')) /* a folded line (RFC 5322, 2.2.3) */
                end = strchr(end + 1, '\n');
        if (!field)
                return 0;
        CLEANUP(cleanup_free) char *to = end ? strndup(field, (size_t)(end - field)) : strdup(field);
        if (!to)
                return -ENOMEM;
        *ret = names_one_of(addresses, to);
        return 0;
}

/* A mail without stored bytes was refused or put off, and the reply may name the address. */
static int on_confirmation(DbStatement *row, void *userdata)
{
        Confirmations *found = userdata;
        const PersonAddresses *addresses = &found->erasing->addresses;
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        bool is_theirs = false;
        int r = ledger_get(found->erasing->store, db_int(row, 0), &mail);
        if (r == 0)
                r = is_to(addresses, mail->bytes ? mail->bytes : "", &is_theirs);
        if (r != 0 || (!is_theirs && !names_one_of(addresses, mail->reply)))
                return r;
        Confirmation *items = array_grow(found->items, found->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        found->items = items;
        items[found->n++] = (Confirmation){ mail->id, is_theirs };
        return 0;
}

static int erase_confirmation(Store *store, const Confirmation *confirmation)
{
        int r = confirmation->is_theirs ? QUERY_RUN(store, "DELETE FROM message WHERE mail = $1",
                                                          BIND_I(confirmation->id))
                                        : 0;
        return r == 0 ? QUERY_RUN(store, "UPDATE mail SET reply = '' WHERE id = $1",
                                        BIND_I(confirmation->id))
                      : r;
}

static int erase_confirmations(Erasing *erasing)
{
        CLEANUP(confirmations_done) Confirmations found = { .erasing = erasing };
        Store *store = erasing->store;
        int r = QUERY_EACH(store, on_confirmation, &found,
                        "SELECT id FROM mail WHERE kind = '" MAIL_KIND_CONFIRM
                        "' AND (reply <> '' OR id IN (SELECT mail FROM message))");
        for (size_t i = 0; r == 0 && i < found.n; i++)
                r = erase_confirmation(store, &found.items[i]);
        return r;
}

/* Mails about meetings that are to an address have it as their place. */
#define SQL_TO_ADDRESS "lower(place) = $1 AND (kind LIKE 'schedule-%' OR kind LIKE 'meeting-%')"

static int erase_mails_to(Erasing *erasing, const char *address)
{
        Store *store = erasing->store;
        int r = QUERY_EACH(store, stop_mail, erasing,
                        "SELECT id FROM mail WHERE " SQL_TO_ADDRESS " AND state IN (" SQL_MAIL_PENDING
                        ", " SQL_MAIL_UNKNOWN ") ORDER BY id",
                        BIND_T(address));
        if (r == 0)
                r = QUERY_RUN(store,
                                "DELETE FROM message WHERE mail IN (SELECT id FROM mail WHERE " SQL_TO_ADDRESS
                                ")",
                                BIND_T(address));
        if (r == 0)
                r = QUERY_RUN(store, "UPDATE mail SET place = '', reply = '' WHERE " SQL_TO_ADDRESS,
                                BIND_T(address));
        return r == 0 ? QUERY_RUN(store, "DELETE FROM itip WHERE lower(recipient) = $1", BIND_T(address))
                      : r;
}

/* Mails to the person that are to no contact in the ledger. */
static int erase_other_mails(Erasing *erasing)
{
        int r = erase_confirmations(erasing);
        for (size_t i = 0; r == 0 && i < erasing->addresses.n; i++)
                r = erase_mails_to(erasing, erasing->addresses.folded[i]);
        return r == 0 ? mail_text_sweep(erasing->store) : r;
}

/* ---- The contact ---- */

static int erase_signups(const Erasing *erasing)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < erasing->addresses.n; i++)
                r = QUERY_RUN(erasing->store, "DELETE FROM signup WHERE address = $1 OR lower(address) = $1",
                                BIND_T(erasing->addresses.folded[i]));
        return r;
}

/* A deleted card with an address of the person. */
static int erase_deleted(const HistoryEntry *entry, void *userdata)
{
        const Erasing *erasing = userdata;
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        if (entry->kind != OBJECT_CARD || !entry->has_text)
                return 0;
        int r = history_get(erasing->store, entry->id, &row);
        if (r == STORE_E_NOT_FOUND)
                return 0; /* it went with another deletion of the same card */
        if (r != 0 || !person_addresses_have_one_of(&erasing->addresses, row.text, row.len))
                return r;
        return history_erase(erasing->store, entry->uid, entry->collection, entry->object);
}

static int erase_card(Erasing *erasing)
{
        Store *store = erasing->store;
        const ObjectRecord *contact = erasing->contact;
        int r = QUERY_NUMBER(store, &erasing->counts.changes, 0,
                        "SELECT count(*) FROM history WHERE object = $1", BIND_I(contact->id));
        if (r == 0)
                r = object_delete(store, contact->collection, contact->resource, 0, erasing->now);
        if (r == 0)
                r = history_erase(store, contact->uid, contact->collection, contact->id);
        if (r == 0)
                r = history_each(store, &(HistoryFilter){ .only_deleted = true }, erase_deleted, erasing);
        if (r == 0)
                r = free_busy_delete(store, contact->uid);
        return r == 0 ? erase_signups(erasing) : r;
}

static int erase(Erasing *erasing)
{
        int r = person_addresses_read(erasing->store, erasing->contact, &erasing->addresses);
        if (r == 0)
                r = erase_meetings_each(erasing->store, erasing->contact, &erasing->addresses, erase_meeting,
                                erasing);
        if (r == 0)
                r = erase_mails(erasing);
        if (r == 0)
                r = erase_other_mails(erasing);
        r = r == 0 ? erase_card(erasing) : r;
        person_addresses_done(&erasing->addresses);
        return r;
}

int erase_person(Store *store, const ObjectRecord *contact, usec_t now, Erasure *ret)
{
        Erasing erasing = { .store = store, .contact = contact, .now = now };
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r == 0)
                r = store_write_end(&write, erase(&erasing));
        if (r == 0)
                *ret = erasing.counts;
        return r;
}

int erase_finish(Store *store)
{
        return db_empty_log(store_db(store));
}
