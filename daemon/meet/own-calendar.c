#include "meet/own-calendar.h"

#include "calendar/object-times.h"
#include "meet/host-copy.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/property.h"

#include <string.h>
#include <strings.h>

enum { OWN_CALENDAR_E_MANY = CONDITIONS_MEET + 80 /* more than OWN_CALENDAR_INSTANCES_MAX */ };

typedef struct Walk {
        Store *store;
        const OwnCalendarQuery *query;
        HostAccount account;
        BusyList *list;
        const char *uid;    /* of the present event */
        size_t n_instances; /* that were looked at */
} Walk;

/* An override without TRANSP has that of its series. */
static bool is_transparent(const ObjectInstance *instance)
{
        const ContentLine *line = object_node_line(instance->node, "TRANSP", NULL);
        if (!line)
                line = object_node_line(instance->series, "TRANSP", NULL);
        return line && strcasecmp(line->value, "TRANSPARENT") == 0;
}

/* The answer of the host; "" if the host is no ATTENDEE. */
static const char *answer_of(const Host *host, const ObjectInstance *instance)
{
        const ContentLine *line = object_node_line(instance->node, "ATTENDEE", NULL);
        while (line && !host_has_address(host, line->value))
                line = object_node_line(instance->node, "ATTENDEE", line);
        const char *answer = line ? content_line_param(line, "PARTSTAT") : "";
        return answer ? answer : "NEEDS-ACTION";
}

static int on_instance(const ObjectInstance *instance, void *userdata)
{
        Walk *walk = userdata;
        if (++walk->n_instances > OWN_CALENDAR_INSTANCES_MAX)
                return OWN_CALENDAR_E_MANY;
        const char *answer = answer_of(walk->query->host, instance);
        bool is_unsure = strcasecmp(answer, "TENTATIVE") == 0 || strcasecmp(answer, "NEEDS-ACTION") == 0;
        if (instance->status == EVENT_CANCELLED || is_transparent(instance) ||
                        strcasecmp(answer, "DECLINED") == 0)
                return 0;
        return busy_add(walk->list,
                        &(Busy){ .start = instance->start,
                                        .end = instance->end,
                                        .kind = BUSY_EVENT,
                                        .is_tentative = is_unsure || instance->status == EVENT_TENTATIVE,
                                        .uid = walk->uid });
}

/* Whether an event is a copy of a meeting that the host gives or visits. */
static int is_meeting(const Walk *walk, const char *uid, bool *ret)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        const Host *host = walk->query->host;
        int r = meeting_get_by_uid(walk->store, uid, &meeting);
        *ret = r == 0 && (strcmp(meeting->host, card_uid(host->card)) == 0 ||
                                         host_has_mailbox(host, meeting->visitor.address));
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int on_event(const ObjectRecord *record, void *userdata)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        CLEANUP(object_times_freep) ObjectTimes *times = NULL;
        Walk *walk = userdata;
        const OwnCalendarQuery *query = walk->query;
        const TimeRange range = { query->from, query->to };
        bool is_known = query->is_left_out(record->uid, query->userdata);
        int r = is_known ? 0 : is_meeting(walk, record->uid, &is_known);
        if (r != 0 || is_known)
                return r;
        walk->uid = record->uid;
        r = object_tree_new(record->text, record->len, &tree);
        if (r == 0)
                r = object_times_new(query->zones, tree, query->zone, &times);
        if (r == 0)
                r = object_times_each_event(times, &range, on_instance, walk);
        return r == OBJECT_TREE_E_INVALID ? 0 : r;
}

static int on_property(const StoredProperty *property, void *userdata)
{
        if (strcmp(property->name, "schedule-calendar-transp") == 0 &&
                        strstr(property->value, "transparent"))
                *(bool *)userdata = true;
        return 0;
}

static int on_collection(const Collection *collection, void *userdata)
{
        Walk *walk = userdata;
        bool is_free = false;
        const PropertyOwner owner = {
                .collection = collection->name, .resource = "", .account = walk->account.login
        };
        if (strcmp(collection->owner, walk->account.login) != 0 || collection->is_cards ||
                        collection->scheduling == COLLECTION_INBOX ||
                        collection->scheduling == COLLECTION_HOST)
                return 0;
        int r = property_each_stored(walk->store, &owner, on_property, &is_free);
        return r != 0 || is_free ? r
                                 : object_each_in_span(walk->store, collection->name, 1U << OBJECT_OWN_EVENT,
                                                   walk->query->from, walk->query->to, on_event, walk);
}

/* A host with so many events takes no more memory than one busy time, and gets no meetings. */
static int add_whole_range(const OwnCalendarQuery *query, size_t n_before, BusyList *list)
{
        list->n = n_before;
        return busy_add(list, &(Busy){ .start = query->from, .end = query->to, .kind = BUSY_EVENT });
}

int own_calendar_add(Store *store, const OwnCalendarQuery *query, BusyList *list)
{
        Walk walk = { .store = store, .query = query, .list = list };
        size_t n_before = list->n;
        int r = host_account_of(store, query->host, &walk.account);
        if (r == 0 && walk.account.login[0])
                r = collection_each_of(store, walk.account.login, on_collection, &walk);
        return r == OWN_CALENDAR_E_MANY ? add_whole_range(query, n_before, list) : r;
}
