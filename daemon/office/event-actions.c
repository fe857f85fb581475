#include "office/event-actions.h"

#include "calendar/edit-copy.h"
#include "calendar/edit-occurrence.h"
#include "edit/parts.h"
#include "office/day-text.h"
#include "office/event-edit.h"
#include "office/event-links.h"
#include "office/event-undo.h"
#include "office/layout.h"
#include "store/due-index.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define UID_DOMAIN "convened"

enum { OBJECT_MAX_BYTES = 1024 * 1024, PATH_BYTES = 4096, CONFLICT = 409, DAY_SIZE = 11 };

/* An action on an event that was read in the open transaction. */
typedef struct Action {
        OfficeCall *call;
        FormFaults *faults;
        EventEdit edit;
        ObjectRecord *record;
        Event *event;
        const char *done;                /* the code for the next page */
        char next[EVENT_EDIT_UID_BYTES]; /* the event whose page comes next; "" for the list */
} Action;

static void action_done(Action *action)
{
        event_edit_done(&action->edit);
        object_record_free(action->record);
        event_free(action->event);
}

/* Notes the fault of a field. Return: EVENT_ACTIONS_E_BAD. */
static int refuse(Action *action, const char *field, const char *text)
{
        form_fault(action->faults, field, text);
        return EVENT_ACTIONS_E_BAD;
}

static int set_one(Action *action, const char *name, const char *value)
{
        const EditProperty properties[] = { { .name = name, .value = value }, { 0 } };
        return event_edit_apply(&action->edit, action->record->uid, properties);
}

static int restore(Action *action)
{
        action->done = "restored";
        return set_one(action, "STATUS", "CONFIRMED");
}

typedef int (*PartsFinder)(OfficeCall *call, const char *uid, Parts *ret);

/* Finds the parts that the form takes along. */
static int find_parts(const Action *action, PartsFinder find, Parts *ret)
{
        return *office_form(action->call, "with-parts") ? find(action->call, action->record->uid, ret) : 0;
}

/*
 * Gives the event a class and, if the form says so, the parts that have the class @of. A part of a third
 * class, which shows only that the time is busy, keeps it; so does a part that the account may not write.
 */
static int set_class(Action *action, EventClass of, const char *class)
{
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        const EditProperty properties[] = { { .name = "CLASS", .value = class }, { 0 } };
        int r = find_parts(action, event_edit_own_parts, &parts);
        if (r == 0)
                r = event_edit_apply(&action->edit, action->record->uid, properties);
        for (size_t i = 0; r == 0 && i < parts.n; i++)
                if (event_class(parts.items[i].event) == of)
                        r = event_edit_apply(&action->edit, parts.items[i].uid, properties);
        return r;
}

static int publish(Action *action)
{
        action->done = "published";
        return set_class(action, EVENT_PRIVATE, "PUBLIC");
}

static int hide(Action *action)
{
        action->done = "hidden";
        return set_class(action, EVENT_PUBLIC, "PRIVATE");
}

/* Cancels the event and, if the form says so, its parts that have a date: all of them or nothing. */
static int cancel(Action *action)
{
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        const EditProperty cancelled[] = { { .name = "STATUS", .value = "CANCELLED" }, { 0 } };
        action->done = "cancelled";
        if (event_is_draft(action->event))
                return EVENT_ACTIONS_E_BAD;
        int r = find_parts(action, event_edit_parts, &parts);
        if (r == 0)
                r = event_edit_apply(&action->edit, action->record->uid, cancelled);
        for (size_t i = 0; r == 0 && i < parts.n; i++)
                if (!event_is_draft(parts.items[i].event))
                        r = event_edit_apply(&action->edit, parts.items[i].uid, cancelled);
        return r;
}

static int put_postponed(Action *action, const Event *event, const char *collection)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        int r = edit_postpone(event, action->call->now, &text);
        return r != 0 ? r : event_edit_put(&action->edit, collection, &text);
}

/* The event and, if the form says so, its parts lose their dates. */
static int postpone(Action *action)
{
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        action->done = "postponed";
        if (event_is_draft(action->event))
                return EVENT_ACTIONS_E_BAD;
        int r = find_parts(action, event_edit_parts, &parts);
        if (r == 0)
                r = put_postponed(action, action->event, action->record->collection);
        for (size_t i = 0; r == 0 && i < parts.n; i++)
                if (!event_is_draft(parts.items[i].event))
                        r = put_postponed(action, parts.items[i].event, action->record->collection);
        return r;
}

static int delete_part(Action *action, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(action->call->store, uid, &record);
        return r != 0 ? r : event_edit_delete(&action->edit, record);
}

/* Deletes the event and, if the form says so, its parts. Their texts stay in the history. */
static int delete_event(Action *action)
{
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        action->done = "deleted";
        action->next[0] = '\0';
        int r = find_parts(action, event_edit_parts, &parts);
        for (size_t i = parts.n; r == 0 && i > 0; i--)
                r = delete_part(action, parts.items[i - 1].uid);
        return r != 0 ? r : event_edit_delete(&action->edit, action->record);
}

/* ---- Dates of a form ---- */

/* Reads a day and, unless @clock is NULL, a time of the form. Return: 0, EVENT_ACTIONS_E_BAD. */
static int read_form(Action *action, const char *day, const char *clock, CivilTime *ret)
{
        const OfficeCall *call = action->call;
        if (!day_text_read(office_form(call, day), ret))
                return refuse(action, day, call->strings->bad_day);
        if (clock && !day_text_read_clock(office_form(call, clock), ret))
                return refuse(action, clock, call->strings->bad_clock);
        return 0;
}

/* ---- A new part ---- */

typedef struct DateProperty {
        char value[17], params[WHEN_PARAMS_SIZE];
} DateProperty;

static int write_when(const char *name, const When *when, DateProperty *memory, EditProperty *ret)
{
        when_format(when, memory->value);
        int r = when_params(when, memory->params);
        *ret = (EditProperty){
                .name = name, .params = memory->params[0] ? memory->params : NULL, .value = memory->value
        };
        return r;
}

/* Adds the dates of a part: a time if one was given, otherwise the whole day; none without a day. */
static int add_dates(Action *action, DateProperty memory[static 2], EditProperty *ret, size_t *n)
{
        const OfficeCall *call = action->call;
        bool has_clock = *office_form(call, "part-start"), has_end = *office_form(call, "part-end");
        When start = { .form = has_clock ? WHEN_ZONED : WHEN_DATE,
                .zone = event_zone(action->event, call->view.config->time_zone) };
        if (!*office_form(call, "part-day"))
                return has_clock || has_end ? refuse(action, "part-day", call->strings->bad_day) : 0;
        int r = read_form(action, "part-day", has_clock ? "part-start" : NULL, &start.civil);
        if (r == 0)
                r = write_when("DTSTART", &start, &memory[0], &ret[(*n)++]);
        When end = start;
        if (r != 0 || !has_end)
                return r;
        if (!has_clock)
                return refuse(action, "part-start", call->strings->bad_clock);
        r = read_form(action, "part-day", "part-end", &end.civil);
        if (r != 0)
                return r;
        if (civil_seconds(&end.civil) < civil_seconds(&start.civil))
                return refuse(action, "part-end", call->strings->bad_end);
        return write_when("DTEND", &end, &memory[1], &ret[(*n)++]);
}

static int add_part(Action *action)
{
        const OfficeCall *call = action->call;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        DateProperty dates[2];
        EditProperty properties[10] = { { 0 } };
        char uid[EVENT_EDIT_UID_BYTES];
        bool is_there = false;
        size_t n = 0;
        const char *title = office_form(call, "part-title"), *place = office_form(call, "part-place");
        const char *class = event_text_property(action->event, "CLASS");
        const char *category = event_category(action->event, 0);
        if (!*title)
                return refuse(action, "part-title", call->strings->needs_title);
        properties[n++] = (EditProperty){ .name = "SUMMARY", .value = title, .text = true };
        properties[n++] = (EditProperty){
                .name = "RELATED-TO", .params = ";RELTYPE=PARENT", .value = action->record->uid, .text = true
        };
        if (category)
                properties[n++] = (EditProperty){ .name = "CATEGORIES", .value = category, .text = true };
        if (class)
                properties[n++] = (EditProperty){ .name = "CLASS", .value = class };
        if (*place)
                properties[n++] = (EditProperty){ .name = "LOCATION", .value = place, .text = true };
        int r = add_dates(action, dates, properties, &n);
        if (r == 0)
                r = event_edit_new_uid(&action->edit, uid, &is_there);
        action->done = "part-added";
        if (r != 0 || is_there)
                return r;
        edit_compose(uid, properties, call->now, &text);
        return event_edit_put(&action->edit, action->record->collection, &text);
}

/* ---- A copy ---- */

/* The new UIDs of an event and its parts. */
typedef struct Copying {
        Action *action;
        const char *from; /* the event that is copied */
        char to[EVENT_EDIT_UID_BYTES];
        PartShift shift;
} Copying;

/* Stores a copy of one event, on its new dates, as one that is not yet published. */
static int put_copy(Copying *copying, const Event *event, const char *uid, const char *parent)
{
        OfficeCall *call = copying->action->call;
        CLEANUP(buffer_done)
        Buffer copy = BUFFER_INIT(OBJECT_MAX_BYTES), text = BUFFER_INIT(OBJECT_MAX_BYTES);
        CLEANUP(event_freep) Event *copied = NULL;
        PartDates dates = { 0 };
        EditProperty properties[6] = { { 0 } };
        size_t n = 0;
        int r = edit_copy(event, uid, call->now, &copy);
        if (r == 0)
                r = event_parse(call->parts->zones, buffer_text(&copy), copy.len, &copied, NULL);
        if (r == 0 && !event_is_draft(event))
                r = parts_move_dates(copied, &copying->shift, &dates);
        if (r != 0)
                return r;
        for (; n < 2 && dates.properties[n].name; n++)
                properties[n] = dates.properties[n];
        properties[n++] = (EditProperty){ .name = "CLASS", .value = "PRIVATE" };
        properties[n++] = (EditProperty){ .name = "X-CONVENED-DATE-BASIS" };
        if (parent)
                properties[n++] = (EditProperty){
                        .name = "RELATED-TO", .params = ";RELTYPE=PARENT", .value = parent, .text = true
                };
        edit_event(copied, properties, call->now, &text);
        return event_edit_put(&copying->action->edit, copying->action->record->collection, &text);
}

/* Copies the parts below an event, whose copy has the UID @parent. */
static int copy_parts(Copying *copying, const Parts *parts, const char *of, const char *parent)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < parts->n; i++) {
                char uid[EVENT_EDIT_UID_BYTES];
                const Part *part = &parts->items[i];
                const char *whole = event_parent(part->event);
                if (!whole || strcmp(whole, of) != 0)
                        continue;
                r = edit_make_uid(UID_DOMAIN, uid, sizeof(uid));
                if (r == 0)
                        r = put_copy(copying, part->event, uid, parent);
                if (r == 0)
                        r = copy_parts(copying, parts, part->uid, uid);
        }
        return r;
}

static int copy(Action *action)
{
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        Copying copying = { .action = action, .from = action->record->uid };
        When from = event_start(action->event), to = from;
        CivilTime day;
        bool is_there = false;
        action->done = "copied";
        int r = from.form == WHEN_NONE ? EVENT_ACTIONS_E_BAD : read_form(action, "copy-day", NULL, &day);
        if (r != 0)
                return r;
        to.civil.year = day.year;
        to.civil.month = day.month;
        to.civil.day = day.day;
        copying.shift = parts_shift(&from, &to);
        r = event_edit_parts(action->call, copying.from, &parts);
        if (r == 0)
                r = event_edit_new_uid(&action->edit, copying.to, &is_there);
        snprintf(action->next, sizeof(action->next), "%s", copying.to);
        if (r != 0 || is_there)
                return r;
        r = put_copy(&copying, action->event, copying.to, NULL);
        if (r == 0)
                r = copy_parts(&copying, &parts, copying.from, copying.to);
        return r;
}

/* ---- One occurrence ---- */

/* Finds the occurrence that begins at the field `at`, "2027-03-10T09:30". */
static int find_occurrence(const Action *action, Occurrence *ret)
{
        const OfficeCall *call = action->call;
        const char *at = office_form(call, "at");
        bool is_series = event_is_recurring(action->event) && event_has_series(action->event);
        When when = { .form = event_start(action->event).form == WHEN_DATE ? WHEN_DATE : WHEN_FLOATING };
        char day[DAY_SIZE];
        int n = 0;
        snprintf(day, sizeof(day), "%s", at);
        if (!is_series || strlen(at) != strlen("2027-03-10T09:30") || !day_text_read(day, &when.civil) ||
                        !day_text_read_clock(at + DAY_SIZE, &when.civil))
                return EVENT_ACTIONS_E_BAD;
        int r = edit_occurrence_find(action->event, call->view.config->time_zone, &when, ret, &n);
        return r != 0 ? r : n == 1 ? 0 : EVENT_ACTIONS_E_BAD;
}

/* Changes the times of the occurrence to those of the form; its length stays. */
static int move_times(Action *action, Occurrence *occurrence)
{
        int64_t length = civil_seconds(&occurrence->end.civil) - civil_seconds(&occurrence->start.civil);
        bool whole_days = occurrence->start.form == WHEN_DATE;
        CivilTime civil;
        int r = read_form(action, "to-day", whole_days ? NULL : "to-time", &civil);
        if (r != 0)
                return r;
        occurrence->start.civil = civil;
        occurrence->end.civil = civil_from_seconds(civil_seconds(&civil) + length);
        return 0;
}

static int change_occurrence(Action *action)
{
        OfficeCall *call = action->call;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        bool moves = strcmp(office_form(call, "how"), "cancel") != 0;
        DateProperty dates[2];
        EditProperty properties[4] = { { 0 } };
        Occurrence found, changed;
        int r = find_occurrence(action, &found);
        changed = found;
        if (r == 0 && moves)
                r = move_times(action, &changed);
        if (r == 0)
                r = write_when("DTSTART", &changed.start, &dates[0], &properties[0]);
        if (r == 0)
                r = write_when("DTEND", &changed.end, &dates[1], &properties[1]);
        if (r != 0)
                return r;
        properties[2] = (EditProperty){ .name = "STATUS",
                .value = moves ? event_text_property(action->event, "STATUS") : "CANCELLED" };
        action->done = moves ? "occurrence-moved" : "occurrence-cancelled";
        r = edit_occurrence(action->event, &found, properties, call->now, &text, &action->edit.error);
        return r == EVENT_E_RANGE || r == EVENT_E_INVALID
                               ? refuse(action, "to-day", call->strings->bad_value)
               : r != 0 ? r
                        : event_edit_put(&action->edit, action->record->collection, &text);
}

/* ---- Notices and undo ---- */

/* An event that is deleted when its notices have gone stays so; a change of which nobody is told, too. */
static int hasten(Store *store, int64_t object)
{
        DueEntry entry = { 0 };
        int r = due_index_get(store, object, &entry);
        if (r != 0 || entry.notify == DUE_NOTIFY_NONE)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = due_index_set_notify(store, object,
                        due_notify_deletes(entry.notify) ? DUE_NOTIFY_DELETE : DUE_NOTIFY_NOW);
        return r != 0 ? r : due_index_wake_known(store, object);
}

static int hasten_part(Store *store, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(store, uid, &record);
        return r == 0 ? hasten(store, record->id) : r == STORE_E_NOT_FOUND ? 0 : r;
}

/* The notices of the parts that were changed with the event go in the same mail. */
static int notices_now(Action *action)
{
        CLEANUP(parts_done) Parts parts = { .n = 0 };
        Store *store = action->call->store;
        action->done = "notices-now";
        int r = event_edit_own_parts(action->call, action->record->uid, &parts);
        if (r == 0)
                r = hasten(store, action->record->id);
        for (size_t i = 0; r == 0 && i < parts.n; i++)
                r = hasten_part(store, parts.items[i].uid);
        return r;
}

static int undo(Action *action)
{
        action->done = "undone";
        return event_undo_change(&action->edit, action->record->uid);
}

static const struct {
        const char *name;
        int (*run)(Action *action);
} actions[] = {
        { "publish", publish },
        { "hide", hide },
        { "cancel", cancel },
        { "restore", restore },
        { "postpone", postpone },
        { "delete", delete_event },
        { "add-part", add_part },
        { "copy", copy },
        { "occurrence", change_occurrence },
        { "notices-now", notices_now },
        { "undo", undo },
};

static int run(Action *action)
{
        const char *name = office_form(action->call, "action");
        for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
                if (strcmp(actions[i].name, name) == 0)
                        return actions[i].run(action);
        return EVENT_ACTIONS_E_BAD;
}

static int finish(Action *action)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        if (action->next[0])
                event_links_write(&path, "event", action->next);
        else
                buffer_puts(&path, "/office/events");
        int r = buffer_error(&path);
        return r != 0 ? r : event_edit_finish(&action->edit, buffer_text(&path), action->done);
}

int event_actions_run(OfficeCall *call, FormFaults *faults)
{
        CLEANUP(action_done) Action action = { .call = call, .faults = faults };
        int r = event_edit_begin(&action.edit, call);
        if (r == 0)
                r = event_edit_load(&action.edit, call->rest, &action.record, &action.event);
        if (r == 0) {
                snprintf(action.next, sizeof(action.next), "%s", action.record->uid);
                r = run(&action);
        }
        if (r == EVENT_ACTIONS_E_BAD || r == EVENT_EDIT_E_INVALID || r == STORE_E_MEETING) {
                store_rollback(call->store);
                return EVENT_ACTIONS_E_BAD;
        }
        if (r == STORE_E_MISMATCH) {
                store_rollback(call->store);
                return office_reply_error(call, CONFLICT, call->strings->conflict_title);
        }
        return r != 0 ? r : finish(&action);
}
