/*
 * Bundles: one mail for several rows of a contact (see MailRecord.bundle). This file finds the rows of a
 * bundle, begins the bundle when its mail is committed, and dissolves it if the mail was certainly not
 * delivered. All other changes of its rows are in ledger.c, whose statements change all rows of a mail.
 */

#include "store/ledger-internal.h"

#include <string.h>

/*
 * A reminder or a notice that may be one mail with others of its class: no attempt may have delivered it.
 * @row: the name of the table
 */
#define SQL_JOINS(row)                                                                                      \
        row ".kind IN ('" MAIL_KIND_REMINDER "', '" MAIL_KIND_CHANGE "', '" MAIL_KIND_CANCEL "') AND " row  \
            ".state = " SQL_MAIL_PENDING " AND " row ".bundle = 0"

/* Whether two rows are both reminders, or both notices. @row, @other: names of tables, or texts */
#define SQL_OF_ONE_CLASS(row, other)                                                                        \
        "((" row ".kind = '" MAIL_KIND_REMINDER "') = (" other " = '" MAIL_KIND_REMINDER "'))"

/*
 * Whether other reminders of the contact are still to be derived: the fan-out of a due event has not
 * reached the contact, or the contact itself is due.
 */
#define SQL_COMPANY_COMES                                                                                   \
        "(contact > (SELECT coalesce(min(after_contact), 9223372036854775807) FROM alarm WHERE next <= $1)" \
        " OR EXISTS (SELECT 1 FROM contact_due WHERE contact_due.contact = mail.contact))"

/*
 * Whether another reminder or notice of the contact leads the mail: the one that expires last leads, so that
 * the mail stays useful until the last of its events ends, and the reminder of a whole event leads those of
 * its parts.
 */
#define SQL_ANOTHER_LEADS                                                                                   \
        "EXISTS (SELECT 1 FROM mail AS other WHERE other.contact = mail.contact AND other.next_attempt > 0" \
        " AND other.next_attempt <= $1 AND " SQL_JOINS("other") " AND " SQL_OF_ONE_CLASS("mail",            \
                        "other.kind") " AND (other.expires > mail.expires OR (other.expires = mail.expires AND other.id < mail.id)))"

/*
 * Whether the due notices of the contact wait for another one, about an edit that was made before the first
 * of them was due: edits of several events in a row are one mail. The wait is shorter than the settling
 * time. A notice that does not settle, because its event is near, ends the wait.
 */
#define SQL_ANOTHER_SETTLES                                                                                          \
        "(kind <> '" MAIL_KIND_REMINDER                                                                              \
        "' AND EXISTS (SELECT 1 FROM mail AS other WHERE other.contact = mail.contact"                               \
        " AND other.next_attempt > 0 AND other.next_attempt > $1 AND " SQL_JOINS(                                    \
                        "other") " AND other.reason = " SQL_REASON_SETTLING                                          \
                                 " AND other.created <= (SELECT min(CASE WHEN first.reason = " SQL_REASON_SETTLING   \
                                 " THEN first.due ELSE 0 END) FROM mail AS first WHERE first.contact = mail.contact" \
                                 " AND first.next_attempt > 0 AND first.next_attempt <= $1 AND " SQL_JOINS(          \
                                                 "first") " AND first.kind <> '" MAIL_KIND_REMINDER "')))"

typedef struct Offers {
        int64_t *ids;
        int n;
} Offers;

static int add_offer(DbStatement *row, void *userdata)
{
        Offers *offers = userdata;
        offers->ids[offers->n++] = db_int(row, 0);
        return 0;
}

int ledger_offers(Store *store, usec_t now, int limit, int64_t *ret_ids, int *ret_n)
{
        Offers offers = { .ids = ret_ids };
        int r = QUERY_EACH(store, add_offer, &offers,
                        "SELECT id FROM mail"
                        " WHERE next_attempt > 0 AND next_attempt <= $1"
                        " AND NOT (" SQL_JOINS(
                                        "mail") " AND (((created > $3 OR due > $3) AND " SQL_COMPANY_COMES
                                                ") OR " SQL_ANOTHER_LEADS " OR " SQL_ANOTHER_SETTLES "))"
                                                " AND NOT " SQL_FOLLOWS(SQL_STATES_WAITING) " AND " SQL_MAY_CLAIM(
                                                                "$4") " ORDER BY next_attempt LIMIT $2",
                        BIND_I(now), BIND_I(limit), BIND_I(now - LEDGER_COMPANY_SECONDS * USEC_PER_SEC),
                        LEDGER_ME(store));
        if (r == 0)
                *ret_n = offers.n;
        return r;
}

int ledger_companions_each(Store *store, const MailRecord *mail, usec_t now, int limit,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        MailWalk walk = { on_mail, userdata };
        bool is_reminder = strcmp(mail->kind, MAIL_KIND_REMINDER) == 0;
        if (mail->bundle != BUNDLE_NONE)
                return 0;
        return QUERY_EACH(store, mail_walk_row, &walk,
                        "SELECT " MAIL_COLUMNS " FROM mail"
                        " WHERE contact = $1 AND next_attempt > 0 AND next_attempt < $2 AND id <> $3"
                        " AND " SQL_JOINS("mail") " AND " SQL_OF_ONE_CLASS("mail",
                                        "$6") " ORDER BY CASE WHEN object = $5 THEN 0 ELSE 1 END, object, recurrence_id, id LIMIT $4",
                        BIND_I(mail->contact), BIND_I(is_reminder ? QUARTER_END(now) : now + 1),
                        BIND_I(mail->id), BIND_I(limit), BIND_I(mail->object), BIND_T(mail->kind));
}

int ledger_withdraw(Store *store, int64_t contact, const char *uid, usec_t now)
{
        return QUERY_RUN(store,
                        "DELETE FROM mail WHERE contact = $1 AND next_attempt > 0 AND next_attempt > $3"
                        " AND due > $3 AND uid = $2 AND tries = 0 AND kind = '" MAIL_KIND_REMINDER
                        "' AND " SQL_JOINS("mail"),
                        BIND_I(contact), BIND_T(uid), BIND_I(now));
}

int ledger_bundle_each(Store *store, int64_t leader,
                int (*on_mail)(const MailRecord *record, void *userdata), void *userdata)
{
        MailWalk walk = { on_mail, userdata };
        return QUERY_EACH(store, mail_walk_row, &walk,
                        "SELECT " MAIL_COLUMNS " FROM mail"
                        " WHERE bundle = $1 AND bundle > 0 AND id <> $1 ORDER BY id",
                        BIND_I(leader));
}

int bundle_waits(Store *store, const MailText *text)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < text->n_companions; i++) {
                int64_t n = 0;
                r = QUERY_NUMBER(store, &n, 0,
                                "SELECT count(*) FROM mail WHERE id = $1 AND state = " SQL_MAIL_PENDING
                                " AND bundle = 0 AND " SQL_MAY_CLAIM("$2"),
                                BIND_I(text->companions[i].id), LEDGER_ME(store));
                if (r == 0 && n == 0)
                        r = STORE_E_STALE;
        }
        return r;
}

static int commit_companion(Store *store, int64_t leader, const MailText *text,
                const MailCompanion *companion, usec_t now)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET message_id = $2, state = " SQL_MAIL_COMMITTED ","
                        " attempts = attempts + 1, updated = $3, next_attempt = 0, as_of = $4, bundle = $5,"
                        " finish = $6, place = $7, owner = $8,"
                        " expires = CASE WHEN $9 > 0 THEN $9 ELSE expires END"
                        " WHERE id = $1 AND state = " SQL_MAIL_PENDING,
                        BIND_I(companion->id), BIND_T(text->message_id), BIND_I(now), BIND_I(text->as_of),
                        BIND_I(leader), BIND_T(companion->finish), BIND_T(companion->place),
                        LEDGER_ME(store), BIND_I(companion->expires));
        return r != 0 ? r : told_keep(store, companion->id, companion->told, companion->n_told);
}

int bundle_commit(Store *store, int64_t leader, const MailText *text, usec_t now)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < text->n_companions; i++)
                r = commit_companion(store, leader, text, &text->companions[i], now);
        return r != 0 || text->n_companions == 0
                               ? r
                               : QUERY_RUN(store, "UPDATE mail SET bundle = id WHERE id = $1",
                                                 BIND_I(leader));
}

int bundle_dissolve(Store *store, int64_t leader, int64_t bundle)
{
        return QUERY_RUN(store, "UPDATE mail SET bundle = $2 WHERE id " SQL_OF_MAIL " AND bundle > 0",
                        BIND_I(leader), BIND_I(bundle));
}

int ledger_set_alone(Store *store, int64_t id, const char *reply, usec_t now)
{
        int r = QUERY_RUN(store,
                        "UPDATE mail SET bundle = $4, tries = tries + 1, next_attempt = $3, reason = 0,"
                        " reply = " SQL_REPLY(
                                        "$2") ", updated = $3, owner = 0 WHERE id = $1 AND state = " SQL_MAIL_PENDING,
                        BIND_I(id), BIND_T(reply), BIND_I(now), BIND_I(BUNDLE_ALONE));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_CONFLICT;
}
