#include "schedule/taker.h"

#include "base/log.h"
#include "mail/bounce.h"
#include "mail/calendar-part.h"
#include "mail/sender.h"
#include "schedule/deliver.h"
#include "schedule/user.h"
#include "store/invitee.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* An answer that is being taken. */
typedef struct Answer {
        ScheduleWork work;
        ItipObject *object;
        Invitee invitee;
        const MailSender *sender;
        const char *method;
        char user[ITIP_USER_SIZE]; /* the key of the invitee */
} Answer;

static const char *method_of(const ItipObject *object)
{
        static const char *const methods[] = { "REPLY", "COUNTER" };
        const ContentLine *line = object_node_line(object->root, "METHOD", NULL);
        for (size_t i = 0; line && i < sizeof(methods) / sizeof(methods[0]); i++)
                if (strcasecmp(line->value, methods[i]) == 0)
                        return methods[i];
        return NULL;
}

/* Finds the invitee with the number in the message's tag. @ret: whether it is invited to this meeting */
static int find_invitee(Answer *answer, const Bounce *envelope, bool *ret)
{
        *ret = false;
        if (!envelope->has_tag)
                return 0;
        int r = invitee_get(answer->work.store, envelope->tag.mail, &answer->invitee);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        *ret = strcmp(answer->invitee.uid, itip_uid(answer->object)) == 0;
        snprintf(answer->user, sizeof(answer->user), "mailto:%s", answer->invitee.address);
        return 0;
}

static bool is_of_invitee(const Answer *answer, const char *address)
{
        char folded[ADDRESS_SIZE];
        address_fold(address, folded);
        return strcmp(folded, answer->invitee.address) == 0;
}

/*
 * Whether the invitee has sent the answer, or another person for the invitee: then From or Sender is the
 * invitee's. An invitation that was forwarded has the secret, too, but its reader cannot answer for the
 * invitee.
 */
static bool is_from_invitee(const Answer *answer)
{
        return is_of_invitee(answer, answer->sender->from) || is_of_invitee(answer, answer->sender->sender);
}

/*
 * Gives the lines the addresses that the meeting has: the organizer was invited by an address for answers,
 * and the participant's own line may have another address of the participant. If there are several lines, it
 * is not known which one is the participant's.
 */
static int restore_addresses(Answer *answer, ItipComponent *component)
{
        char uri[ADDRESS_SIZE + 8], mail[ADDRESS_SIZE];
        Arena *arena = &answer->object->arena;
        ItipLine *organizer = itip_line(component, "ORGANIZER", NULL);
        ItipLine *attendee = itip_attendee(component, answer->user);
        int r = schedule_mail(&answer->work, answer->invitee.account, mail);
        snprintf(uri, sizeof(uri), "mailto:%s", r == 0 ? mail : "");
        if (r == 0 && organizer)
                r = itip_set_value(arena, organizer, uri);
        if (r == 0 && !attendee && itip_count_attendees(component) == 1) {
                attendee = itip_line(component, "ATTENDEE", NULL);
                if (attendee)
                        r = itip_set_value(arena, attendee, answer->user);
        }
        return r;
}

/* DTSTAMP, which is in UTC, so that texts compare as times do. */
static const char *stamp_of(const ItipComponent *component)
{
        const char *stamp = itip_value(component, "DTSTAMP");
        return strlen(stamp) < INVITEE_STAMP_SIZE ? stamp : "";
}

/* Removes the answers to instances that are not newer than the last ones that counted. */
static int drop_old(Answer *answer)
{
        ItipComponent **place = &answer->object->components;
        int r = 0;
        while (r == 0 && *place) {
                char last[INVITEE_STAMP_SIZE];
                r = invitee_stamp(answer->work.store, &answer->invitee, (*place)->instance, last);
                if (strcmp(stamp_of(*place), last) <= 0)
                        *place = (*place)->next;
                else
                        place = &(*place)->next;
        }
        return r;
}

static int deliver(Answer *answer)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ITIP_MAX_BYTES);
        int r = 0;
        for (ItipComponent *component = answer->object->components; r == 0 && component;
                        component = component->next) {
                r = restore_addresses(answer, component);
                if (r == 0)
                        r = invitee_set_stamp(answer->work.store, answer->invitee.id, component->instance,
                                        stamp_of(component));
        }
        itip_print(answer->object, answer->object->components, answer->method, &text);
        if (r == 0)
                r = buffer_error(&text);
        return r != 0 ? r
                      : deliver_text(&answer->work, answer->invitee.account, answer->user, answer->method,
                                        buffer_text(&text), text.len);
}

/* Finds why an answer changes nothing; *ret is NULL if it counts. */
static int find_refusal(Answer *answer, const Bounce *envelope, const char **ret)
{
        bool is_stale = false;
        *ret = NULL;
        if (!verp_is_of(&envelope->tag, answer->invitee.secret, ""))
                *ret = "it was not sent to the address with the secret of the invitation";
        else if (!is_from_invitee(answer))
                *ret = "it was not sent by the reader of the invitation";
        int r = *ret ? 0 : drop_old(answer);
        if (r == 0 && !answer->object->components)
                *ret = "it is not newer than the last one that counted";
        if (r != 0 || *ret)
                return r;
        r = deliver_is_stale(&answer->work, answer->invitee.account, answer->object, &is_stale);
        if (is_stale)
                *ret = "the meeting has changed since";
        return r;
}

static int enter(Answer *answer, const Bounce *envelope)
{
        const char *why = NULL;
        bool is_invited;
        int r = find_invitee(answer, envelope, &is_invited);
        if (r != 0 || !is_invited)
                return r != 0 ? r : TAKER_E_LEAVE;
        r = find_refusal(answer, envelope, &why);
        if (r != 0)
                return r;
        log_info("the answer of a participant to the meeting %s of %s%s%s", answer->invitee.uid,
                        answer->invitee.account, why ? " changes nothing: " : "", why ? why : "");
        return why ? 0 : deliver(answer);
}

static int take_object(Answer *answer, const char *message, size_t len)
{
        CLEANUP(bounce_freep) Bounce *envelope = NULL;
        StoreWrite write;
        answer->method = method_of(answer->object);
        if (!answer->method)
                return TAKER_E_LEAVE;
        int r = bounce_parse(message, len, NULL, &envelope);
        if (r == 0)
                r = store_write_begin(answer->work.store, &write);
        return r != 0 ? r : store_write_end(&write, enter(answer, envelope));
}

static int take_message(Store *store, const Config *config, const char *message, size_t len, usec_t now)
{
        CLEANUP(cleanup_free) char *text = NULL;
        CLEANUP(itip_object_freep) ItipObject *object = NULL;
        MailSender sender;
        int r = calendar_part_read(message, len, &text);
        if (r != 0 || !text)
                return r != 0 ? r : TAKER_E_LEAVE;
        r = itip_object_new(store_zones(store), text, strlen(text), itip_address_user, NULL, &object);
        if (r != 0)
                return r < 0 ? r : TAKER_E_LEAVE;
        mail_sender_read(message, len, &sender);
        Answer answer = { .work = { store, config, now }, .object = object, .sender = &sender };
        return take_object(&answer, message, len);
}

const OutboxTaker schedule_answer_taker = { "answers to meetings in calendars", take_message };
