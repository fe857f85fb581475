#include "store/schema.h"

#include "store/object.h"

/*
 * The tables of version 4, for both engines. Numbers are BIGINT; text that is stored as bytes is BYTEA. Ids
 * are taken from the table `counter`, so that no id is used twice. With SQLite a BIGINT PRIMARY KEY is the
 * row number itself (db-sqlite.c).
 */
const char schema_whole[] =
                "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
                "CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);"
                "INSERT INTO counter (name, value)"
                " VALUES ('change', 0), ('object', 0), ('mail', 0), ('subscription', 0), ('signup', 0);"

                "CREATE TABLE collection (name TEXT PRIMARY KEY, cards BIGINT NOT NULL, zone TEXT, sequence BIGINT NOT NULL);"

                "CREATE TABLE object (id BIGINT PRIMARY KEY, change BIGINT NOT NULL, kind BIGINT NOT NULL,"
                " collection TEXT NOT NULL REFERENCES collection (name), resource TEXT NOT NULL, uid TEXT NOT NULL,"
                " name TEXT NOT NULL, categories TEXT NOT NULL, status TEXT NOT NULL, class TEXT NOT NULL,"
                " sequence BIGINT NOT NULL, start BIGINT NOT NULL, finish BIGINT NOT NULL, created BIGINT NOT NULL,"
                " changed BIGINT NOT NULL, address TEXT NOT NULL, text BYTEA NOT NULL,"
                " UNIQUE (uid, collection), UNIQUE (collection, resource));"
                "CREATE INDEX object_change ON object (change);"
                "CREATE INDEX object_start ON object (start, uid);"
                "CREATE INDEX object_kind ON object (kind);"
                "CREATE INDEX object_address ON object (address) WHERE address <> '';"

                "CREATE TABLE tombstone (collection TEXT NOT NULL, resource TEXT NOT NULL, uid TEXT NOT NULL,"
                " id BIGINT NOT NULL, change BIGINT NOT NULL, at BIGINT NOT NULL, sequence BIGINT NOT NULL,"
                " PRIMARY KEY (collection, resource));"
                "CREATE INDEX tombstone_change ON tombstone (change);"
                "CREATE INDEX tombstone_uid ON tombstone (uid);"

                "CREATE TABLE stamp (collection TEXT NOT NULL, category TEXT NOT NULL, at BIGINT NOT NULL,"
                " PRIMARY KEY (collection, category));"

                "CREATE TABLE subscription (id BIGINT NOT NULL,"
                " contact BIGINT NOT NULL REFERENCES object (id) ON DELETE CASCADE, scope BIGINT NOT NULL,"
                " target TEXT NOT NULL, leads TEXT NOT NULL, created BIGINT NOT NULL,"
                " PRIMARY KEY (scope, target, contact));"
                "CREATE INDEX subscription_contact ON subscription (contact);"
                "CREATE TABLE stopped (contact BIGINT PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,"
                " reason BIGINT NOT NULL, at BIGINT NOT NULL);"
                "CREATE TABLE mute (contact BIGINT NOT NULL REFERENCES object (id) ON DELETE CASCADE, uid TEXT NOT NULL,"
                " at BIGINT NOT NULL, PRIMARY KEY (contact, uid));"
                "CREATE TABLE mute_kind (contact BIGINT NOT NULL REFERENCES object (id) ON DELETE CASCADE,"
                " kind TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (contact, kind));"
                "CREATE TABLE private_feed (contact BIGINT PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,"
                " digest TEXT NOT NULL UNIQUE, at BIGINT NOT NULL);"

                "CREATE TABLE alarm (object BIGINT PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,"
                " next BIGINT NOT NULL, after_contact BIGINT NOT NULL, found BIGINT NOT NULL,"
                " seen BIGINT NOT NULL DEFAULT 0);"
                "CREATE INDEX alarm_next ON alarm (next);"
                "CREATE TABLE agenda (contact BIGINT PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,"
                " wish TEXT NOT NULL, next BIGINT NOT NULL, seen BIGINT NOT NULL DEFAULT 0);"
                "CREATE INDEX agenda_next ON agenda (next);"

                /*
                 * The ledger has no foreign keys, because it outlives the objects it refers to. The bytes
                 * of a mail are in another table, so that the rows of this one are short.
                 */
                "CREATE TABLE mail (id BIGINT PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
                " contact BIGINT NOT NULL, object BIGINT NOT NULL, uid TEXT NOT NULL, recurrence_id TEXT NOT NULL,"
                " start TEXT NOT NULL, rule TEXT NOT NULL, state BIGINT NOT NULL, attempts BIGINT NOT NULL,"
                " tries BIGINT NOT NULL, due BIGINT NOT NULL, next_attempt BIGINT NOT NULL, expires BIGINT NOT NULL,"
                " message_id TEXT NOT NULL, token TEXT NOT NULL UNIQUE, reply TEXT NOT NULL, created BIGINT NOT NULL,"
                " updated BIGINT NOT NULL, finish TEXT NOT NULL DEFAULT '', place TEXT NOT NULL DEFAULT '',"
                " carried BIGINT NOT NULL DEFAULT 0, reason BIGINT NOT NULL DEFAULT 0);"
                "CREATE INDEX mail_state ON mail (state, updated);"
                "CREATE INDEX mail_contact ON mail (contact);"
                "CREATE INDEX mail_due ON mail (next_attempt, due) WHERE next_attempt > 0;"
                "CREATE INDEX mail_told ON mail (uid, contact, expires) WHERE state IN (2, 3, 4, 9);"
                "CREATE INDEX mail_parked ON mail (contact, expires) WHERE state = 9;"
                "CREATE INDEX mail_change ON mail (contact, uid) WHERE kind = 'change';"
                /* If a mail failed at its second attempt, it may have arrived at the first. */
                "CREATE INDEX mail_doubtful ON mail (uid, contact, expires) WHERE state = 5 AND attempts > 1;"
                "CREATE TABLE message (mail BIGINT PRIMARY KEY, sample TEXT NOT NULL, bytes BYTEA NOT NULL);"
                "CREATE INDEX message_sample ON message (sample);"
                "CREATE TABLE sample (name TEXT PRIMARY KEY, bytes BYTEA NOT NULL);"

                /* A row for each returned mail, and a row for each contact that is or was suppressed. */
                "CREATE TABLE bounce (mail BIGINT PRIMARY KEY,"
                " contact BIGINT NOT NULL REFERENCES object (id) ON DELETE CASCADE, address TEXT NOT NULL,"
                " hard BIGINT NOT NULL, at BIGINT NOT NULL);"
                "CREATE INDEX bounce_contact ON bounce (contact, at);"
                "CREATE TABLE undeliverable (contact BIGINT PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,"
                " address TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL,"
                " restored BIGINT NOT NULL);"

                "CREATE TABLE signup (id BIGINT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, address TEXT NOT NULL,"
                " language TEXT NOT NULL, scope BIGINT NOT NULL, target TEXT NOT NULL, network TEXT NOT NULL,"
                " created BIGINT NOT NULL, expires BIGINT NOT NULL);"
                "CREATE INDEX signup_address ON signup (address, created);"
                "CREATE INDEX signup_network ON signup (network, created);"
                "CREATE INDEX signup_expires ON signup (expires);";

/* The migration from each version to the next, for both engines. */
const char *const schema_later[] = {
        /*
         * 5: the origin of a subscription, 1 if the contact made it. A contact that came through the form
         * can be recognized by its card, whose name is the address. If a contact of the office has
         * subscribed through the form, the store does not show that, and the subscription counts as the
         * office's.
         */
        "ALTER TABLE subscription ADD COLUMN origin BIGINT NOT NULL DEFAULT 0;"
        "UPDATE subscription SET origin = 1 WHERE contact IN (SELECT id FROM object"
        " WHERE kind = " SQL_OBJECT_CARD " AND uid LIKE '%@convened' AND address <> '' AND name = address);",
        /*
         * 6: the occurrences listed in mails about several events, and the change number of the store when
         * the bytes of a mail were made
         */
        "ALTER TABLE mail ADD COLUMN as_of BIGINT NOT NULL DEFAULT 0;"
        "CREATE TABLE told (mail BIGINT NOT NULL, contact BIGINT NOT NULL, object BIGINT NOT NULL,"
        " uid TEXT NOT NULL, recurrence_id TEXT NOT NULL, start TEXT NOT NULL, finish TEXT NOT NULL,"
        " place TEXT NOT NULL, expires BIGINT NOT NULL);"
        "CREATE INDEX told_mail ON told (mail);"
        "CREATE INDEX told_uid ON told (uid, contact, expires);"
        /*
         * The condition of the index has no IN: with more than two values, SQLite made a table in memory at
         * each change of a mail.
         */
        "DROP INDEX mail_told;"
        "CREATE INDEX mail_told ON mail (uid, contact, expires)"
        " WHERE state = 2 OR state = 3 OR state = 4 OR state = 9;",
        /*
         * 7: contact_due, so that the reminders of one contact can be derived alone; `past`, the archive of
         * old mails, with the first half of the key; old_link, the links of archived mails whose token was
         * not derived from their row.
         */
        "CREATE TABLE contact_due (contact BIGINT NOT NULL REFERENCES object (id) ON DELETE CASCADE, scope BIGINT NOT NULL,"
        " target TEXT NOT NULL, after_object BIGINT NOT NULL, PRIMARY KEY (contact, scope, target));"
        "CREATE TABLE past (id BIGINT PRIMARY KEY, key BYTEA NOT NULL UNIQUE, contact BIGINT NOT NULL,"
        " object BIGINT NOT NULL, state BIGINT NOT NULL, reason BIGINT NOT NULL, closed BIGINT NOT NULL);"
        "CREATE TABLE past_total (state BIGINT PRIMARY KEY, n BIGINT NOT NULL, last BIGINT NOT NULL);"
        "CREATE TABLE old_link (token TEXT PRIMARY KEY, mail BIGINT NOT NULL);"
        /* Requests are counted among those of the last day, so mailbox and network need no index. */
        "DROP INDEX signup_address;"
        "DROP INDEX signup_network;"
        "CREATE INDEX signup_created ON signup (created);",
        /*
         * 8: meetings. A meeting that is not over has its slots in meeting_slot; the key of meeting_step
         * allows one step from each revision.
         */
        "INSERT INTO counter (name, value) VALUES ('meeting', 0);"
        "CREATE TABLE meeting (id BIGINT PRIMARY KEY, uid TEXT NOT NULL UNIQUE, host TEXT NOT NULL,"
        " offer TEXT NOT NULL, name TEXT NOT NULL, organisation TEXT NOT NULL, address TEXT NOT NULL,"
        " topic TEXT NOT NULL, language TEXT NOT NULL, zone TEXT NOT NULL, network TEXT NOT NULL,"
        " place TEXT NOT NULL, host_zone TEXT NOT NULL, secret TEXT NOT NULL, state BIGINT NOT NULL, revision BIGINT NOT NULL,"
        " start BIGINT NOT NULL, finish BIGINT NOT NULL, expires BIGINT NOT NULL, created BIGINT NOT NULL,"
        " updated BIGINT NOT NULL);"
        "CREATE INDEX meeting_host ON meeting (host, finish);"
        "CREATE INDEX meeting_finish ON meeting (finish);"
        "CREATE INDEX meeting_created ON meeting (created);"
        "CREATE INDEX meeting_expires ON meeting (expires) WHERE expires > 0;"
        "CREATE TABLE meeting_slot (meeting BIGINT NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,"
        " start BIGINT NOT NULL, place TEXT NOT NULL, finish BIGINT NOT NULL, host TEXT NOT NULL,"
        " offer TEXT NOT NULL, site TEXT NOT NULL, buffer_before BIGINT NOT NULL,"
        " buffer_after BIGINT NOT NULL, proposed BIGINT NOT NULL, PRIMARY KEY (meeting, start, place));"
        "CREATE INDEX meeting_slot_host ON meeting_slot (host, finish);"
        "CREATE INDEX meeting_slot_place ON meeting_slot (place, site, finish);"
        "CREATE TABLE meeting_token (digest TEXT PRIMARY KEY,"
        " meeting BIGINT NOT NULL REFERENCES meeting (id) ON DELETE CASCADE, role BIGINT NOT NULL,"
        " revision BIGINT NOT NULL);"
        "CREATE INDEX meeting_token_meeting ON meeting_token (meeting);"
        "CREATE TABLE meeting_step (meeting BIGINT NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,"
        " revision BIGINT NOT NULL, step BIGINT NOT NULL, role BIGINT NOT NULL, at BIGINT NOT NULL,"
        " PRIMARY KEY (meeting, revision));",
        /* 9: busy times that hosts publish elsewhere, as they were fetched. */
        "CREATE TABLE free_busy (host TEXT PRIMARY KEY, url TEXT NOT NULL, etag TEXT NOT NULL,"
        " times TEXT NOT NULL, error TEXT NOT NULL, fetched BIGINT NOT NULL, tried BIGINT NOT NULL);",
        /*
         * 10: how contacts hear of the last change of an event, and the index of changes that count as told
         */
        "ALTER TABLE alarm ADD COLUMN notify BIGINT NOT NULL DEFAULT 0;"
        "CREATE INDEX mail_untold ON mail (uid, contact, expires) WHERE state = 7 AND reason = 40;",
        /*
         * 11: bundles, which are mails about several events (see MailRecord.bundle), and the index of the
         * mails of a contact that wait
         */
        "ALTER TABLE mail ADD COLUMN bundle BIGINT NOT NULL DEFAULT 0;"
        "CREATE INDEX mail_bundle ON mail (bundle) WHERE bundle > 0;"
        "CREATE INDEX mail_waits ON mail (contact, next_attempt) WHERE next_attempt > 0;",
        /*
         * 12: accounts. `login` is the name in lower case. The counter `account` is raised by each change
         * of an account, an app password or a right.
         */
        "INSERT INTO counter (name, value) VALUES ('account', 0), ('account_token', 0);"
        "CREATE TABLE account (login TEXT PRIMARY KEY, name TEXT NOT NULL, role BIGINT NOT NULL,"
        " password TEXT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL);"
        "CREATE TABLE account_token (id BIGINT PRIMARY KEY,"
        " account TEXT NOT NULL REFERENCES account (login) ON DELETE CASCADE, label TEXT NOT NULL,"
        " digest TEXT NOT NULL UNIQUE, read_only BIGINT NOT NULL, created BIGINT NOT NULL, used BIGINT NOT NULL,"
        " UNIQUE (account, label));"
        "CREATE TABLE account_right (account TEXT NOT NULL REFERENCES account (login) ON DELETE CASCADE,"
        " collection TEXT NOT NULL REFERENCES collection (name) ON DELETE CASCADE, access BIGINT NOT NULL,"
        " PRIMARY KEY (account, collection));",
        /* 13: the parent of an event, which is a column of the object. bring_up() fills it. */
        "ALTER TABLE object ADD COLUMN parent TEXT NOT NULL DEFAULT '';"
        "CREATE INDEX object_parent ON object (parent) WHERE parent <> '';",
        /*
         * 14: collections of accounts, properties that clients set, and deleted collections. `owner` is the
         * login of the account, "" for the office; `components` is 0 for the default. The key of a row of
         * `trash` begins with the collection's name; rows of `property` have it as their collection.
         */
        "ALTER TABLE collection ADD COLUMN owner TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE collection ADD COLUMN segment TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE collection ADD COLUMN components BIGINT NOT NULL DEFAULT 0;"
        "ALTER TABLE collection ADD COLUMN created BIGINT NOT NULL DEFAULT 0;"
        "CREATE TABLE property (collection TEXT NOT NULL, resource TEXT NOT NULL, account TEXT NOT NULL,"
        " space TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
        " PRIMARY KEY (collection, resource, account, space, name));"
        "CREATE INDEX property_account ON property (account) WHERE account <> '';"
        "CREATE TABLE trash (key TEXT PRIMARY KEY, name TEXT NOT NULL, owner TEXT NOT NULL, segment TEXT NOT NULL,"
        " cards BIGINT NOT NULL, components BIGINT NOT NULL, zone TEXT NOT NULL, created BIGINT NOT NULL,"
        " deleted BIGINT NOT NULL);"
        "CREATE TABLE trash_object (trash TEXT NOT NULL REFERENCES trash (key) ON DELETE CASCADE,"
        " resource TEXT NOT NULL, kind BIGINT NOT NULL, text BYTEA NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL,"
        " sequence BIGINT NOT NULL, PRIMARY KEY (trash, resource));",
        /* 15: the changes of one collection in their order, for the synchronization of clients */
        "CREATE INDEX object_in_collection ON object (collection, change);"
        "CREATE INDEX tombstone_in_collection ON tombstone (collection, change);",
        /* 16: the events of a collection by their time (object_each_in_span()) */
        "CREATE INDEX object_long ON object (collection, finish)"
        " WHERE " SQL_OBJECT_ANY_EVENT " AND finish > start + " SQL_OBJECT_SHORT ";"
        "CREATE INDEX object_short ON object (collection, start)"
        " WHERE " SQL_OBJECT_ANY_EVENT " AND finish <= start + " SQL_OBJECT_SHORT ";",
        /* 17: sessions of people who have signed in to the pages of the office */
        "CREATE TABLE session (digest TEXT PRIMARY KEY,"
        " account TEXT NOT NULL REFERENCES account (login) ON DELETE CASCADE, client TEXT NOT NULL,"
        " agent TEXT NOT NULL, created BIGINT NOT NULL, used BIGINT NOT NULL);"
        "CREATE INDEX session_account ON session (account);",
        /*
         * 18: announcements, whose recipients are rows of the ledger with the announcement's UID as their
         * rule; contacts by name, derived from the cards (bring_up() fills the table); the mails of an event
         * and of a day
         */
        "CREATE TABLE announcement (uid TEXT PRIMARY KEY, scope BIGINT NOT NULL, target TEXT NOT NULL,"
        " author TEXT NOT NULL, at BIGINT NOT NULL, expires BIGINT NOT NULL, created BIGINT NOT NULL,"
        " stopped BIGINT NOT NULL);"
        "CREATE INDEX announcement_created ON announcement (created);"
        "CREATE TABLE announcement_text (announcement TEXT NOT NULL REFERENCES announcement (uid) ON DELETE CASCADE,"
        " language TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (announcement, language));"
        "CREATE INDEX mail_announced ON mail (rule, state) WHERE kind = 'announcement';"
        "CREATE INDEX mail_object ON mail (object, due) WHERE object > 0;"
        "CREATE INDEX mail_day ON mail (due);"
        "CREATE TABLE person (contact BIGINT PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,"
        " sort TEXT NOT NULL, organisation TEXT NOT NULL, words TEXT NOT NULL);"
        "CREATE INDEX person_sort ON person (sort, contact);",
        /*
         * 19: the history of objects (store/history.h). The objects of a deleted collection are rows of the
         * history with the key of the collection in `trash`. A text is compressed or as it was given:
         * history_unpack() tells them apart. `choices` is for deleted contacts.
         */
        "CREATE TABLE history (id BIGINT PRIMARY KEY, step BIGINT NOT NULL, object BIGINT NOT NULL, uid TEXT NOT NULL,"
        " collection TEXT NOT NULL, resource TEXT NOT NULL, kind BIGINT NOT NULL, name TEXT NOT NULL, action BIGINT NOT NULL,"
        " way BIGINT NOT NULL, author TEXT NOT NULL, cause BIGINT NOT NULL, at BIGINT NOT NULL, created BIGINT NOT NULL,"
        " changed BIGINT NOT NULL, sequence BIGINT NOT NULL, trash TEXT NOT NULL, choices TEXT NOT NULL, text BYTEA NOT NULL);"
        "INSERT INTO counter (name, value) SELECT 'history', count(*) FROM trash_object;"
        "INSERT INTO history (id, step, object, uid, collection, resource, kind, name, action, way, author, cause, at,"
        " created, changed, sequence, trash, choices, text)"
        " SELECT row_number() OVER (ORDER BY trash.key, resource), 0, 0, '', trash.name, resource, kind, '', 3, 0, '', 0, deleted,"
        " trash_object.created, changed, sequence, trash.key, '', text"
        " FROM trash_object JOIN trash ON trash.key = trash_object.trash;"
        "DROP TABLE trash_object;"
        "CREATE INDEX history_object ON history (object, at, id);"
        "CREATE INDEX history_uid ON history (uid, at, id);"
        "CREATE INDEX history_at ON history (at);"
        "CREATE INDEX history_deleted ON history (at) WHERE action = 3;"
        "CREATE INDEX history_trash ON history (trash, resource) WHERE trash <> '';",
        /*
         * 20: scheduling (RFC 6638). `scheduling` is a CollectionScheduling; `schedule_tag` is the number of
         * the change that set the tag. `invitee` has a row for each participant outside of the office of a
         * meeting, with the secret of the address to which the participant answers, and the DTSTAMP of the
         * last answer; `itip` has the calendar objects of mails that wait.
         */
        "ALTER TABLE collection ADD COLUMN scheduling BIGINT NOT NULL DEFAULT 0;"
        "ALTER TABLE trash ADD COLUMN scheduling BIGINT NOT NULL DEFAULT 0;"
        "ALTER TABLE object ADD COLUMN schedule_tag BIGINT NOT NULL DEFAULT 0;"
        "INSERT INTO counter (name, value) VALUES ('invitee', 0), ('itip', 0);"
        "CREATE TABLE invitee (id BIGINT PRIMARY KEY, account TEXT NOT NULL, uid TEXT NOT NULL, address TEXT NOT NULL,"
        " secret TEXT NOT NULL, stamp TEXT NOT NULL, UNIQUE (account, uid, address));"
        "CREATE TABLE itip (id BIGINT PRIMARY KEY, account TEXT NOT NULL, recipient TEXT NOT NULL, method TEXT NOT NULL,"
        " invitee BIGINT NOT NULL, text BYTEA NOT NULL, created BIGINT NOT NULL);"
        "CREATE INDEX itip_created ON itip (created);",
        /*
         * 21: the mail address of an account, as it was given and as address_fold() writes it; the size of a
         * collection, which is the sum of the lengths of its objects; the rights to deleted collections; for
         * each collection, the highest change number of the tombstones that were removed (store/prune.h)
         */
        "ALTER TABLE account ADD COLUMN mail TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE account ADD COLUMN address TEXT NOT NULL DEFAULT '';"
        "CREATE UNIQUE INDEX account_address ON account (address) WHERE address <> '';"
        "ALTER TABLE collection ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;"
        "UPDATE collection SET bytes = (SELECT CAST(coalesce(sum(length(text)), 0) AS BIGINT) FROM object"
        " WHERE object.collection = collection.name);"
        "ALTER TABLE trash ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;"
        "UPDATE trash SET bytes = (SELECT CAST(coalesce(sum(length(text)), 0) AS BIGINT) FROM history"
        " WHERE history.trash = trash.key);"
        "CREATE TABLE trash_right (trash TEXT NOT NULL REFERENCES trash (key) ON DELETE CASCADE,"
        " account TEXT NOT NULL REFERENCES account (login) ON DELETE CASCADE, access BIGINT NOT NULL,"
        " PRIMARY KEY (trash, account));"
        "CREATE INDEX collection_owner ON collection (owner) WHERE owner <> '';"
        "CREATE INDEX trash_owner ON trash (owner);"
        "CREATE TABLE pruned (collection TEXT PRIMARY KEY, change BIGINT NOT NULL);"
        "CREATE INDEX tombstone_at ON tombstone (at);",
        /*
         * 22: several daemons with one store (store/node.h): the daemons, the jobs that one of them does,
         * and the daemon that is to send a mail, or is sending it. `until` is by the clock of the database.
         */
        "INSERT INTO counter (name, value) VALUES ('node', 0);"
        "CREATE TABLE node (id BIGINT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, process TEXT NOT NULL,"
        " started BIGINT NOT NULL, until BIGINT NOT NULL);"
        "CREATE TABLE node_job (job TEXT PRIMARY KEY, node BIGINT NOT NULL REFERENCES node (id) ON DELETE CASCADE);"
        "ALTER TABLE mail ADD COLUMN owner BIGINT NOT NULL DEFAULT 0;",
        /* 23: offers are in a calendar of their own, whose components (8) are VAVAILABILITY only */
        "INSERT INTO collection (name, cards, zone, sequence, components)"
        " SELECT 'offers', 0, zone, coalesce((SELECT max(change) FROM object WHERE kind = 4 AND collection = 'events'), 0), 8"
        " FROM collection WHERE name = 'events' ON CONFLICT (name) DO NOTHING;"
        "UPDATE object SET collection = 'offers' WHERE kind = 4 AND collection = 'events'"
        " AND EXISTS (SELECT 1 FROM collection WHERE name = 'offers' AND components = 8);"
        "UPDATE history SET collection = 'offers' WHERE kind = 4 AND collection = 'events'"
        " AND EXISTS (SELECT 1 FROM collection WHERE name = 'offers' AND components = 8);"
        "UPDATE collection SET bytes = (SELECT CAST(coalesce(sum(length(text)), 0) AS BIGINT) FROM object"
        " WHERE object.collection = collection.name) WHERE name IN ('events', 'offers');",
        /*
         * 24: the second factor of an account and its recovery codes (store/second-factor.h); `pending` is 1
         * for a session whose login still needs a code; the cards of a kind, such as sites, among those of
         * people, most of which have no KIND
         */
        "CREATE TABLE second_factor (account TEXT PRIMARY KEY REFERENCES account (login) ON DELETE CASCADE,"
        " secret TEXT NOT NULL, confirmed BIGINT NOT NULL, period BIGINT NOT NULL);"
        "CREATE TABLE recovery_code (account TEXT NOT NULL REFERENCES second_factor (account) ON DELETE CASCADE,"
        " digest TEXT NOT NULL, PRIMARY KEY (account, digest));"
        "ALTER TABLE session ADD COLUMN pending BIGINT NOT NULL DEFAULT 0;"
        "CREATE INDEX object_of_kind ON object (lower(status), name, uid)"
        " WHERE kind = " SQL_OBJECT_CARD " AND status <> '';",
        /*
         * 25: the DTSTAMP of the last answer of an invitee to each instance of a meeting ("" for the
         * meeting); `invitee.stamp` stays for answers that were taken before
         */
        "CREATE TABLE invitee_answer (invitee BIGINT NOT NULL REFERENCES invitee (id) ON DELETE CASCADE,"
        " instance TEXT NOT NULL, stamp TEXT NOT NULL, PRIMARY KEY (invitee, instance));",
        /*
         * 26: whether no more than a draft was ever stored under a name, so that only those who may see
         * drafts hear of its changes (object_delta_each()); 0 for what was stored before
         */
        "ALTER TABLE object ADD COLUMN unpublished BIGINT NOT NULL DEFAULT 0;"
        "ALTER TABLE tombstone ADD COLUMN unpublished BIGINT NOT NULL DEFAULT 0;",
        /* 27: texts of the office in place of those of the configuration (store/office-text.h) */
        "INSERT INTO counter (name, value) VALUES ('office_text', 0);"
        "CREATE TABLE office_text (id BIGINT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL, way BIGINT NOT NULL,"
        " author TEXT NOT NULL, at BIGINT NOT NULL);"
        "CREATE INDEX office_text_name ON office_text (name, at, id);",
        /*
         * 28: changes of which nobody, or everybody who is listed, is to hear, until that is in the ledger
         * (store/change-task.h); the contacts whose mail of an announcement is not in the ledger yet
         */
        "INSERT INTO counter (name, value) VALUES ('change_task', 0);"
        "CREATE TABLE change_task (id BIGINT PRIMARY KEY, object BIGINT NOT NULL REFERENCES object (id) ON DELETE CASCADE,"
        " kind BIGINT NOT NULL, change BIGINT NOT NULL, at BIGINT NOT NULL, sequence BIGINT NOT NULL,"
        " after_contact BIGINT NOT NULL, text_before BYTEA NOT NULL, text_after BYTEA NOT NULL);"
        "CREATE INDEX change_task_object ON change_task (object, id);"
        "CREATE TABLE announcement_due (announcement TEXT NOT NULL REFERENCES announcement (uid) ON DELETE CASCADE,"
        " contact BIGINT NOT NULL REFERENCES object (id) ON DELETE CASCADE, PRIMARY KEY (announcement, contact));"
        "CREATE INDEX announcement_due_contact ON announcement_due (contact);",
};

_Static_assert(sizeof(schema_later) / sizeof(schema_later[0]) == SCHEMA_CURRENT - SCHEMA_WHOLE,
                "SCHEMA_CURRENT is the version that the last step makes");
