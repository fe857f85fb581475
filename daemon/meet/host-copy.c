#include "meet/host-copy.h"

#include "base/language.h"
#include "base/text.h"
#include "calendar/edit.h"
#include "mail/bare-address.h"
#include "meet/booking-people.h"
#include "meet/person-line.h"
#include "meet/strings.h"
#include "store/scheduled.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PROPERTIES_MAX = 20, COPY_BYTES = 2 * 1024 * 1024 };

int host_account_of(Store *store, const Host *host, HostAccount *ret)
{
        Account account;
        const ContentLine *line = NULL;
        int r = 0;
        *ret = (HostAccount){ .login = "" };
        while (r == 0 && !ret->login[0] && (line = card_property_next(host->card, "EMAIL", line))) {
                r = account_find_mail(store, line->value, &account);
                explicit_bzero(account.password, sizeof(account.password));
                if (r == 0) {
                        account_login(account.name, ret->login);
                        snprintf(ret->address, sizeof(ret->address), "%s", line->value);
                }
                r = r == STORE_E_NOT_FOUND ? 0 : r;
        }
        return r;
}

int host_account_find(Store *store, const char *host, HostAccount *ret)
{
        CLEANUP(host_done) Host card;
        *ret = (HostAccount){ .login = "" };
        int r = host_load(store, host, &card);
        return r == STORE_E_NOT_FOUND ? 0 : r != 0 ? r : host_account_of(store, &card, ret);
}

void host_copy_done(HostCopy *copy)
{
        event_free(copy->event);
        object_record_free(copy->record);
}

int host_copy_load(const BookingWork *work, const char *uid, HostCopy *ret)
{
        *ret = (HostCopy){ .record = NULL };
        int r = object_get_by_uid(work->store, COLLECTION_MEETINGS, uid, &ret->record);
        if (r == 0)
                r = event_parse(store_zones(work->store), ret->record->text, ret->record->len, &ret->event,
                                NULL);
        if (r == 0)
                r = event_span(ret->event, work->config->time_zone, &ret->start, &ret->finish);
        if (r != 0)
                return r > 0 && r != STORE_E_NOT_FOUND && !ret->event ? -EBADMSG : r;
        const char *host = event_text_property(ret->event, "X-CONVENED-MEETING-HOST");
        ret->is_over = event_status(ret->event) == EVENT_CANCELLED;
        return host ? host_account_find(work->store, host, &ret->account) : 0;
}

/* The properties of a copy that are written, and their texts. */
typedef struct CopyDraft {
        EditProperty properties[PROPERTIES_MAX];
        size_t n;
        char start[17], end[17], sequence[16], office[ADDRESS_SIZE];
        Buffer summary;
        PersonLine organizer, host;
} CopyDraft;

static void draft_done(CopyDraft *draft)
{
        buffer_done(&draft->summary);
        person_line_done(&draft->organizer);
        person_line_done(&draft->host);
}

static void put(CopyDraft *draft, const char *name, const char *params, const char *value, bool text)
{
        draft->properties[draft->n++] = (EditProperty){ name, params, value, text, EDIT_NAME };
}

bool host_copy_is_asked(const HostCopy *copy)
{
        return event_status(copy->event) == EVENT_TENTATIVE;
}

/* An accepted meeting says so, also if the host accepted it on a page. */
const char *host_copy_own_partstat(const HostCopy *copy)
{
        static const char *const others[] = { "DELEGATED", "TENTATIVE", "DECLINED" };
        const char *own = host_copy_partstat(copy, copy->event);
        for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
                if (strcasecmp(own, others[i]) == 0)
                        return others[i];
        return host_copy_is_asked(copy) ? "NEEDS-ACTION" : "ACCEPTED";
}

const char *host_copy_partstat(const HostCopy *copy, const Event *event)
{
        const ContentLine *line = NULL;
        char address[PERSON_ADDRESS_SIZE];
        while ((line = event_property_next(event, "ATTENDEE", line))) {
                person_line_address(line->value, address, sizeof(address));
                const char *partstat = content_line_param(line, "PARTSTAT");
                if (strcasecmp(address, copy->account.address) == 0)
                        return partstat ? partstat : "NEEDS-ACTION";
        }
        return "";
}

/* The name of the host in the ORGANIZER of the booking. */
static const char *host_name(const HostCopy *copy)
{
        const ContentLine *line = event_property_line(copy->event, "ORGANIZER", 0);
        return line ? content_line_param(line, "CN") : NULL;
}

/* Adds the organizer and the host; other ATTENDEEs are removed. */
static void put_people(const HostCopy *copy, const char *organizer, CopyDraft *draft)
{
        person_line_write_organizer(organizer, host_name(copy), &draft->organizer);
        person_line_write_attendee(&(PersonAttendee){ .address = copy->account.address,
                                                   .name = host_name(copy),
                                                   .partstat = host_copy_own_partstat(copy) },
                        &draft->host);
        put(draft, "ORGANIZER", buffer_text(&draft->organizer.params), buffer_text(&draft->organizer.value),
                        false);
        put(draft, "ATTENDEE", buffer_text(&draft->host.params), buffer_text(&draft->host.value), false);
}

/* The times are in UTC, for which a copy needs no VTIMEZONE. */
static void put_times(const HostCopy *copy, CopyDraft *draft)
{
        const When start = when_of_instant(NULL, copy->start), end = when_of_instant(NULL, copy->finish);
        when_format(&start, draft->start);
        when_format(&end, draft->end);
        put(draft, "DTSTART", NULL, draft->start, false);
        put(draft, "DTEND", NULL, draft->end, false);
        put(draft, "DURATION", NULL, NULL, false);
}

static const char *text_of(const Event *event, const char *name)
{
        const char *text = event_text_property(event, name);
        return text ? text : "";
}

/* The visitor is the first ATTENDEE of a booking. */
static const char *visitor_name(const HostCopy *copy)
{
        const ContentLine *line = event_property_line(copy->event, "ATTENDEE", 0);
        const char *name = line ? content_line_param(line, "CN") : NULL;
        return name ? name : "";
}

static int write_new(const BookingWork *work, const HostCopy *copy, const char *organizer, CopyDraft *draft,
                Buffer *out)
{
        const char *language = work->config->language;
        int r = text_message(&draft->summary, language, meet_strings(language_of(language))->summary,
                        TEXT_ARGUMENTS({ "other", visitor_name(copy), 0 }));
        if (r != 0)
                return r;
        put_times(copy, draft);
        put(draft, "SEQUENCE", NULL, draft->sequence, false);
        put(draft, "SUMMARY", NULL, buffer_text(&draft->summary), true);
        if (text_of(copy->event, "DESCRIPTION")[0])
                put(draft, "DESCRIPTION", NULL, text_of(copy->event, "DESCRIPTION"), true);
        if (text_of(copy->event, "LOCATION")[0])
                put(draft, "LOCATION", NULL, text_of(copy->event, "LOCATION"), true);
        put(draft, "STATUS", NULL, text_of(copy->event, "STATUS"), false);
        put(draft, "CATEGORIES", NULL, "MEETING", false);
        put(draft, "CLASS", NULL, "PRIVATE", false);
        put_people(copy, organizer, draft);
        edit_compose(event_uid(copy->event), draft->properties, work->now, out);
        return buffer_error(out);
}

static bool has_times(const BookingWork *work, const HostCopy *copy, const Event *base)
{
        usec_t start, finish;
        return event_span(base, work->config->time_zone, &start, &finish) == 0 && start == copy->start &&
               finish == copy->finish;
}

static bool has_people(const HostCopy *copy, const char *organizer, const Event *base)
{
        char address[PERSON_ADDRESS_SIZE];
        const ContentLine *line = event_property_line(base, "ORGANIZER", 0);
        person_line_address(line ? line->value : NULL, address, sizeof(address));
        return strcasecmp(address, organizer) == 0 && !event_property_line(base, "ATTENDEE", 1) &&
               strcasecmp(host_copy_partstat(copy, base), host_copy_own_partstat(copy)) == 0;
}

/* Changes only the lines that differ, so that a copy that is right stays byte for byte. */
static int write_changed(const BookingWork *work, const HostCopy *copy, const char *organizer,
                const Event *base, CopyDraft *draft, Buffer *out)
{
        const char *place = text_of(copy->event, "LOCATION"), *status = text_of(copy->event, "STATUS");
        if (!has_times(work, copy, base))
                put_times(copy, draft);
        if (strcasecmp(text_of(base, "STATUS"), status) != 0)
                put(draft, "STATUS", NULL, status, false);
        if (strcmp(text_of(base, "LOCATION"), place) != 0)
                put(draft, "LOCATION", NULL, place[0] ? place : NULL, true);
        /* The answer with which the host has ended the meeting stays. */
        if (!copy->is_over && !has_people(copy, organizer, base))
                put_people(copy, organizer, draft);
        if (draft->n == 0)
                return 0;
        if (event_sequence(base) < copy->record->sequence)
                put(draft, "SEQUENCE", NULL, draft->sequence, false);
        edit_event(base, draft->properties, work->now, out);
        return buffer_error(out);
}

int host_copy_write(const BookingWork *work, const HostCopy *copy, const Event *base, Buffer *out)
{
        CLEANUP(draft_done)
        CopyDraft draft = {
                .summary = BUFFER_INIT(COPY_BYTES), .organizer = PERSON_LINE_INIT, .host = PERSON_LINE_INIT
        };
        const char *organizer = copy->account.address;
        int r = host_copy_is_asked(copy)
                                ? bare_address(work->config->mail.from, draft.office, sizeof(draft.office))
                                : 0;
        if (r != 0)
                return r;
        if (host_copy_is_asked(copy))
                organizer = draft.office;
        snprintf(draft.sequence, sizeof(draft.sequence), "%d", copy->record->sequence);
        return base ? write_changed(work, copy, organizer, base, &draft, out)
                    : write_new(work, copy, organizer, &draft, out);
}

static int keep(const BookingWork *work, const Collection *calendar, const char *resource,
                const Buffer *text)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        ObjectOutcome outcome;
        int r = plain_parse(buffer_text(text), text->len, &plain, NULL);
        if (r != 0)
                return r > 0 ? -EBADMSG : r;
        r = object_put_plain(work->store, plain,
                        &(ObjectPut){ .collection = calendar->name,
                                        .resource = resource,
                                        .fallback = work->config->time_zone,
                                        .now = work->now },
                        &outcome);
        if (r == 0)
                r = object_get_by_uid(work->store, calendar->name, plain_uid(plain), &record);
        return r != 0 ? r : object_set_schedule_tag(work->store, calendar->name, record->resource, true);
}

static int write_copy(const BookingWork *work, const HostCopy *copy)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *base = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(COPY_BYTES);
        Collection calendar;
        const char *zone = work->config->time_zone_name;
        int r = collection_make_host(work->store, copy->account.login, zone, work->now, &calendar);
        if (r == 0)
                r = object_get_by_uid(work->store, calendar.name, event_uid(copy->event), &record);
        if (r == STORE_E_NOT_FOUND)
                r = copy->is_over ? STORE_E_NOT_FOUND : 0;
        if (r == 0 && record)
                r = event_parse(store_zones(work->store), record->text, record->len, &base, NULL);
        if (r < 0 || (r != 0 && r != EVENT_E_INVALID))
                return r;
        r = host_copy_write(work, copy, base, &text);
        return r != 0 || text.len == 0 ? r : keep(work, &calendar, record ? record->resource : NULL, &text);
}

int host_copy_follow(const BookingWork *work, const char *uid)
{
        CLEANUP(host_copy_done) HostCopy copy;
        int r = host_copy_load(work, uid, &copy);
        if (r == 0)
                r = scheduled_delete_copies(work->store, uid, copy.account.login, work->now);
        if (r == 0 && copy.account.login[0])
                r = write_copy(work, &copy);
        /* An account that already has another calendar of this name keeps that, and gets no copies. */
        return r == STORE_E_NOT_FOUND || r == STORE_E_CONFLICT || r == COLLECTION_E_MANY ? 0 : r;
}
