#include "dav/outbox.h"

#include "base/html.h"
#include "dav/free-busy.h"
#include "dav/object-check.h"
#include "dav/target.h"
#include "dav/xml-text.h"
#include "meet/calendar.h"
#include "meet/freebusy.h"
#include "schedule/schedule.h"
#include "store/address.h"
#include "store/object.h"
#include "store/property.h"

#include <string.h>
#include <strings.h>

enum {
        STATUS_OK = 200,
        STATUS_FORBIDDEN = 403,
        STATUS_NOT_FOUND = 404,
        REPLY_MAX_BYTES = 32 * 1024 * 1024,
        DAYS_MAX = 1100,
        PARAMS_MAX_BYTES = 64 * 1024,
};

/* A question. */
typedef struct Question {
        DavCall *call;
        ScheduleWork work;
        char login[ACCOUNT_NAME_SIZE]; /* of the person who asks */
        ItipObject *object;
        const ItipComponent *component;
        const ItipLine *organizer;
        TimeRange range;
        Buffer out;
} Question;

static void question_done(Question *question)
{
        itip_object_free(question->object);
        buffer_done(&question->out);
}

static int refuse(const Question *question, const char *element)
{
        return target_replied(dav_reply_precondition(
                        question->call->request, STATUS_FORBIDDEN, element, NULL, NULL));
}

/* ---- Reading ---- */

static bool read_time(const Question *question, const char *name, usec_t *ret)
{
        When when;
        const ItipLine *line = itip_line(question->component, name, NULL);
        if (!line || !itip_when(question->object, &line->content, line->content.value, &when) ||
                        when.form != WHEN_UTC)
                return false;
        *ret = when_instant(&when, NULL);
        return true;
}

/* Whether the object obeys RFC 5546, 3.3.2. */
static bool is_question(Question *question)
{
        const ContentLine *method = object_node_line(question->object->root, "METHOD", NULL);
        const ItipComponent *component = question->component = question->object->components;
        if (!method || strcasecmp(method->value, "REQUEST") != 0 || component->next ||
                        strcmp(component->name, "VFREEBUSY") != 0)
                return false;
        question->organizer = itip_line(component, "ORGANIZER", NULL);
        return itip_value(component, "UID")[0] && question->organizer &&
               itip_line(component, "ATTENDEE", NULL) &&
               read_time(question, "DTSTART", &question->range.from) &&
               read_time(question, "DTEND", &question->range.to) &&
               question->range.from < question->range.to &&
               question->range.to - question->range.from <= DAYS_MAX * USEC_PER_DAY;
}

static bool is_calendar(const char *type)
{
        return !type || strncasecmp(type, "text/calendar", strlen("text/calendar")) == 0;
}

static size_t count_attendees(const Question *question)
{
        const ItipLine *line = NULL;
        size_t n = 0;
        while ((line = itip_line(question->component, "ATTENDEE", line)))
                n++;
        return n;
}

/* Return: 0, HTTP_E_REPLIED, a condition of the store, negative errno. */
static int read_question(Question *question)
{
        char own[ITIP_USER_SIZE];
        size_t len;
        HttpRequest *request = question->call->request;
        const char *content = http_request_content(request, &len);
        if (!is_calendar(http_request_header(request, "Content-Type")))
                return refuse(question, "C:supported-calendar-data");
        if (len > OBJECT_CHECK_MAX_BYTES)
                return refuse(question, "C:max-resource-size");
        int r = itip_object_new(question->call->zones, content, len, schedule_user, &question->work,
                        &question->object);
        if (r != 0)
                return r == ITIP_E_INVALID ? refuse(question, "C:valid-calendar-data") : r;
        if (!is_question(question))
                return refuse(question, "C:valid-scheduling-message");
        if (count_attendees(question) > SCHEDULE_ATTENDEES_MAX)
                return refuse(question, "C:max-attendees-per-instance");
        schedule_user_of_login(question->login, own);
        return strcmp(question->organizer->user, own) == 0 ? 0 : refuse(question, "C:valid-organizer");
}

/* ---- Answering ---- */

static int on_property(const StoredProperty *property, void *userdata)
{
        bool *is_transparent = userdata;
        if (strcmp(property->name, "schedule-calendar-transp") == 0 &&
                        strstr(property->value, "transparent"))
                *is_transparent = true;
        return 0;
}

static int take_calendar(const Collection *collection, void *userdata)
{
        FreeBusyTimes *times = userdata;
        bool is_transparent = false;
        const PropertyOwner owner = {
                .collection = collection->name, .resource = "", .account = times->login
        };
        if (collection->is_cards || collection->scheduling == COLLECTION_INBOX)
                return 0;
        int r = property_each_stored(times->store, &owner, on_property, &is_transparent);
        return r != 0 || is_transparent ? r : free_busy_add(times, collection->name);
}

static int add_hosted(const BusyList *hosted, FreeBusyTimes *times)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < hosted->n; i++) {
                const Busy *busy = &hosted->items[i];
                bool is_masked = times->masked && strcmp(busy->uid, times->masked) == 0;
                if (!is_masked && !busy->is_foreign)
                        r = times->list.n == FREE_BUSY_TIMES_MAX ? FREE_BUSY_E_MANY
                                                                 : busy_add(&times->list, busy);
        }
        return r;
}

/* Adds the meetings and events of the contact with the mail address of the account. */
static int take_host(const Question *question, FreeBusyTimes *times)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        CLEANUP(busy_done) BusyList hosted = { 0 };
        char mail[ADDRESS_SIZE];
        int64_t id = 0;
        BusyQuery query = { .without_own = true, /* take_calendar() has added them */
                .zone = times->zone,
                .from = times->range.from,
                .to = times->range.to,
                .now = question->work.now };
        int r = schedule_mail(&question->work, times->login, mail);
        if (r == 0)
                r = address_find(times->store, mail, &id, NULL);
        if (r != 0 || id == 0)
                return r;
        r = object_get_by_id(times->store, id, &contact);
        if (r == 0) {
                query.host = contact->uid;
                r = busy_collect(times->store, times->zones, &query, &hosted);
        }
        return r != 0 ? r : add_hosted(&hosted, times);
}

/* A property of the question, as it is written there. @params: its parameters */
static BuildProperty copy_line(const ItipLine *line, Buffer *params)
{
        for (size_t i = 0; i < line->content.n_params; i++)
                content_write_param(params, line->content.params[i].name, line->content.params[i].value);
        return (BuildProperty){ line->content.name, buffer_text(params), line->content.value, false };
}

static int write_times(
                const Question *question, const ItipLine *attendee, const FreeBusyTimes *times, Buffer *out)
{
        CLEANUP(buffer_done) Buffer first = BUFFER_INIT(PARAMS_MAX_BYTES);
        CLEANUP(buffer_done) Buffer second = BUFFER_INIT(PARAMS_MAX_BYTES);
        const FreebusyAnswer answer = { itip_value(question->component, "UID"),
                copy_line(question->organizer, &first), copy_line(attendee, &second) };
        return freebusy_write_answer(&times->list, &answer, question->range.from, question->range.to,
                        question->work.now, out);
}

static int find_times(const Question *question, const ItipLine *attendee, const char *login, Buffer *out)
{
        char mail[ADDRESS_SIZE];
        const ItipLine *masked = itip_line(question->component, "X-CALENDARSERVER-MASK-UID", NULL);
        FreeBusyTimes times = { .store = question->work.store,
                .zones = question->call->zones,
                .zone = question->call->config->time_zone,
                .range = question->range,
                .work_end = question->call->work_end,
                .config = question->work.config,
                .login = login,
                .mail = mail,
                .masked = masked ? masked->content.value : NULL };
        int r = schedule_own_mail(question->work.store, login, mail);
        if (r == 0)
                r = collection_each_of(question->work.store, login, take_calendar, &times);
        if (r == 0)
                r = take_host(question, &times);
        if (r == 0)
                r = write_times(question, attendee, &times, out);
        busy_done(&times.list);
        return r;
}

static int write_response(Question *question, const ItipLine *attendee)
{
        CLEANUP(buffer_done) Buffer answer = BUFFER_INIT(REPLY_MAX_BYTES);
        Buffer *out = &question->out;
        const char *login = schedule_login(attendee->user);
        int r = login ? find_times(question, attendee, login, &answer) : 0;
        bool is_known = login && r == 0;
        buffer_puts(out, "<C:response><C:recipient><D:href>");
        html_escape(out, attendee->content.value);
        buffer_printf(out, "</D:href></C:recipient><C:request-status>%s</C:request-status>",
                        is_known                ? "2.0;Success"
                        : r == FREE_BUSY_E_MANY ? "5.1;Service unavailable"
                                                : "3.7;Invalid calendar user");
        if (is_known) {
                buffer_puts(out, "<C:calendar-data>");
                xml_text_write(out, buffer_text(&answer), answer.len);
                buffer_puts(out, "</C:calendar-data>");
        }
        buffer_puts(out, "</C:response>\n");
        return r == FREE_BUSY_E_MANY ? 0 : r;
}

static int answer(Question *question)
{
        Buffer *out = &question->out;
        const ItipLine *line = NULL;
        int r = 0;
        buffer_puts(out,
                        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<C:schedule-response " PROPERTY_NAMESPACES
                        ">\n");
        while (r == 0 && (line = itip_line(question->component, "ATTENDEE", line)))
                r = write_response(question, line);
        buffer_puts(out, "</C:schedule-response>\n");
        if (r == 0)
                r = buffer_error(out);
        return r != 0 ? r : dav_reply_xml(question->call->request, STATUS_OK, buffer_text(out), out->len);
}

int outbox_reply(DavCall *call)
{
        CLEANUP(question_done)
        Question question = { .call = call,
                .work = { call->store, call->config, clock_now(call->clock) },
                .out = BUFFER_INIT(REPLY_MAX_BYTES) };
        int r = dav_begin_read(call->store);
        if (r == 0)
                r = tree_find(call->store, &call->view);
        if (r == STORE_E_NOT_FOUND)
                return http_reply_error(call->request, STATUS_NOT_FOUND, NULL);
        if (r == 0 && call->view.login->read_only)
                return target_refuse(call, &call->view.resource, "C:schedule-send-freebusy");
        account_login(call->view.login->name, question.login);
        if (r == 0)
                r = read_question(&question);
        return r != 0 ? r : answer(&question);
}
