#include "store/transfer-tables.h"

#include "store/account-right.h"
#include "store/announcement.h"
#include "store/change-task.h"
#include "store/history.h"
#include "store/ledger-past.h"
#include "store/ledger.h"
#include "store/mark.h"
#include "store/meeting.h"
#include "store/offer-link.h"
#include "store/query.h"
#include "store/subscription.h"

const TransferValue transfer_values[] = {
        { "secret", META_LINK_SECRET },
        { "first-start", META_FIRST_START },
        { "mark", META_MARK },
        { NULL, NULL },
};

#define NUMBER(name)                                                                                        \
        {                                                                                                   \
                name, FIELD_NUMBER, 0, 0, 0                                                                 \
        }
#define CHOICE(name, min, max)                                                                              \
        {                                                                                                   \
                name, FIELD_NUMBER, min, max, 0                                                             \
        }
#define TEXT(name)                                                                                          \
        {                                                                                                   \
                name, FIELD_TEXT, 0, 0, 0                                                                   \
        }
#define BYTES(name)                                                                                         \
        {                                                                                                   \
                name, FIELD_BYTES, 0, 0, 0                                                                  \
        }
#define KEY(name)                                                                                           \
        {                                                                                                   \
                name, FIELD_KEY, 0, 0, 0                                                                    \
        }
#define PACKED(name)                                                                                        \
        {                                                                                                   \
                name, FIELD_PACKED, 0, 0, 0                                                                 \
        }
#define CONTACT(name)                                                                                       \
        {                                                                                                   \
                name, FIELD_CONTACT, 0, 0, 0                                                                \
        }
#define OBJECT(name)                                                                                        \
        {                                                                                                   \
                name, FIELD_OBJECT, 0, 0, 0                                                                 \
        }
#define MAIL(name)                                                                                          \
        {                                                                                                   \
                name, FIELD_MAIL, 0, 0, 0                                                                   \
        }
#define SINCE(version, name, type)                                                                          \
        {                                                                                                   \
                name, type, 0, 0, version                                                                   \
        }
#define MEETING(name)                                                                                       \
        {                                                                                                   \
                name, FIELD_MEETING, 0, 0, 0                                                                \
        }
#define FIELDS(...) ((const TransferField[]){ __VA_ARGS__, { NULL, FIELD_NUMBER, 0, 0, 0 } })

const TransferTable transfer_tables[TRANSFER_N_KINDS] = {
        [TRANSFER_COLLECTION] = { "collection",
                        FIELDS(TEXT("name"), NUMBER("cards"), TEXT("zone"), SINCE(3, "owner", FIELD_TEXT),
                                        SINCE(3, "segment", FIELD_TEXT),
                                        SINCE(3, "components", FIELD_NUMBER),
                                        SINCE(3, "created", FIELD_NUMBER)),
                        NULL },
        [TRANSFER_OBJECT] = { "object",
                        FIELDS(NUMBER("id"), TEXT("collection"), TEXT("uid"), NUMBER("created"),
                                        NUMBER("changed"), NUMBER("sequence"), NUMBER("seen"),
                                        NUMBER("notify"), NUMBER("kind"), SINCE(3, "resource", FIELD_TEXT)),
                        NULL },
        [TRANSFER_DELETED] = { "deleted",
                        FIELDS(NUMBER("id"), TEXT("collection"), TEXT("resource"), TEXT("uid"), NUMBER("at"),
                                        NUMBER("sequence"), SINCE(7, "unpublished", FIELD_NUMBER)),
                        "change" },
        [TRANSFER_REFUSED] = { "refused", FIELDS(TEXT("name"), TEXT("reason")), NULL },
        [TRANSFER_OFFER_LINK] = { "offer-link", FIELDS(TEXT("name"), CONTACT("offer")), NULL },
        [TRANSFER_LISTING] = { "listing",
                        FIELDS(CONTACT("contact"), CHOICE("scope", SUBSCRIBE_ALL, SUBSCRIBE_CALENDAR),
                                        TEXT("target"), TEXT("leads"), NUMBER("created"),
                                        CHOICE("origin", SUBSCRIPTION_GIVEN, SUBSCRIPTION_OWN)),
                        "subscription" },
        [TRANSFER_STOPPED] = { "stopped", FIELDS(CONTACT("contact"), NUMBER("reason"), NUMBER("at")), NULL },
        [TRANSFER_MUTED] = { "muted", FIELDS(CONTACT("contact"), TEXT("uid"), NUMBER("at")), NULL },
        [TRANSFER_MUTED_KIND] = { "muted-kind", FIELDS(CONTACT("contact"), TEXT("kind"), NUMBER("at")),
                        NULL },
        [TRANSFER_PRIVATE_FEED] = { "private-feed", FIELDS(CONTACT("contact"), TEXT("hash"), NUMBER("at")),
                        NULL },
        [TRANSFER_DIGEST] = { "digest",
                        FIELDS(CONTACT("contact"), TEXT("wish"), NUMBER("next"), NUMBER("seen")), NULL },
        [TRANSFER_UNDELIVERABLE] = { "undeliverable",
                        FIELDS(CONTACT("contact"), TEXT("address"), TEXT("status"), TEXT("reason"),
                                        NUMBER("at"), NUMBER("restored")),
                        NULL },
        [TRANSFER_MAIL] = { "mail",
                        FIELDS(NUMBER("id"), TEXT("key"), TEXT("kind"), OBJECT("contact"), OBJECT("object"),
                                        TEXT("uid"), TEXT("recurrence-id"), TEXT("start"), TEXT("rule"),
                                        CHOICE("state", MAIL_PENDING, MAIL_PARKED), NUMBER("attempts"),
                                        NUMBER("tries"), NUMBER("due"), NUMBER("next-attempt"),
                                        NUMBER("expires"), TEXT("message-id"), TEXT("token"), TEXT("reply"),
                                        NUMBER("created"), NUMBER("updated"), TEXT("finish"), TEXT("place"),
                                        NUMBER("reason"), MAIL("carried"), SINCE(2, "bundle", FIELD_MAIL),
                                        SINCE(2, "as-of", FIELD_NUMBER)),
                        NULL },
        [TRANSFER_TOLD] = { "told",
                        FIELDS(MAIL("mail"), OBJECT("contact"), OBJECT("object"), TEXT("uid"),
                                        TEXT("recurrence-id"), TEXT("start"), TEXT("finish"), TEXT("place"),
                                        NUMBER("expires")),
                        NULL },
        [TRANSFER_PAST] = { "past",
                        FIELDS(NUMBER("id"), KEY("key"), OBJECT("contact"), OBJECT("object"),
                                        CHOICE("state", MAIL_PENDING, MAIL_PARKED), NUMBER("reason"),
                                        NUMBER("closed")),
                        NULL },
        [TRANSFER_OLD_LINK] = { "old-link", FIELDS(TEXT("token"), MAIL("mail")), NULL },
        [TRANSFER_RETURNED] = { "returned",
                        FIELDS(MAIL("mail"), CONTACT("contact"), TEXT("address"), NUMBER("hard"),
                                        NUMBER("at")),
                        NULL },
        [TRANSFER_SIGNUP] = { "signup",
                        FIELDS(TEXT("hash"), TEXT("address"), TEXT("language"),
                                        CHOICE("scope", SUBSCRIBE_ALL, SUBSCRIBE_CALENDAR), TEXT("target"),
                                        TEXT("network"), NUMBER("created"), NUMBER("expires")),
                        "signup" },
        [TRANSFER_MEETING] = { "meeting",
                        FIELDS(NUMBER("id"), TEXT("uid"), TEXT("host"), TEXT("offer"), TEXT("name"),
                                        TEXT("organisation"), TEXT("address"), TEXT("topic"),
                                        TEXT("language"), TEXT("zone"), TEXT("network"), TEXT("place"),
                                        TEXT("host-zone"), TEXT("secret"),
                                        CHOICE("state", MEETING_HELD, MEETING_EXPIRED), NUMBER("revision"),
                                        NUMBER("start"), NUMBER("finish"), NUMBER("expires"),
                                        NUMBER("created"), NUMBER("updated")),
                        NULL },
        [TRANSFER_MEETING_SLOT] = { "meeting-slot",
                        FIELDS(MEETING("meeting"), NUMBER("start"), TEXT("place"), NUMBER("finish"),
                                        TEXT("host"), TEXT("offer"), TEXT("site"), NUMBER("before"),
                                        NUMBER("after"), NUMBER("proposed")),
                        NULL },
        [TRANSFER_MEETING_TOKEN] = { "meeting-token",
                        FIELDS(TEXT("hash"), MEETING("meeting"), CHOICE("role", 0, MEETING_ROLE_LAST),
                                        NUMBER("revision")),
                        NULL },
        [TRANSFER_MEETING_STEP] = { "meeting-step",
                        FIELDS(MEETING("meeting"), NUMBER("revision"),
                                        CHOICE("step", MEETING_STEP_CONFIRM, MEETING_STEP_RETURN),
                                        CHOICE("role", 0, MEETING_ROLE_LAST), NUMBER("at")),
                        NULL },
        [TRANSFER_ACCOUNT] = { "account",
                        FIELDS(TEXT("login"), TEXT("name"), CHOICE("role", ACCOUNT_READER, ACCOUNT_ADMIN),
                                        TEXT("password"), NUMBER("created"), NUMBER("changed"), TEXT("mail"),
                                        TEXT("address")),
                        NULL },
        [TRANSFER_ACCOUNT_TOKEN] = { "app-password",
                        FIELDS(TEXT("account"), TEXT("label"), TEXT("hash"), NUMBER("read-only"),
                                        NUMBER("created"), NUMBER("used")),
                        "account_token" },
        [TRANSFER_ACCOUNT_RIGHT] = { "right",
                        FIELDS(TEXT("account"), TEXT("collection"),
                                        CHOICE("access", ACCOUNT_NO_ACCESS, ACCOUNT_WRITE)),
                        NULL },
        [TRANSFER_SECOND_FACTOR] = { "second-factor",
                        FIELDS(TEXT("account"), TEXT("secret"), NUMBER("confirmed"), NUMBER("period")),
                        NULL },
        [TRANSFER_RECOVERY_CODE] = { "recovery-code", FIELDS(TEXT("account"), TEXT("hash")), NULL },
        [TRANSFER_PROPERTY] = { "property",
                        FIELDS(TEXT("collection"), TEXT("resource"), TEXT("account"), TEXT("space"),
                                        TEXT("name"), TEXT("value")),
                        NULL },
        [TRANSFER_TRASH] = { "trash",
                        FIELDS(TEXT("key"), TEXT("name"), TEXT("owner"), TEXT("segment"), NUMBER("cards"),
                                        NUMBER("components"), TEXT("zone"), NUMBER("created"),
                                        NUMBER("deleted")),
                        NULL },
        [TRANSFER_TRASH_OBJECT] = { "trash-object",
                        FIELDS(TEXT("trash"), TEXT("resource"), NUMBER("kind"), PACKED("text"),
                                        NUMBER("created"), NUMBER("changed"), NUMBER("sequence"),
                                        SINCE(5, "uid", FIELD_TEXT), SINCE(5, "name", FIELD_TEXT)),
                        "history" },
        [TRANSFER_ANNOUNCEMENT] = { "announcement",
                        FIELDS(TEXT("uid"), CHOICE("scope", ANNOUNCE_CHOSEN, ANNOUNCE_CALENDAR),
                                        TEXT("target"), TEXT("author"), NUMBER("at"), NUMBER("expires"),
                                        NUMBER("created"), NUMBER("stopped")),
                        NULL },
        [TRANSFER_ANNOUNCEMENT_TEXT] = { "announcement-text",
                        FIELDS(TEXT("announcement"), TEXT("language"), TEXT("subject"), TEXT("body")),
                        NULL },
        [TRANSFER_HISTORY] = { "history",
                        FIELDS(OBJECT("object"), TEXT("uid"), TEXT("collection"), TEXT("resource"),
                                        CHOICE("kind", OBJECT_EVENT, OBJECT_OWN_CARD), TEXT("name"),
                                        CHOICE("action", HISTORY_CREATED, HISTORY_REMOVED),
                                        CHOICE("way", HISTORY_UNKNOWN, HISTORY_MAILBOX), TEXT("author"),
                                        CHOICE("cause", HISTORY_EDIT, HISTORY_RESTORE), NUMBER("at"),
                                        NUMBER("created"), NUMBER("changed"), NUMBER("sequence"),
                                        TEXT("choices"), PACKED("text")),
                        "history" },
        [TRANSFER_OFFICE_TEXT] = { "office-text",
                        FIELDS(TEXT("name"), TEXT("text"), CHOICE("way", HISTORY_UNKNOWN, HISTORY_MAILBOX),
                                        TEXT("author"), NUMBER("at")),
                        "office_text" },
        [TRANSFER_ANNOUNCEMENT_DUE] = { "announcement-due", FIELDS(TEXT("announcement"), CONTACT("contact")),
                        NULL },
        [TRANSFER_CHANGE_TASK] = { "change-task",
                        FIELDS(CONTACT("object"), CHOICE("kind", CHANGE_TELL_NOBODY, CHANGE_TELL_ALL),
                                        NUMBER("as-of"), NUMBER("at"), NUMBER("sequence"), BYTES("before"),
                                        BYTES("after")),
                        "change_task" },
        [TRANSFER_TRASH_RIGHT] = { "trash-right",
                        FIELDS(TEXT("trash"), TEXT("account"),
                                        CHOICE("access", ACCOUNT_NO_ACCESS, ACCOUNT_WRITE)),
                        NULL },
};

/*
 * A mail to which others refer, because it leads their bundle or repeats a parked mail, comes before them.
 * "as-of" is written as a rank below 0, because change numbers of two stores cannot be compared: every mail
 * from the old store counts as older than all mails that the new store makes. A change has the rank of the
 * first mail that was made after it; 0 if there is none.
 */
const Sql transfer_select[TRANSFER_N_KINDS] SQL_STATEMENT = {
        [TRANSFER_COLLECTION] = { "SELECT name, cards, coalesce(zone, ''), owner, segment, components, created"
                                  " FROM collection ORDER BY name" },
        [TRANSFER_OBJECT] = { "SELECT id, collection, uid, created, changed, sequence, coalesce(seen, 0),"
                              " coalesce(notify, 0), kind, resource FROM object LEFT JOIN alarm ON alarm.object = object.id"
                              " ORDER BY id" },
        [TRANSFER_DELETED] = { "SELECT id, collection, resource, uid, at, sequence, unpublished FROM tombstone"
                               " ORDER BY id" },
        [TRANSFER_REFUSED] = { "SELECT name, value FROM meta WHERE name LIKE 'refused.%' ORDER BY name" },
        [TRANSFER_OFFER_LINK] = { "SELECT name, CAST(value AS BIGINT) FROM meta"
                                  " WHERE name LIKE '" OFFER_LINK_PREFIX "%' ORDER BY name" },
        [TRANSFER_LISTING] = { "SELECT contact, scope, target, leads, created, origin FROM subscription ORDER BY id" },
        [TRANSFER_STOPPED] = { "SELECT contact, reason, at FROM stopped ORDER BY contact" },
        [TRANSFER_MUTED] = { "SELECT contact, uid, at FROM mute ORDER BY contact, uid" },
        [TRANSFER_MUTED_KIND] = { "SELECT contact, kind, at FROM mute_kind ORDER BY contact, kind" },
        [TRANSFER_PRIVATE_FEED] = { "SELECT contact, digest, at FROM private_feed ORDER BY contact" },
        [TRANSFER_DIGEST] = { "SELECT contact, wish, next, seen FROM agenda ORDER BY contact" },
        [TRANSFER_UNDELIVERABLE] = { "SELECT contact, address, status, reason, at, restored FROM undeliverable"
                                     " ORDER BY contact" },
        [TRANSFER_MAIL] = { "SELECT id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts,"
                            " tries, due, next_attempt, expires, message_id, token, reply, created, updated, finish,"
                            " place, reason, carried, bundle,"
                            " dense_rank() OVER (ORDER BY as_of) - 1 - (SELECT count(DISTINCT as_of) FROM mail)"
                            " FROM mail"
                            " ORDER BY CASE WHEN id IN (SELECT bundle FROM mail UNION SELECT carried FROM mail)"
                            " THEN 0 ELSE 1 END, id" },
        [TRANSFER_TOLD] = { "SELECT mail, contact, object, uid, recurrence_id, start, finish, place, expires FROM told"
                            " ORDER BY mail, expires, uid, recurrence_id" },
        [TRANSFER_PAST] = { "SELECT id, key, contact, object, state, reason, closed FROM past ORDER BY id" },
        [TRANSFER_OLD_LINK] = { "SELECT token, mail FROM old_link ORDER BY token" },
        [TRANSFER_RETURNED] = { "SELECT mail, contact, address, hard, at FROM bounce ORDER BY mail" },
        [TRANSFER_SIGNUP] = { "SELECT digest, address, language, scope, target, network, created, expires FROM signup"
                              " ORDER BY id" },
        [TRANSFER_MEETING] = { "SELECT id, uid, host, offer, name, organisation, address, topic, language, zone,"
                               " network, place, host_zone, secret, state, revision, start, finish, expires, created,"
                               " updated FROM meeting ORDER BY id" },
        [TRANSFER_MEETING_SLOT] = { "SELECT meeting, start, place, finish, host, offer, site, buffer_before,"
                                    " buffer_after, proposed FROM meeting_slot ORDER BY meeting, start, place" },
        [TRANSFER_MEETING_TOKEN] = { "SELECT digest, meeting, role, revision FROM meeting_token"
                                     " ORDER BY meeting, digest" },
        [TRANSFER_MEETING_STEP] = { "SELECT meeting, revision, step, role, at FROM meeting_step"
                                    " ORDER BY meeting, revision" },
        [TRANSFER_ACCOUNT] = { "SELECT login, name, role, password, created, changed, mail, address FROM account"
                               " ORDER BY login" },
        [TRANSFER_ACCOUNT_TOKEN] = { "SELECT account, label, digest, read_only, created, used FROM account_token"
                                     " ORDER BY id" },
        [TRANSFER_ACCOUNT_RIGHT] = { "SELECT account, collection, access FROM account_right"
                                     " ORDER BY account, collection" },
        [TRANSFER_SECOND_FACTOR] = { "SELECT account, secret, confirmed, period FROM second_factor"
                                     " WHERE confirmed > 0 ORDER BY account" },
        [TRANSFER_RECOVERY_CODE] = { "SELECT account, digest FROM recovery_code ORDER BY account, digest" },
        [TRANSFER_PROPERTY] = { "SELECT collection, resource, account, space, name, value FROM property"
                                " ORDER BY collection, resource, account, space, name" },
        [TRANSFER_TRASH] = { "SELECT key, name, owner, segment, cards, components, zone, created, deleted FROM trash"
                             " ORDER BY key" },
        [TRANSFER_TRASH_OBJECT] = { "SELECT trash, resource, kind, text, created, changed, sequence, uid, name FROM history"
                                    " WHERE trash <> '' ORDER BY trash, resource" },
        [TRANSFER_ANNOUNCEMENT] = { "SELECT uid, scope, target, author, at, expires, created, stopped FROM announcement"
                                    " ORDER BY created, uid" },
        [TRANSFER_ANNOUNCEMENT_TEXT] = { "SELECT announcement, language, subject, body FROM announcement_text"
                                         " ORDER BY announcement, language" },
        [TRANSFER_HISTORY] = { "SELECT object, uid, collection, resource, kind, name, action, way, author, cause, at,"
                               " created, changed, sequence, choices, text FROM history WHERE trash = ''"
                               " ORDER BY id" },
        [TRANSFER_OFFICE_TEXT] = { "SELECT name, text, way, author, at FROM office_text ORDER BY at, id" },
        [TRANSFER_ANNOUNCEMENT_DUE] = { "SELECT announcement, contact FROM announcement_due"
                                        " ORDER BY announcement, contact" },
        [TRANSFER_CHANGE_TASK] = { "SELECT object, kind, (SELECT count(DISTINCT as_of) FROM mail"
                                   " WHERE as_of < change_task.change) - (SELECT count(DISTINCT as_of) FROM mail),"
                                   " at, sequence, text_before, text_after FROM change_task ORDER BY id" },
        [TRANSFER_TRASH_RIGHT] = { "SELECT trash, account, access FROM trash_right ORDER BY trash, account" },
};

/*
 * The parameters are the fields of a record in their order, with the numbers of the new store.
 * TRANSFER_OBJECT has its own parameters.
 */
const Sql transfer_insert[TRANSFER_N_KINDS] SQL_STATEMENT = {
        [TRANSFER_COLLECTION] = { "INSERT INTO collection (name, cards, zone, owner, segment, components, created, sequence)"
                                  " VALUES ($1, $2, CASE WHEN $3 = '' THEN NULL ELSE $3 END, $4, $5, $6, $7, 0)"
                                  " ON CONFLICT (name) DO NOTHING" },
        /*
         * $1 is the object, $5 the time of this transaction. Times are taken over for an object that this
         * transaction has put.
         */
        [TRANSFER_OBJECT] = { "UPDATE object SET"
                              " changed = CASE WHEN created = $5 AND changed = $5 THEN $3 ELSE changed END,"
                              " created = CASE WHEN created = $5 THEN $2 ELSE created END,"
                              " sequence = CASE WHEN sequence < $4 THEN $4 ELSE sequence END"
                              " WHERE id = $1" },
        [TRANSFER_DELETED] = { "INSERT INTO tombstone (id, collection, resource, uid, at, sequence, unpublished, change)"
                               " SELECT $1, $2, $3, $4, $5, $6, $7, $8"
                               " WHERE NOT EXISTS (SELECT 1 FROM object WHERE collection = $2 AND resource = $3)"
                               " ON CONFLICT (collection, resource) DO NOTHING" },
        [TRANSFER_REFUSED] = { "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING" },
        [TRANSFER_OFFER_LINK] = { "INSERT INTO meta (name, value) VALUES ($1, CAST(CAST($2 AS BIGINT) AS TEXT))"
                                  " ON CONFLICT (name) DO NOTHING" },
        [TRANSFER_LISTING] = { "INSERT INTO subscription (contact, scope, target, leads, created, origin, id)"
                               " VALUES ($1, $2, $3, $4, $5, $6, $7)"
                               " ON CONFLICT (scope, target, contact) DO NOTHING" },
        [TRANSFER_STOPPED] = { "INSERT INTO stopped (contact, reason, at) VALUES ($1, $2, $3)"
                               " ON CONFLICT (contact) DO NOTHING" },
        [TRANSFER_MUTED] = { "INSERT INTO mute (contact, uid, at) VALUES ($1, $2, $3)"
                             " ON CONFLICT (contact, uid) DO NOTHING" },
        [TRANSFER_MUTED_KIND] = { "INSERT INTO mute_kind (contact, kind, at) VALUES ($1, $2, $3)"
                                  " ON CONFLICT (contact, kind) DO NOTHING" },
        [TRANSFER_PRIVATE_FEED] = { "INSERT INTO private_feed (contact, digest, at) VALUES ($1, $2, $3)"
                                    " ON CONFLICT DO NOTHING" },
        [TRANSFER_DIGEST] = { "UPDATE agenda SET next = $3, seen = $4 WHERE contact = $1 AND wish = $2 AND seen = 0" },
        [TRANSFER_UNDELIVERABLE] = { "INSERT INTO undeliverable (contact, address, status, reason, at, restored)"
                                     " VALUES ($1, $2, $3, $4, $5, $6)"
                                     " ON CONFLICT (contact) DO UPDATE SET address = excluded.address,"
                                     " status = excluded.status, reason = excluded.reason, at = excluded.at,"
                                     " restored = excluded.restored"
                                     " WHERE (excluded.at > undeliverable.at AND excluded.at > undeliverable.restored)"
                                     " OR (excluded.restored > undeliverable.at"
                                     " AND excluded.restored > undeliverable.restored)" },
        [TRANSFER_MAIL] = { "INSERT INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state,"
                            " attempts, tries, due, next_attempt, expires, message_id, token, reply, created, updated,"
                            " finish, place, reason, carried, bundle, as_of)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
                            " $19, $20, $21, $22, $23, $24, $25, $26)"
                            " ON CONFLICT (key) DO NOTHING" },
        [TRANSFER_TOLD] = { "INSERT INTO told (mail, contact, object, uid, recurrence_id, start, finish, place, expires)"
                            " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9"
                            " WHERE NOT EXISTS (SELECT 1 FROM told WHERE mail = $1 AND uid = $4"
                            " AND recurrence_id = $5 AND start = $6)" },
        [TRANSFER_PAST] = { "INSERT INTO past (id, key, contact, object, state, reason, closed)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING" },
        [TRANSFER_OLD_LINK] = { "INSERT INTO old_link (token, mail) VALUES ($1, $2) ON CONFLICT (token) DO NOTHING" },
        [TRANSFER_RETURNED] = { "INSERT INTO bounce (mail, contact, address, hard, at) VALUES ($1, $2, $3, $4, $5)"
                                " ON CONFLICT (mail) DO NOTHING" },
        [TRANSFER_SIGNUP] = { "INSERT INTO signup (digest, address, language, scope, target, network, created, expires,"
                              " id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (digest) DO NOTHING" },
        [TRANSFER_MEETING] = { "INSERT INTO meeting (id, uid, host, offer, name, organisation, address, topic,"
                               " language, zone, network, place, host_zone, secret, state, revision, start, finish,"
                               " expires, created, updated)"
                               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
                               " $18, $19, $20, $21) ON CONFLICT (uid) DO NOTHING" },
        [TRANSFER_MEETING_SLOT] = { "INSERT INTO meeting_slot (meeting, start, place, finish, host, offer, site,"
                                    " buffer_before, buffer_after, proposed)"
                                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                                    " ON CONFLICT (meeting, start, place) DO NOTHING" },
        [TRANSFER_MEETING_TOKEN] = { "INSERT INTO meeting_token (digest, meeting, role, revision)"
                                     " VALUES ($1, $2, $3, $4) ON CONFLICT (digest) DO NOTHING" },
        [TRANSFER_MEETING_STEP] = { "INSERT INTO meeting_step (meeting, revision, step, role, at)"
                                    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (meeting, revision) DO NOTHING" },
        /* An account of the new store keeps its name and its mail address. */
        [TRANSFER_ACCOUNT] = { "INSERT INTO account (login, name, role, password, created, changed, mail, address)"
                               " SELECT $1, $2, $3, $4, $5, $6, CASE WHEN n > 0 THEN '' ELSE $7 END,"
                               " CASE WHEN n > 0 THEN '' ELSE $8 END"
                               " FROM (SELECT count(*) AS n FROM account WHERE address = $8 AND address <> '') AS taken"
                               " WHERE 1 = 1 ON CONFLICT (login) DO NOTHING" },
        [TRANSFER_ACCOUNT_TOKEN] = { "INSERT INTO account_token (account, label, digest, read_only, created, used, id)"
                                     " SELECT $1, $2, $3, $4, $5, $6, $7 FROM account WHERE login = $1"
                                     " ON CONFLICT DO NOTHING" },
        [TRANSFER_ACCOUNT_RIGHT] = { "INSERT INTO account_right (account, collection, access)"
                                     " SELECT login, collection.name, $3 FROM account, collection"
                                     " WHERE login = $1 AND collection.name = $2"
                                     " ON CONFLICT (account, collection) DO NOTHING" },
        /* An account that has a second factor in the new store keeps it. */
        [TRANSFER_SECOND_FACTOR] = { "INSERT INTO second_factor (account, secret, confirmed, period)"
                                     " SELECT login, $2, $3, $4 FROM account WHERE login = $1"
                                     " ON CONFLICT (account) DO NOTHING" },
        [TRANSFER_RECOVERY_CODE] = { "INSERT INTO recovery_code (account, digest)"
                                     " SELECT account, $2 FROM second_factor WHERE account = $1"
                                     " ON CONFLICT (account, digest) DO NOTHING" },
        [TRANSFER_PROPERTY] = { "INSERT INTO property (collection, resource, account, space, name, value)"
                                " VALUES ($1, $2, $3, $4, $5, $6)"
                                " ON CONFLICT (collection, resource, account, space, name) DO NOTHING" },
        [TRANSFER_TRASH] = { "INSERT INTO trash (key, name, owner, segment, cards, components, zone, created, deleted)"
                             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (key) DO NOTHING" },
        [TRANSFER_TRASH_OBJECT] = { "INSERT INTO history (trash, resource, kind, text, created, changed, sequence, uid, name, id,"
                                    " step, object, collection, action, way, author, cause, at, choices)"
                                    " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
                                    " 0, 0, trash.name, " SQL_HISTORY_DELETED ", 0, '', 0, deleted, ''"
                                    " FROM trash WHERE key = $1 AND NOT EXISTS"
                                    " (SELECT 1 FROM history WHERE trash = $1 AND resource = $2)" },
        [TRANSFER_ANNOUNCEMENT] = { "INSERT INTO announcement (uid, scope, target, author, at, expires, created, stopped)"
                                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (uid) DO NOTHING" },
        [TRANSFER_ANNOUNCEMENT_TEXT] = { "INSERT INTO announcement_text (announcement, language, subject, body)"
                                         " VALUES ($1, $2, $3, $4) ON CONFLICT (announcement, language) DO NOTHING" },
        [TRANSFER_HISTORY] = { "INSERT INTO history (object, uid, collection, resource, kind, name, action, way, author, cause,"
                               " at, created, changed, sequence, choices, text, id, step, trash)"
                               " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, ''"
                               " WHERE NOT EXISTS (SELECT 1 FROM history WHERE uid = $2 AND at = $11 AND action = $7"
                               " AND collection = $3)" },
        /* The newest version of a name is in force, whichever store it is from. */
        [TRANSFER_OFFICE_TEXT] = { "INSERT INTO office_text (name, text, way, author, at, id)"
                                   " SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS"
                                   " (SELECT 1 FROM office_text WHERE name = $1 AND at = $5)" },
        [TRANSFER_ANNOUNCEMENT_DUE] = { "INSERT INTO announcement_due (announcement, contact)"
                                        " SELECT uid, CAST($2 AS BIGINT) FROM announcement WHERE uid = $1"
                                        " ON CONFLICT (announcement, contact) DO NOTHING" },
        /* A change that is older than what this store keeps of an event, and has told, is not told. */
        [TRANSFER_CHANGE_TASK] = { "INSERT INTO change_task (object, kind, change, at, sequence, text_before, text_after,"
                                   " id, after_contact)"
                                   " SELECT alarm.object, $2, $3, $4, $5, $6, $7, $8, 0 FROM alarm"
                                   " JOIN object ON object.id = alarm.object WHERE alarm.object = $1"
                                   " AND NOT EXISTS (SELECT 1 FROM change_task WHERE object = $1 AND at = $4)"
                                   " AND (object.text = $7 OR NOT EXISTS"
                                   " (SELECT 1 FROM mail WHERE mail.uid = object.uid AND mail.as_of > 0))" },
        [TRANSFER_TRASH_RIGHT] = { "INSERT INTO trash_right (trash, account, access)"
                                   " SELECT key, login, $3 FROM trash, account WHERE key = $1 AND login = $2"
                                   " ON CONFLICT (trash, account) DO NOTHING" },
};
