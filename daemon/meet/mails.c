#include "meet/mails.h"

#include "mail/sender.h"
#include "meet/booking-mail.h"
#include "meet/compose.h"
#include "meet/counter.h"
#include "meet/proposed.h"
#include "outbox/job.h"
#include "store/address-fold.h"
#include "store/meeting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The names in the ledger, which must not change. */
static const char *const names[MEET_MAIL_N] = {
        [MEET_MAIL_NONE] = "",
        [MEET_MAIL_VERIFY] = "meeting-verify",
        [MEET_MAIL_ASKED] = "meeting-asked",
        [MEET_MAIL_REQUEST] = "meeting-request",
        [MEET_MAIL_INVITE] = "meeting-invite",
        [MEET_MAIL_MOVED] = "meeting-moved",
        [MEET_MAIL_PROPOSAL] = "meeting-proposal",
        [MEET_MAIL_DECLINED] = "meeting-declined",
        [MEET_MAIL_CANCEL] = "meeting-cancel",
        [MEET_MAIL_WITHDRAWN] = "meeting-withdrawn",
        [MEET_MAIL_EXPIRED] = "meeting-expired",
        [MEET_MAIL_REMINDER] = MAIL_KIND_MEETING,
        [MEET_MAIL_COUNTER] = "meeting-counter",
        [MEET_MAIL_COUNTER_DECLINED] = "meeting-counter-declined",
        [MEET_MAIL_COUNTER_TAKEN] = "meeting-counter-taken",
        [MEET_MAIL_DELEGATED] = "meeting-delegated",
        [MEET_MAIL_REPRESENTED] = "meeting-represented",
        [MEET_MAIL_DELEGATE] = "meeting-delegate",
        [MEET_MAIL_RETURNED] = "meeting-returned",
        [MEET_MAIL_UNREPRESENTED] = "meeting-unrepresented",
        [MEET_MAIL_OUTDATED] = "meeting-outdated",
        [MEET_MAIL_REQUEST_AGAIN] = "meeting-request-again",
        [MEET_MAIL_READDRESSED] = "meeting-readdressed",
        [MEET_MAIL_REFUSED] = "meeting-refused",
        [MEET_MAIL_RELEASED] = "meeting-released",
};

const char *meet_mail_name(MeetMail mail)
{
        return names[mail];
}

static MeetMail kind_of(const Job *job)
{
        MeetMail kind = MEET_MAIL_NONE;
        for (int i = MEET_MAIL_VERIFY; i < MEET_MAIL_N; i++)
                if (strcmp(names[i], job->mail->kind) == 0)
                        kind = (MeetMail)i;
        return kind;
}

/* The parts of a mail that is being made. */
typedef struct MailData {
        MeetingToken token;
        Meeting *meeting;
        MeetParties parties;
        ObjectRecord *record;
        BookingTime proposed[BOOKING_TIMES_MAX];
        size_t n_proposed;
        char first[512]; /* Message-ID of the first mail about the meeting to this role; "" for none */
        char earlier[MAIL_SENDER_SIZE]; /* the address of the bytes of an earlier attempt; "" for none */
        bool is_preview;
} MailData;

static void mail_done(Job *job)
{
        MailData *data = job->data;
        if (!data)
                return;
        meeting_free(data->meeting);
        meet_parties_done(&data->parties);
        object_record_free(data->record);
        free(data);
}

static int read_meeting(Store *store, const char *token, MailData *data)
{
        int r = meeting_token_find(store, token, &data->token);
        return r != 0 ? r : meeting_get(store, data->token.meeting, &data->meeting);
}

static int read_parties(Job *job, MailData *data)
{
        int r = meet_parties_load(job->store, data->meeting, &data->parties);
        const ObjectRecord *record = data->parties.record;
        return r == 0 && record ? job_rests_on(job, record->id, record->change) : r;
}

/* After an outage, several reminders of a meeting may be due: only the one nearest to the start is sent. */
static int check_reminder(Job *job)
{
        bool has_nearer = false;
        int r = kind_of(job) == MEET_MAIL_REMINDER
                                ? ledger_has_nearer(job->store, job->mail, job->now, &has_nearer)
                                : 0;
        return has_nearer ? job_close(job, MAIL_EXPIRED, MAIL_REASON_OVERTAKEN) : r;
}

/*
 * Whether the mail uninvites an address: one that the host had before, or that of a former delegate. Later
 * steps of the meeting make it no less true, unless the meeting invites that address again.
 */
static bool is_to_former(const Job *job, const MailData *data)
{
        return data->token.role == MEETING_HOST_FORMER || kind_of(job) == MEET_MAIL_RELEASED;
}

/* The address that such a mail was made for. */
static const char *former_address(const Job *job, const MailData *data)
{
        const char *former = job->mail->place;
        if (!strchr(former, '@'))
                former = data->parties.host_former;
        return former && !meet_parties_has(&data->parties, data->meeting, former) ? former : NULL;
}

/*
 * If an earlier attempt may have delivered the mail, it goes to the same address as then, although the host
 * has another one now; not if it invites an address that booking_mail_add_readdressed() has uninvited since.
 */
static int keep_address(Job *job, MailData *data)
{
        const char *invited = data->parties.host_invited;
        if (data->token.role != MEETING_HOST || !job_is_fixed(job) || !job->mail->bytes)
                return 0;
        mail_sender_read_to(job->mail->bytes, job->mail->bytes_len, data->earlier);
        if (!data->earlier[0] || address_is_same(data->earlier, job->address))
                return 0;
        job->address = data->earlier;
        return meet_compose_invites(kind_of(job)) && invited && !address_is_same(data->earlier, invited)
                               ? job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN)
                               : 0;
}

/*
 * The address of the person in the role. A cancellation goes to the address by which the host was invited,
 * also if the card has another one by now: if it waits until booking_follow_hosts() has uninvited the former
 * address, it goes to the new one.
 */
static const char *own_address(const Job *job, const MailData *data)
{
        const MeetParties *parties = &data->parties;
        bool is_to_invited = kind_of(job) == MEET_MAIL_CANCEL && data->token.role == MEETING_HOST &&
                             parties->host_invited &&
                             !address_is_same(parties->host_former, parties->host_invited);
        return is_to_invited ? parties->host_invited
                             : meet_parties_address(parties, data->meeting, data->token.role);
}

static int find_address(Job *job, MailData *data)
{
        bool is_former = is_to_former(job, data);
        job->address = is_former ? former_address(job, data) : own_address(job, data);
        if (job->address)
                return keep_address(job, data);
        return is_former ? job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN)
                         : job_close(job, MAIL_SUPPRESSED, MAIL_REASON_NO_ADDRESS);
}

/*
 * Whether the host has yet another address since this invitation was made: that one has an invitation, too.
 */
static bool is_for_another(const Job *job, const MailData *data)
{
        const char *address = job->mail->place, *invited = data->parties.host_invited;
        return kind_of(job) == MEET_MAIL_INVITE && data->token.role == MEETING_HOST && invited &&
               strcmp(address, data->meeting->place) != 0 && strcasecmp(address, invited) != 0;
}

/*
 * Whether a mail tells of an answer to an invitation. It says nothing that a change of the representatives
 * makes untrue.
 */
static bool tells_of_answer(MeetMail kind)
{
        return kind == MEET_MAIL_REFUSED || kind == MEET_MAIL_COUNTER ||
               kind == MEET_MAIL_COUNTER_DECLINED || kind == MEET_MAIL_COUNTER_TAKEN;
}

/* Closes a mail that a later step of the meeting has made void. */
static int check_revision(Job *job, const MailData *data)
{
        const Meeting *meeting = data->meeting;
        bool is_true = false;
        if (is_to_former(job, data) || meeting->revision == data->token.revision)
                return 0;
        int r = tells_of_answer(kind_of(job))
                                ? meeting_keeps_time(job->store, meeting->id, data->token.revision, &is_true)
                                : 0;
        return r != 0 || is_true ? r : job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN);
}

/* A reader who has declined a meeting whose time is kept is not reminded of it. */
static int check_answer(Job *job, MailData *data)
{
        const BookingPerson *own = booking_people_find(&data->parties.booking.people, job->address);
        bool has_declined = own && strcasecmp(own->partstat, "DECLINED") == 0;
        return kind_of(job) == MEET_MAIL_REMINDER && has_declined
                               ? job_close(job, MAIL_SUPPRESSED, MAIL_REASON_EVENT_MUTED)
                               : 0;
}

static int load_mail(Job *job)
{
        MailData *data = calloc(1, sizeof(*data));
        if (!data)
                return -ENOMEM;
        job->data = data;
        int r = read_meeting(job->store, job->mail->token, data);
        if (r == STORE_E_NOT_FOUND)
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN);
        if (r == 0)
                r = check_revision(job, data);
        if (r == 0)
                r = check_reminder(job);
        if (r == 0)
                r = read_parties(job, data);
        if (r == 0 && is_for_another(job, data))
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN);
        if (r == 0)
                r = find_address(job, data);
        return r == 0 ? check_answer(job, data) : r;
}

/* A proposal that was answered, or replaced by another one, in the meantime is not mailed. */
static int read_counter(Job *job, MailData *data)
{
        Counter counter = { 0 };
        Meeting as_added = *data->meeting;
        bool is_same = true;
        as_added.revision = data->token.revision;
        int r = counter_find(job->store, data->meeting->uid, &counter);
        if (r == 0 && counter.stamp[0])
                r = booking_mail_has_cause(&as_added, job->mail, counter.stamp, &is_same);
        if (r == STORE_E_NOT_FOUND || (r == 0 && (counter.role == data->token.role || !is_same)))
                return job_close(job, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN);
        if (r == 0)
                data->proposed[data->n_proposed++] =
                                (BookingTime){ .start = counter.start, .end = counter.finish };
        return r;
}

/* The former address of the host has the mails that went to the host before the change. */
static int read_first(Job *job, MailData *data)
{
        MeetingRole role = data->token.role == MEETING_HOST_FORMER ? MEETING_HOST : data->token.role;
        return meeting_first_mail(job->store, data->meeting->uid, role, data->first, sizeof(data->first));
}

static int read_rest(Job *job, MailData *data)
{
        Store *store = job->store;
        const Meeting *meeting = data->meeting;
        int r = object_get_by_uid(store, COLLECTION_MEETINGS, meeting->uid, &data->record);
        if (r == 0)
                r = job_rests_on(job, data->record->id, data->record->change);
        if (r == 0 || r == STORE_E_NOT_FOUND)
                r = proposed_read(store, meeting, data->proposed, &data->n_proposed);
        if (r == 0 && kind_of(job) == MEET_MAIL_COUNTER)
                r = read_counter(job, data);
        return r == 0 ? read_first(job, data) : r;
}

static int compose_mail(Job *job, Buffer *out)
{
        MailData *data = job->data;
        const Card *card = data->parties.card;
        const char *present = data->parties.host_address;
        /* The letter to a contact goes to the address on the card. */
        bool is_host = data->token.role == MEETING_HOST && address_is_same(present, job->address),
             is_of_host = meeting_role_side(data->token.role) == MEETING_HOST;
        int r = read_rest(job, data);
        if (r != 0 || !out)
                return r;
        const MeetCompose compose = {
                .meeting = data->meeting,
                .parties = &data->parties,
                .record = data->record,
                .proposed = data->proposed,
                .n_proposed = data->n_proposed,
                .kind = kind_of(job),
                .role = data->token.role,
                .is_preview = data->is_preview,
        };
        const LetterOptions options = {
                .config = job->config,
                .zones = store_zones(job->store),
                .contact = is_host ? card : NULL,
                .address = job->address,
                .language = is_of_host && card && card_language(card) ? card_language(card)
                                                                      : data->meeting->visitor.language,
                .token = job->mail->token,
                .message_id = job->message_id,
                .in_reply_to = data->first[0] ? data->first : NULL,
                .now = job->now,
        };
        return meet_compose(&compose, &options, out);
}

static int check_mail(const Job *job, Store *store)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        const MailData *data = job->data;
        if (!data || !data->meeting)
                return 0;
        int r = job_check_versions(job, store);
        if (r == 0)
                r = meeting_get(store, data->meeting->id, &meeting);
        if (r == STORE_E_NOT_FOUND || (r == 0 && meeting->revision != data->meeting->revision))
                return JOB_STALE;
        return r;
}

#define KIND(text)                                                                                          \
        {                                                                                                   \
                .name = text, .load = load_mail, .compose = compose_mail, .check = check_mail,              \
                .done = mail_done                                                                           \
        }

static const OutboxKind kinds[] = {
        KIND("meeting-verify"),
        KIND("meeting-asked"),
        KIND("meeting-request"),
        KIND("meeting-invite"),
        KIND("meeting-moved"),
        KIND("meeting-proposal"),
        KIND("meeting-declined"),
        KIND("meeting-cancel"),
        KIND("meeting-withdrawn"),
        KIND("meeting-expired"),
        KIND("meeting"),
        KIND("meeting-counter"),
        KIND("meeting-counter-declined"),
        KIND("meeting-counter-taken"),
        KIND("meeting-delegated"),
        KIND("meeting-represented"),
        KIND("meeting-delegate"),
        KIND("meeting-returned"),
        KIND("meeting-unrepresented"),
        KIND("meeting-outdated"),
        KIND("meeting-request-again"),
        KIND("meeting-readdressed"),
        KIND("meeting-refused"),
        KIND("meeting-released"),
};

const OutboxTable meet_mails_table = { .kinds = kinds, .n = sizeof(kinds) / sizeof(kinds[0]) };

int meet_mail_preview(Store *store, const Config *config, int64_t mail, usec_t now, Buffer *out)
{
        static const OutboxTable *const tables[] = { &meet_mails_table, NULL };
        const JobSource source = { .store = store, .config = config, .tables = tables };
        Job job = { .mail = NULL };
        int r = job_begin(&source, mail, now, &job);
        job.message_id = "preview@example.org";
        if (r == 0)
                r = job.kind->load(&job);
        if (r == 0) {
                ((MailData *)job.data)->is_preview = true;
                r = job.kind->compose(&job, out);
        }
        job_done(&job);
        return r == JOB_CLOSE ? STORE_E_NOT_FOUND : r;
}
