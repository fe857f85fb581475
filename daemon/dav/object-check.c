#include "dav/object-check.h"

#include "calendar/object-values.h"
#include "calendar/object-zones.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { UID_MAX_BYTES = 1024, COMPONENT_SIZE = 32 };

static int refuse(ObjectFault *fault, const char *element, const char *text)
{
        fault->element = element;
        snprintf(fault->text, sizeof(fault->text), "%s", text);
        return OBJECT_CHECK_E_REFUSED;
}

static int refuse_input(ObjectFault *fault, const char *element, const InputError *error)
{
        fault->element = element;
        input_error_format(error, NULL, fault->text, sizeof(fault->text));
        return OBJECT_CHECK_E_REFUSED;
}

/* Whether a Content-Type names one of the types, and UTF-8 or its part US-ASCII as the charset. */
static bool is_type(const char *media_type, const char *const *types)
{
        size_t len = strcspn(media_type, "; \t");
        const char *charset = strcasestr(media_type + len, "charset=");
        if (charset) {
                charset += strlen("charset=");
                charset += *charset == '"';
                if (strncasecmp(charset, "utf-8", 5) != 0 && strncasecmp(charset, "us-ascii", 8) != 0)
                        return false;
        }
        for (size_t i = 0; types[i]; i++)
                if (strlen(types[i]) == len && strncasecmp(media_type, types[i], len) == 0)
                        return true;
        return false;
}

/* The findings of the lines of an object so far. */
typedef struct CalendarScan {
        unsigned kinds; /* that the collection takes */
        /* the name of the first component that is no time zone; "" before it */
        char component[COMPONENT_SIZE];
        char uid[UID_MAX_BYTES];
        bool in_component, has_uid;        /* the open component, and whether it has had its UID */
        uint64_t n_attendees, n_instances; /* of the open component */
        size_t n_calendars;
        ObjectFault *fault;
} CalendarScan;

static int refuse_resource(CalendarScan *scan, const char *text)
{
        return refuse(scan->fault, "C:valid-calendar-object-resource", text);
}

static bool is_taken(const CalendarScan *scan, const char *component)
{
        for (unsigned kind = OBJECT_EVENT; kind <= OBJECT_OWN_CARD; kind++)
                if (scan->kinds & 1U << kind && strcmp(member_component((ObjectKind)kind), component) == 0)
                        return true;
        return false;
}

/* Takes the beginning of a component of the calendar. Time zones and X- components may be there, too. */
static int begin_component(CalendarScan *scan, const char *name)
{
        if (strcmp(name, "VTIMEZONE") == 0 || strncmp(name, "X-", 2) == 0)
                return 0;
        if (scan->component[0] && strcmp(scan->component, name) != 0)
                return refuse_resource(scan, "The object has components of more than one kind.");
        if (!is_taken(scan, name))
                return refuse(scan->fault, "C:supported-calendar-component",
                                "This calendar does not take components of this kind.");
        snprintf(scan->component, sizeof(scan->component), "%s", name);
        scan->in_component = true;
        scan->has_uid = false;
        scan->n_attendees = scan->n_instances = 0;
        return 0;
}

static int end_component(CalendarScan *scan)
{
        if (scan->in_component && !scan->has_uid)
                return refuse_resource(scan, "A component has no UID.");
        scan->in_component = false;
        return 0;
}

static int take_uid(CalendarScan *scan, const ContentLine *line)
{
        if (line->value_len >= sizeof(scan->uid))
                return refuse(scan->fault, "C:valid-calendar-data", "The UID is too long.");
        if (scan->uid[0] && strcmp(scan->uid, line->value) != 0)
                return refuse_resource(scan, "The object has components with different UIDs.");
        scan->has_uid = true;
        strcpy(scan->uid, line->value);
        return 0;
}

/* Takes an ATTENDEE of a component (RFC 4791, 5.2.9). */
static int take_attendee(CalendarScan *scan, const ContentLine *line)
{
        (void)line;
        return ++scan->n_attendees <= OBJECT_CHECK_MAX_ATTENDEES
                               ? 0
                               : refuse(scan->fault, "C:max-attendees-per-instance", "");
}

static int add_instances(CalendarScan *scan, uint64_t n)
{
        scan->n_instances += n;
        return n <= OBJECT_CHECK_MAX_INSTANCES && scan->n_instances <= OBJECT_CHECK_MAX_INSTANCES
                               ? 0
                               : refuse(scan->fault, "C:max-instances", "");
}

/* Takes an RRULE (RFC 4791, 5.2.8). Another fault of it is found when the object is parsed. */
static int take_rule(CalendarScan *scan, const ContentLine *line)
{
        const char *count = strcasestr(line->value, "COUNT=");
        return count ? add_instances(scan, strtoull(count + strlen("COUNT="), NULL, 10)) : 0;
}

static int take_dates(CalendarScan *scan, const ContentLine *line)
{
        uint64_t n = 1;
        for (const char *comma = strchr(line->value, ','); comma; comma = strchr(comma + 1, ','))
                n++;
        return add_instances(scan, n);
}

/* Takes a property of a component that is no time zone. */
static int take_property(CalendarScan *scan, const ContentLine *line)
{
        static const struct {
                const char *name;
                int (*take)(CalendarScan *scan, const ContentLine *line);
        } takers[] = { { "UID", take_uid }, { "ATTENDEE", take_attendee }, { "RRULE", take_rule },
                { "RDATE", take_dates } };
        for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++)
                if (strcmp(takers[i].name, line->name) == 0)
                        return takers[i].take(scan, line);
        return 0;
}

static int take_calendar_line(CalendarScan *scan, const ContentLine *line)
{
        if (strcmp(line->name, "METHOD") == 0)
                return refuse_resource(scan, "METHOD is not allowed in a calendar collection.");
        if (strcmp(line->name, "VERSION") == 0 && strcmp(line->value, "2.0") != 0)
                return refuse(scan->fault, "C:supported-calendar-data", "The version is not 2.0.");
        return 0;
}

static int take_line(CalendarScan *scan, const ContentLine *line)
{
        bool begins = strcmp(line->name, "BEGIN") == 0, ends = strcmp(line->name, "END") == 0;
        if (line->depth == 0 && begins && strcmp(line->value, "VCALENDAR") == 0)
                return scan->n_calendars++ == 0
                                       ? 0
                                       : refuse_resource(scan, "The object has more than one VCALENDAR.");
        if (line->depth == 0)
                return ends ? 0
                            : refuse(scan->fault, "C:valid-calendar-data",
                                              "Something stands outside of the VCALENDAR.");
        if (line->depth == 1)
                return begins ? begin_component(scan, line->value)
                       : ends ? end_component(scan)
                              : take_calendar_line(scan, line);
        return line->depth == 2 && scan->in_component ? take_property(scan, line) : 0;
}

/* @ret_component: has the size of CalendarScan.component */
static int scan_calendar(
                const ObjectContent *content, unsigned kinds, char *ret_component, ObjectFault *fault)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(content->bytes, content->len, &CONTENT_LIMITS_OBJECT);
        CalendarScan scan = { .kinds = kinds, .fault = fault };
        InputError error = { 0 };
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0) {
                r = content_reader_next(reader, &line, &error);
                if (r == CONTENT_E_INVALID)
                        return refuse_input(fault, "C:valid-calendar-data", &error);
                if (r == 0)
                        r = take_line(&scan, &line);
        }
        if (r != CONTENT_END)
                return r;
        strcpy(ret_component, scan.component);
        return scan.n_calendars == 0 ? refuse(fault, "C:valid-calendar-data", "There is no VCALENDAR.")
               : scan.component[0]   ? 0
                                     : refuse_resource(&scan, "There is no component.");
}

static bool takes(unsigned kinds, ObjectKind kind)
{
        return kinds & 1U << kind;
}

/* Reads an event or draft of the office. */
static int read_event(ZoneTable *zones, const ObjectContent *content, unsigned kinds, CheckedObject *ret,
                ObjectFault *fault)
{
        CLEANUP(event_freep) Event *event = NULL;
        InputError error = { 0 };
        int r = event_parse(zones, content->bytes, content->len, &event, &error);
        if (r == EVENT_E_INVALID)
                return refuse_input(fault, "C:valid-calendar-data", &error);
        if (r != 0)
                return r;
        if (!takes(kinds, event_is_availability(event) ? OBJECT_OFFER
                            : event_is_draft(event)    ? OBJECT_DRAFT
                                                       : OBJECT_EVENT))
                return refuse(fault, "C:supported-calendar-component",
                                "This calendar does not take components of this kind.");
        ret->event = TAKE_PTR(event);
        return 0;
}

static int read_plain(ZoneTable *zones, const ObjectContent *content, CheckedObject *ret, ObjectFault *fault)
{
        InputError error = { 0 };
        int r = plain_parse(content->bytes, content->len, &ret->plain, &error);
        if (r == 0)
                r = object_values_check(content->bytes, content->len, &error);
        if (r == 0)
                r = object_zones_check(zones, content->bytes, content->len, &error);
        if (r == OBJECT_VALUES_E_INVALID || r == OBJECT_ZONES_E_UNKNOWN) {
                ret->plain = plain_free(ret->plain);
                return refuse_input(fault, "C:valid-calendar-data", &error);
        }
        return r == PLAIN_E_COMPONENT ? refuse_input(fault, "C:supported-calendar-component", &error)
               : r == PLAIN_E_SEVERAL ? refuse_input(fault, "C:valid-calendar-object-resource", &error)
               : r == PLAIN_E_INVALID ? refuse_input(fault, "C:valid-calendar-data", &error)
                                      : r;
}

/* Reads an object in the form of the office if the calendar takes this form of the component. */
static int read_component(ZoneTable *zones, const ObjectContent *content, unsigned kinds,
                const char *component, CheckedObject *ret, ObjectFault *fault)
{
        bool is_journal = strcmp(component, "VJOURNAL") == 0;
        bool is_offer = strcmp(component, "VAVAILABILITY") == 0;
        bool is_office = is_journal ? takes(kinds, OBJECT_DRAFT)
                                    : is_offer || (strcmp(component, "VEVENT") == 0 &&
                                                                  takes(kinds, OBJECT_EVENT));
        int r = is_office ? read_event(zones, content, kinds, ret, fault) : OBJECT_CHECK_E_REFUSED;
        /* A journal entry that is no draft without a date is kept for calendar programs. */
        bool is_plain = !is_office || (is_journal && takes(kinds, OBJECT_JOURNAL));
        return r == OBJECT_CHECK_E_REFUSED && is_plain ? read_plain(zones, content, ret, fault) : r;
}

int object_check_calendar(ZoneTable *zones, const ObjectContent *content, unsigned kinds, CheckedObject *ret,
                ObjectFault *ret_fault)
{
        static const char *const types[] = { "text/calendar", NULL };
        char component[COMPONENT_SIZE];
        *ret = (CheckedObject){ .event = NULL };
        if (content->media_type && !is_type(content->media_type, types))
                return refuse(ret_fault, "C:supported-calendar-data",
                                "The content is not text/calendar in UTF-8.");
        if (content->len > OBJECT_CHECK_MAX_BYTES)
                return refuse(ret_fault, "C:max-resource-size", "");
        int r = scan_calendar(content, kinds, component, ret_fault);
        return r != 0 ? r : read_component(zones, content, kinds, component, ret, ret_fault);
}

void checked_object_done(CheckedObject *object)
{
        object->event = event_free(object->event);
        object->plain = plain_free(object->plain);
        object->card = card_free(object->card);
}

const char *checked_object_uid(const CheckedObject *object)
{
        return object->card    ? card_uid(object->card)
               : object->plain ? plain_uid(object->plain)
                               : event_uid(object->event);
}

/* Finds a version that address books do not have. Another fault is found when the card is parsed. */
static int scan_version(const ObjectContent *content, ObjectFault *fault)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(content->bytes, content->len, &CONTENT_LIMITS_CARD);
        ContentLine line;
        if (!reader)
                return -ENOMEM;
        while (content_reader_next(reader, &line, &(InputError){ 0 }) == 0)
                if (line.depth == 1 && strcmp(line.name, "VERSION") == 0)
                        return strcmp(line.value, "3.0") == 0 || strcmp(line.value, "4.0") == 0
                                               ? 0
                                               : refuse(fault, "R:supported-address-data",
                                                                 "The version is neither 3.0 nor 4.0.");
        return 0;
}

int object_check_card(const ObjectContent *content, CheckedObject *ret, ObjectFault *ret_fault)
{
        static const char *const types[] = { "text/vcard", "text/x-vcard", "text/directory", NULL };
        InputError error = { 0 };
        *ret = (CheckedObject){ .event = NULL };
        if (content->media_type && !is_type(content->media_type, types))
                return refuse(ret_fault, "R:supported-address-data",
                                "The content is not text/vcard in UTF-8.");
        if (content->len > OBJECT_CHECK_MAX_BYTES)
                return refuse(ret_fault, "R:max-resource-size", "");
        int r = scan_version(content, ret_fault);
        if (r == 0)
                r = card_parse(content->bytes, content->len, &ret->card, &error);
        return r == CARD_E_INVALID ? refuse_input(ret_fault, "R:valid-address-data", &error) : r;
}
