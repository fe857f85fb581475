#include "schedule/deliver.h"

#include "base/hash.h"
#include "contact/address.h"
#include "schedule/mails.h"
#include "schedule/organizer.h"
#include "schedule/receive.h"
#include "store/object.h"
#include "store/property.h"
#include "store/scheduled.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { NAME_SIZE = TOKEN_SIZE + 8 };

static const char MAILTO[] = "mailto:", DEFAULT_SEGMENT[] = "calendar";

/* ---- Calendars of accounts ---- */

typedef struct Choice {
        const char *login;
        char wanted[COLLECTION_NAME_SIZE]; /* the calendar that the account has chosen; "" for none */
        bool is_found;
        Collection found;
} Choice;

/* The choice of the account goes first, then the name, then the age. */
static bool is_better(const Choice *choice, const Collection *collection)
{
        const Collection *found = &choice->found;
        if (!choice->is_found || strcmp(collection->name, choice->wanted) == 0)
                return true;
        if (strcmp(found->name, choice->wanted) == 0 || strcmp(found->segment, DEFAULT_SEGMENT) == 0)
                return false;
        return strcmp(collection->segment, DEFAULT_SEGMENT) == 0 || collection->created < found->created;
}

static int on_collection(const Collection *collection, void *userdata)
{
        Choice *choice = userdata;
        bool is_usable = strcmp(collection->owner, choice->login) == 0 && !collection->is_cards &&
                         collection->components & COLLECTION_VEVENT &&
                         collection->scheduling < COLLECTION_INBOX;
        if (is_usable && is_better(choice, collection)) {
                choice->is_found = true;
                choice->found = *collection;
        }
        return 0;
}

static int on_property(const StoredProperty *property, void *userdata)
{
        Choice *choice = userdata;
        if (strcmp(property->name, DELIVER_DEFAULT_PROPERTY) == 0)
                snprintf(choice->wanted, sizeof(choice->wanted), "%s", property->value);
        return 0;
}

int deliver_default_calendar(const ScheduleWork *work, const char *login, bool makes, Collection *ret)
{
        Choice choice = { .login = login };
        char inbox[COLLECTION_NAME_SIZE];
        collection_inbox_name(login, inbox);
        const PropertyOwner owner = { .collection = inbox, .resource = "", .account = login };
        int r = property_each_stored(work->store, &owner, on_property, &choice);
        if (r == 0)
                r = collection_each_of(work->store, login, on_collection, &choice);
        if (r != 0 || choice.is_found || !makes) {
                *ret = choice.found;
                return r != 0 ? r : choice.is_found ? 0 : STORE_E_NOT_FOUND;
        }
        *ret = (Collection){ .components = COLLECTION_VEVENT };
        snprintf(ret->owner, sizeof(ret->owner), "%s", login);
        strcpy(ret->segment, DEFAULT_SEGMENT);
        return collection_make(work->store, ret, work->config->time_zone_name, work->now);
}

static int find(const ScheduleWork *work, const char *login, const char *uid, bool with_office,
                ObjectRecord **ret)
{
        ScheduledPlace place;
        *ret = NULL;
        int r = scheduled_find(work->store, login, uid, with_office, &place);
        return r != 0 ? r : object_get(work->store, place.collection, place.resource, ret);
}

/* Parses and writes an object. A text that cannot be kept changes nothing: the message is in the inbox. */
static int write_text(const ScheduleWork *work, const ObjectPut *put, const Buffer *text, bool is_office)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        int r = is_office ? event_parse(store_zones(work->store), buffer_text(text), text->len, &event, NULL)
                          : plain_parse(buffer_text(text), text->len, &plain, NULL);
        if (r != 0)
                return r > 0 ? 0 : r;
        return is_office ? object_put_event(work->store, event, put, &outcome)
                         : object_put_plain(work->store, plain, put, &outcome);
}

/* Writes the object with a UID. @kept: the one that is there; NULL for a new one */
static int put_object(const ScheduleWork *work, const char *login, const ObjectRecord *kept, const char *uid,
                const Buffer *text, bool sets_tag)
{
        CLEANUP(object_record_freep) ObjectRecord *written = NULL;
        Collection calendar;
        int r = kept ? 0 : deliver_default_calendar(work, login, true, &calendar);
        if (r != 0)
                return r == COLLECTION_E_MANY ? 0 : r;
        const ObjectPut put = { .collection = kept ? kept->collection : calendar.name,
                .resource = kept ? kept->resource : NULL,
                .notify = DUE_NOTIFY_SETTLED,
                .fallback = work->config->time_zone,
                .now = work->now };
        r = write_text(work, &put, text, kept && kept->kind == OBJECT_EVENT);
        if (r == 0 && sets_tag)
                r = object_get_by_uid(work->store, put.collection, uid, &written);
        if (r == 0 && sets_tag)
                r = object_set_schedule_tag(work->store, put.collection, written->resource, true);
        return r == STORE_E_NOT_FOUND || r == STORE_E_CONFLICT ? 0 : r;
}

/* ---- The inbox ---- */

static int put_message(const ScheduleWork *work, const char *login, const char *text, size_t len)
{
        char token[TOKEN_SIZE], name[NAME_SIZE];
        Collection inbox;
        int r = collection_make_inbox(work->store, login, work->now, &inbox);
        if (r == 0)
                r = token_make(token);
        snprintf(name, sizeof(name), "%s.ics", r == 0 ? token : "");
        return r != 0 ? r : object_put_message(work->store, inbox.name, name, text, len, work->now);
}

/* ---- Processing ---- */

static bool has_same_organizer(const Receipt *receipt)
{
        const ItipLine *given = itip_line(receipt->message->components, "ORGANIZER", NULL);
        const ItipLine *kept =
                        receipt->kept ? itip_line(receipt->kept->components, "ORGANIZER", NULL) : NULL;
        return given && (!receipt->kept || (kept && strcmp(given->user, kept->user) == 0));
}

static int process_request(const ScheduleWork *work, const char *login, Receipt *receipt,
                const ObjectRecord *record, bool cancels)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ITIP_MAX_BYTES);
        if (!has_same_organizer(receipt) || receive_is_stale(receipt) || (cancels && !receipt->kept))
                return 0;
        int r = cancels ? receive_cancel(receipt, &out) : receive_request(receipt, &out);
        return r != 0 ? r : put_object(work, login, record, itip_uid(receipt->message), &out, true);
}

/* Shows the answer of one participant to the others who have accounts (RFC 6638, 4.2). */
static int show_answers(const ScheduleWork *work, ItipObject *organized, const char *user)
{
        CLEANUP(itip_object_freep) ItipObject *object = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ITIP_MAX_BYTES);
        const char *login = schedule_login(user);
        bool changed = false;
        int r = login ? find(work, login, itip_uid(organized), false, &record) : STORE_E_NOT_FOUND;
        if (r == 0)
                r = itip_object_new(store_zones(work->store), record->text, record->len, schedule_user,
                                (void *)work, &object);
        const Receipt receipt = { .message = organized, .kept = object, .user = user };
        if (r == 0 && has_same_organizer(&receipt))
                r = receive_answers(&receipt, &changed);
        if (r != 0 || !changed)
                return r == STORE_E_NOT_FOUND || r == ITIP_E_INVALID ? 0 : r;
        itip_print(object, object->components, NULL, &out);
        return put_object(work, login, record, itip_uid(object), &out, false);
}

static int show_to_others(const ScheduleWork *work, ItipObject *organized, const char *author)
{
        int r = 0;
        const ItipLine *organizer = itip_line(organized->components, "ORGANIZER", NULL), *line = NULL;
        while (r == 0 && (line = itip_line(organized->components, "ATTENDEE", line)))
                if (strcmp(line->user, author) != 0 && organizer && strcmp(line->user, organizer->user) != 0)
                        r = show_answers(work, organized, line->user);
        return r;
}

/* Tells those whom an answer has removed that they take no part any more. @record: the object before it */
static int tell_removed(const ScheduleWork *work, const char *login, const ObjectRecord *record,
                ItipObject *organized)
{
        CLEANUP(itip_object_freep) ItipObject *old = NULL;
        Arena arena = { .chunks = NULL };
        ScheduleMessage *message = NULL;
        char own[ITIP_USER_SIZE];
        schedule_user_of_login(login, own);
        int r = itip_object_new(store_zones(work->store), record->text, record->len, schedule_user,
                        (void *)work, &old);
        const OrganizerChange change = { .old = old, .new = organized, .organizer = own, .now = work->now };
        if (r == 0)
                r = organizer_messages(&change, &arena, &message);
        for (; r == 0 && message; message = message->next)
                if (strcmp(message->method, "CANCEL") == 0)
                        r = deliver_message(work, login, message);
        arena_done(&arena);
        return r;
}

static int process_reply(
                const ScheduleWork *work, const char *login, Receipt *receipt, const ObjectRecord *record)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ITIP_MAX_BYTES);
        char own[ITIP_USER_SIZE];
        bool changed, has_removed;
        const ItipLine *organizer =
                        receipt->kept ? itip_line(receipt->kept->components, "ORGANIZER", NULL) : NULL;
        schedule_user_of_login(login, own);
        if (!organizer || strcmp(organizer->user, own) != 0)
                return 0;
        int r = receive_reply(receipt, &changed, &has_removed);
        if (r != 0 || !changed)
                return r;
        itip_print(receipt->kept, receipt->kept->components, NULL, &out);
        r = put_object(work, login, record, itip_uid(receipt->kept), &out, false);
        if (r == 0)
                r = show_to_others(work, receipt->kept, receipt->user);
        return r == 0 && has_removed ? tell_removed(work, login, record, receipt->kept) : r;
}

/* Reads the object with the UID of a message. STORE_E_NOT_FOUND: there is none; ITIP_E_INVALID. */
static int read_kept(const ScheduleWork *work, const char *login, const ItipObject *message,
                bool with_office, ObjectRecord **ret_record, ItipObject **ret)
{
        int r = find(work, login, itip_uid(message), with_office, ret_record);
        return r != 0 ? r
                      : itip_object_new(store_zones(work->store), (*ret_record)->text, (*ret_record)->len,
                                        schedule_user, (void *)work, ret);
}

static int process(const ScheduleWork *work, const char *login, const char *method, Receipt *receipt)
{
        CLEANUP(itip_object_freep) ItipObject *kept = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        bool is_reply = strcmp(method, "REPLY") == 0;
        int r = read_kept(work, login, receipt->message, is_reply, &record, &kept);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r == ITIP_E_INVALID ? 0 : r;
        receipt->kept = kept;
        if (is_reply)
                return process_reply(work, login, receipt, record);
        bool cancels = strcmp(method, "CANCEL") == 0;
        return cancels || strcmp(method, "REQUEST") == 0
                               ? process_request(work, login, receipt, record, cancels)
                               : 0;
}

int deliver_is_stale(const ScheduleWork *work, const char *login, ItipObject *message, bool *ret)
{
        CLEANUP(itip_object_freep) ItipObject *kept = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        *ret = false;
        int r = read_kept(work, login, message, true, &record, &kept);
        if (r != 0)
                return r == STORE_E_NOT_FOUND || r == ITIP_E_INVALID ? 0 : r;
        *ret = true;
        for (const ItipComponent *given = message->components; *ret && given; given = given->next)
                *ret = receive_is_old_answer(kept, given);
        return 0;
}

int deliver_organized(
                const ScheduleWork *work, const char *login, const ItipObject *object, ItipObject **ret)
{
        CLEANUP(itip_object_freep) ItipObject *kept = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        char own[ITIP_USER_SIZE];
        *ret = NULL;
        int r = read_kept(work, login, object, true, &record, &kept);
        if (r != 0)
                return r == STORE_E_NOT_FOUND || r == ITIP_E_INVALID ? 0 : r;
        schedule_user_of_login(login, own);
        const ItipLine *organizer = itip_line(kept->components, "ORGANIZER", NULL);
        if (organizer && strcmp(organizer->user, own) == 0)
                *ret = TAKE_PTR(kept);
        return 0;
}

int deliver_text(const ScheduleWork *work, const char *login, const char *user, const char *method,
                const char *text, size_t len)
{
        CLEANUP(itip_object_freep) ItipObject *message = NULL;
        int r = put_message(work, login, text, len);
        if (r == 0)
                r = itip_object_new(
                                store_zones(work->store), text, len, schedule_user, (void *)work, &message);
        if (r != 0)
                return r == ITIP_E_INVALID ? 0 : r;
        Receipt receipt = { .message = message, .user = user };
        return process(work, login, method, &receipt);
}

/* ---- Delivery ---- */

/* The mail address of a recipient; NULL if it has no valid one. */
static const char *mail_of(const ScheduleMessage *message)
{
        bool is_mail = strncmp(message->user, MAILTO, strlen(MAILTO)) == 0;
        const char *mail = message->user + strlen(MAILTO);
        return is_mail && card_email_valid(mail) ? mail : NULL;
}

const char *deliver_status(const ScheduleMessage *message)
{
        return schedule_login(message->user) ? DELIVER_STATUS_DELIVERED
               : mail_of(message)            ? DELIVER_STATUS_SENT
                                             : DELIVER_STATUS_INVALID;
}

int deliver_message(const ScheduleWork *work, const char *sender, const ScheduleMessage *message)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ITIP_MAX_BYTES);
        char author[ITIP_USER_SIZE];
        const char *login = schedule_login(message->user), *mail = mail_of(message);
        if (!login)
                return mail ? mails_add(work, sender, message, mail) : 0;
        message_print(message, &text);
        if (buffer_error(&text))
                return buffer_error(&text);
        schedule_user_of_login(sender, author);
        bool is_reply = strcmp(message->method, "REPLY") == 0;
        return deliver_text(work, login, is_reply ? author : message->user, message->method,
                        buffer_text(&text), text.len);
}
