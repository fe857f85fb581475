#include "schedule/mails.h"

#include "letter/letter.h"
#include "mail/verp.h"
#include "outbox/job.h"
#include "schedule/strings.h"
#include "store/invitee.h"
#include "store/ledger-order.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define USEFUL_DAYS 7 /* the least time for sending a message */

enum { TURN_SECONDS = 60 }; /* until the next look at an earlier mail that has not gone */

/* The names in the ledger, which must not change. */
static const struct {
        const char *method, *kind;
} methods[] = { { "REQUEST", MAIL_KIND_REQUEST }, { "CANCEL", MAIL_KIND_OFF },
        { "REPLY", "schedule-reply" } };

static const char *kind_of(const ScheduleMessage *message)
{
        size_t i = 0;
        while (strcmp(methods[i].method, message->method) != 0)
                i++;
        return message->is_update ? MAIL_KIND_UPDATE : methods[i].kind;
}

/* ---- Adding ---- */

/* The URI of a line for others: accounts are named by their mail addresses. @answers: "" or for answers */
static int set_address(const ScheduleWork *work, Arena *arena, ItipLine *line, const char *organizer,
                const char *answers)
{
        char uri[ADDRESS_SIZE + 8], mail[ADDRESS_SIZE];
        const char *login = schedule_login(line->user);
        bool is_mail = strncasecmp(line->content.value, "mailto:", strlen("mailto:")) == 0;
        bool is_organizer = answers[0] && strcmp(line->user, organizer) == 0;
        if (!is_organizer && (!login || is_mail))
                return 0;
        int r = is_organizer ? 0 : schedule_mail(work, login, mail);
        if (r != 0)
                return r;
        snprintf(uri, sizeof(uri), "mailto:%s", is_organizer ? answers : mail);
        r = itip_set_value(arena, line, uri);
        return r == 0 && is_organizer && !itip_param(line, "CN")[0] && login
                               ? itip_set_param(arena, line, "CN", login)
                               : r;
}

static int set_addresses(const ScheduleWork *work, Arena *arena, const ScheduleMessage *message,
                const char *organizer, const char *answers)
{
        int r = 0;
        for (ItipComponent *component = message->components; component; component = component->next)
                for (size_t i = 0; r == 0 && i < component->n_lines; i++)
                        if (component->lines[i].user)
                                r = set_address(work, arena, &component->lines[i], organizer, answers);
        return r;
}

/* The instant after which the message is of no use: the start of a single meeting, but not too soon. */
static usec_t useful_until(const ScheduleWork *work, const ScheduleMessage *message)
{
        When when;
        usec_t least = work->now + USEFUL_DAYS * USEC_PER_DAY;
        const ItipLine *start = itip_line(message->components, "DTSTART", NULL);
        if (!start || !itip_when(message->source, &start->content, start->content.value, &when))
                return least;
        usec_t instant = when_instant(&when, work->config->time_zone);
        return instant > least ? instant : least;
}

/* The instances that a message is about, as a text to compare; "" for the whole meeting. */
static int write_instances(const ScheduleMessage *message, Buffer *out)
{
        for (const ItipComponent *component = message->components; component; component = component->next) {
                const char *instance = itip_value(component, "RECURRENCE-ID");
                if (!instance[0]) {
                        buffer_reset(out);
                        return 0;
                }
                buffer_printf(out, "%s%s", out->len > 0 ? "," : "", instance);
        }
        return buffer_error(out);
}

static int add_row(const ScheduleWork *work, const ScheduleMessage *message, const char *address, int64_t id)
{
        CLEANUP(buffer_done) Buffer instances = BUFFER_INIT(ITIP_MAX_BYTES);
        char rule[24];
        bool added;
        int r = write_instances(message, &instances);
        MailRecord mail = {
                .kind = kind_of(message),
                .uid = itip_uid(message->source),
                .recurrence_id = buffer_text(&instances),
                .start = "",
                .finish = "",
                .place = address,
                .rule = rule,
                .state = MAIL_PENDING,
                .due = work->now,
                .next_attempt = work->now,
                .expires = useful_until(work, message),
                .message_id = "",
        };
        Hash *key = r == 0 ? hash_new() : NULL;
        if (!key)
                return r != 0 ? r : -ENOMEM;
        snprintf(rule, sizeof(rule), "%" PRId64, id);
        hash_field(key, mail.kind);
        hash_field(key, mail.uid);
        hash_field(key, rule);
        hash_finish(key, mail.key);
        hash_free(key);
        return ledger_add(work->store, &mail, work->now, &added);
}

static bool reads_answers(const Config *config)
{
        return config->bounces.mailbox[0] && config->bounces.address[0];
}

/* A reply goes to an organizer; the others are about an invitee, who may answer. */
static int address_for_answers(const ScheduleWork *work, const char *sender, const ScheduleMessage *message,
                const char *address, int64_t *ret_invitee, char ret[static VERP_ADDRESS_SIZE])
{
        Invitee invitee;
        *ret_invitee = 0;
        ret[0] = '\0';
        if (strcmp(message->method, "REPLY") == 0)
                return 0;
        int r = invitee_ensure(work->store, sender, itip_uid(message->source), address, &invitee);
        if (r != 0)
                return r;
        *ret_invitee = invitee.id;
        return reads_answers(work->config) ? verp_print(work->config->bounces.address, invitee.id,
                                                             invitee.secret, "", ret)
                                           : 0;
}

int mails_add(const ScheduleWork *work, const char *sender, const ScheduleMessage *message,
                const char *address)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ITIP_MAX_BYTES);
        char answers[VERP_ADDRESS_SIZE], organizer[ITIP_USER_SIZE];
        Arena arena = { .chunks = NULL };
        ItipMail itip = {
                .account = sender, .recipient = address, .method = message->method, .created = work->now
        };
        schedule_user_of_login(sender, organizer);
        int r = address_for_answers(work, sender, message, address, &itip.invitee, answers);
        if (r == 0)
                r = set_addresses(work, &arena, message, organizer, answers);
        if (r == 0) {
                message_print(message, &text);
                r = buffer_error(&text);
        }
        itip.text = buffer_text(&text);
        itip.len = text.len;
        if (r == 0)
                r = itip_mail_add(work->store, &itip);
        arena_done(&arena);
        return r != 0 ? r : add_row(work, message, address, itip.id);
}

/* ---- Composing ---- */

typedef struct MailData {
        ItipMail *itip;
        bool is_update; /* in the words of a change */
} MailData;

static void mail_done(Job *job)
{
        MailData *data = job->data;
        if (data)
                itip_mail_free(data->itip);
        free(data);
}

/* Programs put replies in order by themselves, and those of two accounts are to one organizer. */
static bool is_ordered(const Job *job)
{
        return strcmp(job->mail->kind, "schedule-reply") != 0;
}

/*
 * The last mail about a meeting that arrives must be the last one that was written. A mail that a later one
 * makes void is not sent; other mails go one after the other.
 */
static int keep_order(Job *job)
{
        bool is_overtaken = false, comes_later = false;
        if (!is_ordered(job))
                return 0;
        int r = ledger_is_overtaken(job->store, job->mail, &is_overtaken);
        if (r == 0 && is_overtaken)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN);
        if (r == 0)
                r = ledger_comes_later(job->store, job->mail, &comes_later);
        return r == 0 && comes_later
                               ? job_wait(job, job->now + TURN_SECONDS * USEC_PER_SEC, MAIL_REASON_NONE)
                               : r;
}

static int check_mail(const Job *job, Store *store)
{
        bool is_overtaken = false;
        int r = is_ordered(job) && job->close_as == 0 ? ledger_is_overtaken(store, job->mail, &is_overtaken)
                                                      : 0;
        return r == 0 && is_overtaken ? JOB_STALE : r;
}

static int load_mail(Job *job)
{
        MailData *data = job->data = calloc(1, sizeof(*data));
        if (!data)
                return -ENOMEM;
        int r = itip_mail_get(job->store, strtoll(job->mail->rule, NULL, 10), &data->itip);
        if (r == STORE_E_NOT_FOUND)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_EVENT_GONE);
        if (r == 0)
                job->address = data->itip->recipient;
        return r == 0 ? keep_order(job) : r;
}

static int write_when(const Letter *letter, const ItipObject *object, Buffer *out)
{
        When start, end;
        const ItipComponent *component = object->components;
        const ItipLine *first = itip_line(component, "DTSTART", NULL),
                       *last = itip_line(component, "DTEND", NULL);
        if (!first || !itip_when(object, &first->content, first->content.value, &start))
                return 0;
        bool has_end = last && itip_when(object, &last->content, last->content.value, &end);
        if (start.form == WHEN_DATE)
                return text_dates_write(letter->dates, out, TEXT_DATE_WEEKDAY, &start.civil);
        const Zone *zone = start.form == WHEN_ZONED ? start.zone : letter->zone;
        int64_t at = when_instant(&start, letter->zone) / USEC_PER_SEC;
        CivilTime from = zone_to_civil(zone, at);
        CivilTime to = has_end ? zone_to_civil(zone, when_instant(&end, letter->zone) / USEC_PER_SEC) : from;
        int r = text_dates_span(letter->dates, out, &from, &to);
        buffer_puts(out, " (");
        if (r == 0)
                r = text_dates_zone_at(
                                letter->dates, out, zone_name(zone), zone_offset_at(zone, at).seconds);
        buffer_puts(out, ")");
        return r;
}

static void write_text(const ItipComponent *component, const char *name, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LETTER_PART_BYTES);
        const char *value = itip_value(component, name);
        content_unescape(&text, value, strlen(value));
        letter_append_line(out, buffer_text(&text));
}

/* The name of the sender: the CN of the organizer or, in a reply, of the participant. */
static void write_person(const ItipMail *itip, const ItipComponent *component, Buffer *out)
{
        bool is_reply = strcmp(itip->method, "REPLY") == 0;
        const ItipLine *line = itip_line(component, is_reply ? "ATTENDEE" : "ORGANIZER", NULL);
        const char *name = line ? itip_param(line, "CN") : "";
        letter_append_line(out, name[0] ? name : itip->account);
}

static const ScheduleMailStrings *texts_of(
                const Letter *letter, const MailData *data, const ItipComponent *component)
{
        const ScheduleStrings *strings = schedule_strings(language_of(letter->language));
        const ItipLine *line = itip_line(component, "ATTENDEE", NULL);
        const char *answer = line ? itip_param(line, "PARTSTAT") : "", *method = data->itip->method;
        if (strcmp(method, "CANCEL") == 0)
                return &strings->cancel;
        if (strcmp(method, "REQUEST") == 0)
                return data->is_update ? &strings->update : &strings->request;
        return strcasecmp(answer, "ACCEPTED") == 0    ? &strings->accepted
               : strcasecmp(answer, "DECLINED") == 0  ? &strings->declined
               : strcasecmp(answer, "TENTATIVE") == 0 ? &strings->tentative
                                                      : &strings->answered;
}

typedef struct Texts {
        Buffer what, who, when, place;
} Texts;

static void texts_done(Texts *texts)
{
        buffer_done(&texts->what);
        buffer_done(&texts->who);
        buffer_done(&texts->when);
        buffer_done(&texts->place);
}

static int add_texts(Letter *letter, const MailData *data, const ItipObject *object)
{
        CLEANUP(texts_done)
        Texts texts = { BUFFER_INIT(LETTER_PART_BYTES), BUFFER_INIT(LETTER_PART_BYTES),
                BUFFER_INIT(LETTER_PART_BYTES), BUFFER_INIT(LETTER_PART_BYTES) };
        const ScheduleStrings *strings = schedule_strings(language_of(letter->language));
        const ItipComponent *component = object->components;
        const ScheduleMailStrings *mail = texts_of(letter, data, component);
        write_text(component, "SUMMARY", &texts.what);
        write_text(component, "LOCATION", &texts.place);
        write_person(data->itip, component, &texts.who);
        const char *what = texts.what.len > 0 ? buffer_text(&texts.what) : strings->unnamed;
        const TextArgument arguments[] = { { "what", what, 0 }, { "who", buffer_text(&texts.who), 0 },
                { NULL, NULL, 0 } };
        int r = write_when(letter, object, &texts.when);
        if (r == 0)
                r = text_message(&letter->subject, letter->language, mail->subject, arguments);
        if (r == 0)
                r = letter_message(letter, LETTER_SENTENCE, NULL, mail->text, arguments);
        if (r == 0)
                r = letter_row(letter, strings->what, what);
        if (r == 0)
                r = letter_row(letter, strings->when, buffer_text(&texts.when));
        return r == 0 ? letter_row(letter, strings->where, buffer_text(&texts.place)) : r;
}

static int write_letter(const Job *job, const MailData *data, Buffer *out)
{
        const ItipMail *itip = data->itip;
        CLEANUP(itip_object_freep) ItipObject *object = NULL;
        CLEANUP(letter_done) Letter letter;
        const LetterOptions options = {
                .config = job->config,
                .zones = store_zones(job->store),
                .address = job->address,
                .language = job->config->language,
                .token = job->mail->token,
                .message_id = job->message_id,
                .now = job->now,
        };
        int r = letter_init(&letter, &options, job->config->time_zone);
        letter.stop[0] = '\0';
        letter.why = schedule_strings(language_of(letter.language))->why;
        if (r == 0)
                r = itip_object_new(options.zones, itip->text, itip->len, itip_address_user, NULL, &object);
        if (r == 0)
                r = add_texts(&letter, data, object);
        letter.method = itip->method;
        buffer_append(&letter.calendar, itip->text, itip->len);
        if (r == 0)
                r = buffer_error(&letter.calendar);
        return r > 0 ? -EINVAL : r != 0 ? r : letter_mail(&letter, out);
}

/* If the invitation did not go, a change that makes it void is itself the invitation. */
static int find_is_update(const Job *job, bool *ret_is_update)
{
        bool is_uninvited = false;
        *ret_is_update = strcmp(job->mail->kind, MAIL_KIND_UPDATE) == 0;
        int r = *ret_is_update ? ledger_is_uninvited(job->store, job->mail, &is_uninvited) : 0;
        *ret_is_update = *ret_is_update && !is_uninvited;
        return r;
}

static int compose_mail(Job *job, Buffer *out)
{
        MailData *data = job->data;
        if (!out)
                return 0;
        int r = find_is_update(job, &data->is_update);
        return r == 0 ? write_letter(job, data, out) : r;
}

static int on_sent(const Job *job, Store *store, usec_t now)
{
        (void)now;
        return itip_mail_remove(store, strtoll(job->mail->rule, NULL, 10));
}

#define KIND(text)                                                                                          \
        {                                                                                                   \
                .name = text, .load = load_mail, .compose = compose_mail, .check = check_mail,              \
                .on_sent = on_sent, .done = mail_done                                                       \
        }

static const OutboxKind kinds[] = { KIND(MAIL_KIND_REQUEST), KIND(MAIL_KIND_UPDATE), KIND(MAIL_KIND_OFF),
        KIND("schedule-reply") };

const OutboxTable schedule_mails_table = { .kinds = kinds, .n = sizeof(kinds) / sizeof(kinds[0]) };
