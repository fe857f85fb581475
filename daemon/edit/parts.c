#include "edit/parts.h"

#include "base/array.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_SECONDS = 86400 };

static void part_done(Part *part)
{
        free(part->uid);
        free(part->name);
        event_free(part->event);
}

void parts_done(Parts *parts)
{
        for (size_t i = 0; i < parts->n; i++)
                part_done(&parts->items[i]);
        free(parts->items);
}

void parts_keep(Parts *parts, bool (*is_wanted)(const Part *part, const void *userdata),
                const void *userdata)
{
        size_t n = 0;
        for (size_t i = 0; i < parts->n; i++)
                if (is_wanted(&parts->items[i], userdata))
                        parts->items[n++] = parts->items[i];
                else
                        part_done(&parts->items[i]);
        parts->n = n;
}

/* A search for the parts of one event. */
typedef struct Search {
        Store *store;
        const char *root;
        Parts *parts;
        void *uids; /* a tree of tsearch(3): the UIDs of `parts`, borrowed */
} Search;

static int compare_uids(const void *a, const void *b)
{
        return strcmp(a, b);
}

static void keep_uid(void *uid)
{
        (void)uid;
}

static void search_done(Search *search)
{
        tdestroy(search->uids, keep_uid);
}

static bool is_known(const Search *search, const char *uid)
{
        return strcmp(uid, search->root) == 0 || tfind(uid, &search->uids, compare_uids);
}

int parts_add(Parts *parts, const char *uid, const char *name, Event *event)
{
        Part *items = array_grow(parts->items, parts->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        parts->items = items;
        CLEANUP(cleanup_free) char *uid_copy = strdup(uid);
        CLEANUP(cleanup_free) char *name_copy = strdup(name);
        if (!uid_copy || !name_copy)
                return -ENOMEM;
        parts->items[parts->n++] = (Part){ TAKE_PTR(uid_copy), TAKE_PTR(name_copy), event };
        return 0;
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        Search *search = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        if (is_known(search, record->uid))
                return 0;
        int r = event_parse(store_zones(search->store), record->text, record->len, &event, NULL);
        if (r != 0)
                return r < 0 ? r : 0;
        r = parts_add(search->parts, record->uid, record->name, event);
        if (r < 0)
                return r;
        event = NULL;
        return tsearch(search->parts->items[search->parts->n - 1].uid, &search->uids, compare_uids)
                               ? 0
                               : -ENOMEM;
}

int parts_find(Store *store, const char *uid, Parts *ret)
{
        CLEANUP(search_done) Search search = { .store = store, .root = uid, .parts = ret };
        int r = object_each_part(store, uid, on_object, &search);
        for (size_t i = 0; r == 0 && i < ret->n; i++)
                r = object_each_part(store, ret->items[i].uid, on_object, &search);
        return r;
}

static int64_t day_of(const When *when)
{
        return civil_days(when->civil.year, when->civil.month, when->civil.day);
}

PartShift parts_shift(const When *from, const When *to)
{
        if (from->form == WHEN_NONE || to->form == WHEN_NONE)
                return (PartShift){ 0, 0 };
        int64_t days = day_of(to) - day_of(from);
        bool is_timed = from->form != WHEN_DATE && to->form != WHEN_DATE;
        return (PartShift){ days,
                is_timed ? civil_seconds(&to->civil) - civil_seconds(&from->civil) : days * DAY_SECONDS };
}

When parts_shifted(When when, const PartShift *shift)
{
        int64_t seconds = when.form == WHEN_DATE ? shift->days * DAY_SECONDS : shift->seconds;
        when.civil = civil_from_seconds(civil_seconds(&when.civil) + seconds);
        when.later = 0;
        return when;
}

static int write_date(const char *name, const When *when, char *value, char *params, EditProperty *ret)
{
        when_format(when, value);
        int r = when_params(when, params);
        *ret = (EditProperty){ .name = name, .params = params[0] ? params : NULL, .value = value };
        return r;
}

int parts_move_dates(const Event *event, const PartShift *shift, PartDates *ret)
{
        When first = parts_shifted(event_start(event), shift);
        When last = parts_shifted(event_end(event), shift);
        *ret = (PartDates){ 0 };
        int r = write_date("DTSTART", &first, ret->start.value, ret->start.params, &ret->properties[0]);
        if (r == 0 && event_property_line(event, "DTEND", 0))
                r = write_date("DTEND", &last, ret->end.value, ret->end.params, &ret->properties[1]);
        return r;
}

bool parts_is_movable(const Part *part)
{
        static const char *const others[] = { "EXDATE", "RDATE", "RECURRENCE-ID" };
        const ContentLine *rule = event_property_line(part->event, "RRULE", 0);
        Occurrence changed;
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
                if (event_property_line(part->event, others[i], 0))
                        return false;
        return event_start(part->event).form != WHEN_NONE &&
               !occurrence_of_override(part->event, 0, NULL, &changed) &&
               (!rule || (!strstr(rule->value, "UNTIL=") && !strstr(rule->value, ";BY")));
}
