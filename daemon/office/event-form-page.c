#include "office/event-form-page.h"

#include "base/html.h"
#include "calendar/edit.h"
#include "edit/parts-former.h"
#include "edit/parts.h"
#include "office/calendar-choice.h"
#include "office/event-edit.h"
#include "office/event-fields.h"
#include "office/event-links.h"
#include "office/event-properties.h"
#include "office/layout.h"
#include "office/write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OBJECT_MAX_BYTES = 1024 * 1024, PATH_BYTES = 4096, BAD = 422, CONFLICT = 409 };

/* The form, and what is stored. */
typedef struct EventForm {
        OfficeCall *call;
        const char *uid; /* "" for a new event */
        ObjectRecord *record;
        Event *event;
        EventValues was, values; /* as stored; as shown */
        FormFaults faults;
        EventEdit edit;
        EventProperties properties;
        Parts parts;
        FormerParts former; /* for an event without a date */
} EventForm;

static void event_form_done(EventForm *form)
{
        object_record_free(form->record);
        event_values_done(&form->was);
        event_values_done(&form->values);
        event_properties_done(&form->properties);
        form_faults_done(&form->faults);
        event_edit_done(&form->edit);
        parts_done(&form->parts);
        parts_former_done(&form->former);
        event_free(form->event);
}

/* ---- Showing ---- */

/*
 * Lists the values that another editor has changed and that are stored now: those that this editor has
 * changed to something else, or those that the form has taken over.
 * @title: a sentence above the list
 */
static void write_changed(EventForm *form, const char *printed, bool is_taken, const char *title)
{
        OfficeCall *call = form->call;
        bool is_first = true;
        for (EventValue i = 0; i < VALUES_N; i++) {
                char name[32];
                if (event_values_is_printed(&form->was, i, printed) ||
                                event_values_differ(&form->was, &form->values, i) == is_taken)
                        continue;
                if (is_first)
                        buffer_printf(&call->out, "<p>%s</p>\n<ul>\n", title);
                is_first = false;
                buffer_printf(&call->out, "<li><a href=\"#%s\">%s</a>: ", event_values_name(i, name),
                                event_fields_label(call, i));
                html_escape(&call->out, *form->was.text[i] ? form->was.text[i] : "—");
                buffer_puts(&call->out, "</li>\n");
        }
        if (!is_first)
                buffer_puts(&call->out, "</ul>\n");
}

/* Tells what another editor has changed meanwhile. */
static void write_conflicts(EventForm *form, const char *printed)
{
        OfficeCall *call = form->call;
        const OfficeStrings *strings = call->strings;
        buffer_printf(&call->out, "<div class=\"faults\" role=\"alert\"><h2>%s</h2>\n",
                        strings->conflict_title);
        write_changed(form, printed, false, strings->conflict_note);
        write_changed(form, printed, true, strings->conflict_taken);
        buffer_puts(&call->out, "</div>\n");
}

static void write_hidden(EventForm *form)
{
        CLEANUP(buffer_done) Buffer printed = BUFFER_INIT(PATH_BYTES);
        char change[24];
        snprintf(change, sizeof(change), "%" PRId64, form->record ? form->record->change : 0);
        event_values_print(&form->was, &printed);
        form_hidden(form->call, "change", change);
        form_hidden(form->call, "was", buffer_text(&printed));
        if (!form->record)
                form_hidden(form->call, "parent",
                                office_is_post(form->call) ? office_form(form->call, "parent")
                                                           : office_query(form->call, "parent"));
}

/* A new event that is no part of another may go to any calendar that the account may write. */
static int write_calendar(EventForm *form)
{
        OfficeCall *call = form->call;
        bool is_post = office_is_post(call);
        const char *chosen = office_form(call, "calendar");
        if (form->record || *(is_post ? office_form(call, "parent") : office_query(call, "parent")))
                return 0;
        return calendar_choice_write(call, &form->faults,
                        &(FormField){ .name = "calendar",
                                        .label = call->strings->event_calendar,
                                        .value = *chosen ? chosen : COLLECTION_EVENTS,
                                        .is_short = true },
                        NULL, 2);
}

/* Writes the tick that takes the parts along: to the new date, or back from having none. */
static void write_parts(EventForm *form)
{
        OfficeCall *call = form->call;
        bool has_date = form->event && !event_is_draft(form->event);
        if (has_date ? form->parts.n > 0 : form->former.parts.n > 0)
                form_check(call, "with-parts", !office_is_post(call) || *office_form(call, "with-parts"),
                                has_date ? call->strings->move_parts : call->strings->date_parts);
}

static int reply_form(EventForm *form, int status, bool is_conflict)
{
        OfficeCall *call = form->call;
        office_begin(call, OFFICE_EVENTS,
                        form->record ? call->strings->edit_event : call->strings->new_event);
        if (is_conflict)
                write_conflicts(form, office_form(call, "was"));
        form_faults(call, &form->faults);
        form_begin(call, NULL, "form");
        write_hidden(form);
        int r = form->record ? 0 : form_once(call);
        if (r == 0)
                r = event_fields_write(call, &form->faults, &form->values, form->event);
        if (r == 0)
                r = write_calendar(form);
        write_parts(form);
        form_submit(call, NULL, NULL, NULL, call->strings->save);
        form_end(call);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

static int load(EventForm *form, const char *uid)
{
        form->uid = uid;
        int r = event_edit_load(&form->edit, uid, &form->record, &form->event);
        if (r == 0)
                r = event_values_of_event(&form->was, form->call, form->event);
        if (r == 0)
                r = event_edit_own_parts(form->call, uid, &form->parts);
        return r != 0 || !event_is_draft(form->event)
                               ? r
                               : parts_former_find(form->call->store, uid, &form->parts, &form->former);
}

static int on_edit_get(OfficeCall *call)
{
        CLEANUP(event_form_done) EventForm form = { .call = call, .edit = { .call = call } };
        int r = load(&form, call->rest);
        if (r == 0)
                r = event_values_of_event(&form.values, call, form.event);
        return r != 0 ? r : reply_form(&form, 200, false);
}

static int on_new_get(OfficeCall *call)
{
        CLEANUP(event_form_done) EventForm form = { .call = call, .edit = { .call = call } };
        int r = event_values_of_new(&form.was, call);
        if (r == 0)
                r = event_values_of_new(&form.values, call);
        return r != 0 ? r : reply_form(&form, 200, false);
}

/* ---- Saving ---- */

/* Whether the event has another place now, and the part was in the former one. */
static bool is_relocated(const EventForm *form, const Event *part)
{
        const char *was = form->was.text[VALUE_PLACE], *place = event_text_property(part, "LOCATION");
        return *was && place && strcmp(place, was) == 0 &&
               event_values_differ(&form->was, &form->values, VALUE_PLACE);
}

/* Moves a part, if it can be moved, by the distance that the event has moved, and to its new place. */
static int move_part(EventForm *form, const Part *part, const PartShift *shift)
{
        PartDates dates = { 0 };
        EditProperty properties[4] = { { 0 } };
        size_t n = 0;
        bool is_moved = (shift->days != 0 || shift->seconds != 0) && parts_is_movable(part);
        int r = is_moved ? parts_move_dates(part->event, shift, &dates) : 0;
        while (dates.properties[n].name) {
                properties[n] = dates.properties[n];
                n++;
        }
        const char *place = form->values.text[VALUE_PLACE];
        if (is_relocated(form, part->event))
                properties[n++] = (EditProperty){
                        .name = "LOCATION", .value = *place ? place : NULL, .text = true
                };
        return r != 0 || n == 0 ? r : event_edit_apply(&form->edit, part->uid, properties);
}

static int move_parts(EventForm *form, const Event *after)
{
        When from = event_start(form->event), to = event_start(after);
        PartShift shift = parts_shift(&from, &to);
        int r = 0;
        if (!*office_form(form->call, "with-parts"))
                return 0;
        for (size_t i = 0; r == 0 && i < form->parts.n; i++)
                r = move_part(form, &form->parts.items[i], &shift);
        return r;
}

/* Gives parts that were postponed with the event their former dates, moved as far as the event. */
static int date_parts(EventForm *form, const Event *after)
{
        When to = event_start(after);
        PartShift shift = parts_shift(&form->former.start, &to);
        int r = 0;
        if (!*office_form(form->call, "with-parts") || to.form == WHEN_NONE)
                return 0;
        for (size_t i = 0; r == 0 && i < form->former.parts.n; i++) {
                const Part *part = &form->former.parts.items[i];
                FormerDates dates;
                r = parts_former_move(part->event, &shift, &dates);
                if (r == 0)
                        r = event_edit_apply(&form->edit, part->uid, dates.properties);
        }
        return r;
}

static int save_changed(EventForm *form)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        CLEANUP(event_freep) Event *after = NULL;
        edit_event(form->event, form->properties.items, form->call->now, &text);
        int r = event_edit_put(&form->edit, form->record->collection, &text);
        if (r == 0)
                r = event_parse(form->call->parts->zones, buffer_text(&text), text.len, &after, NULL);
        return r != 0 ? r : event_is_draft(form->event) ? date_parts(form, after) : move_parts(form, after);
}

static const char *calendar_of(const EventForm *form)
{
        const char *chosen = office_form(form->call, "calendar");
        return *chosen ? chosen : COLLECTION_EVENTS;
}

/* The calendar may be gone since the form was made. That of an account is none of the office. */
static int check_calendar(EventForm *form)
{
        bool is_valid = true;
        int r = 0;
        if (!form->record && strcmp(calendar_of(form), COLLECTION_EVENTS) != 0)
                r = calendar_choice_check(form->call, calendar_of(form), &is_valid);
        if (r == 0 && !is_valid)
                form_fault(&form->faults, "calendar", form->call->strings->bad_value);
        return r;
}

static int save_new(EventForm *form, char *uid)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        CLEANUP(object_record_freep) ObjectRecord *parent = NULL;
        const char *parent_uid = office_form(form->call, "parent");
        EventProperties *properties = &form->properties;
        CLEANUP(event_freep) Event *whole = NULL;
        int r = *parent_uid ? event_edit_load(&form->edit, parent_uid, &parent, &whole) : 0;
        if (r != 0)
                return r;
        if (parent && properties->n < EVENT_PROPERTIES_MAX)
                properties->items[properties->n++] = (EditProperty){
                        .name = "RELATED-TO", .params = ";RELTYPE=PARENT", .value = parent_uid, .text = true
                };
        bool is_there = false;
        r = event_edit_new_uid(&form->edit, uid, &is_there);
        if (r != 0 || is_there)
                return r;
        if (r == 0)
                r = collection_ensure(form->call->store, COLLECTION_EVENTS, false,
                                form->call->view.config->time_zone_name);
        edit_compose(uid, properties->items, form->call->now, &text);
        return r != 0 ? r
                      : event_edit_put(&form->edit, parent ? parent->collection : calendar_of(form), &text);
}

/* Shows an error that the parser has found, at the field of its property if the form has one. */
static int reply_invalid(EventForm *form)
{
        event_fields_invalid(form->call, &form->faults, &form->edit.error);
        return reply_form(form, BAD, false);
}

static int finish(EventForm *form, const char *uid)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        event_links_write(&path, "event", uid);
        int r = buffer_error(&path);
        return r != 0 ? r : event_edit_finish(&form->edit, buffer_text(&path), "saved");
}

static int save(EventForm *form)
{
        char uid[EVENT_EDIT_UID_BYTES] = "";
        const EventValues *was = form->record ? &form->was : NULL;
        int r = event_properties_make(
                        form->call, form->event, was, &form->values, &form->faults, &form->properties);
        if (r == 0)
                r = check_calendar(form);
        if (r == 0 && form->faults.n > 0) {
                store_rollback(form->call->store);
                return reply_form(form, BAD, false);
        }
        if (r == 0)
                r = form->record ? save_changed(form) : save_new(form, uid);
        if (r == STORE_E_MEETING) {
                store_rollback(form->call->store);
                return office_reply_error(form->call, BAD, form->call->strings->is_meeting);
        }
        if (r == EVENT_EDIT_E_INVALID) {
                store_rollback(form->call->store);
                return reply_invalid(form);
        }
        return r != 0 ? r : finish(form, form->record ? form->uid : uid);
}

/*
 * Takes over what another editor has changed in fields that this one has not touched. What both have changed
 * stays as it was typed.
 */
static int merge(EventForm *form)
{
        const char *printed = office_form(form->call, "was");
        int r = 0;
        for (EventValue i = 0; r == 0 && i < VALUES_N; i++)
                if (event_values_is_printed(&form->values, i, printed))
                        r = event_values_set(&form->values, i, form->was.text[i]);
        return r;
}

/* Whether all that the form says is stored: it was sent twice. */
static bool is_stored(const EventForm *form)
{
        for (EventValue i = 0; i < VALUES_N; i++)
                if (event_values_differ(&form->was, &form->values, i))
                        return false;
        return true;
}

static int on_edit_post(OfficeCall *call)
{
        CLEANUP(event_form_done) EventForm form = { .call = call };
        int r = event_edit_begin(&form.edit, call);
        if (r == 0)
                r = load(&form, call->rest);
        if (r == 0)
                r = event_values_of_form(&form.values, call);
        if (r != 0)
                return r;
        if (strtoll(office_form(call, "change"), NULL, 10) == form.record->change)
                return save(&form);
        r = merge(&form);
        if (r == 0 && is_stored(&form))
                return finish(&form, form.uid);
        store_rollback(call->store);
        return r != 0 ? r : reply_form(&form, CONFLICT, true);
}

static int on_new_post(OfficeCall *call)
{
        CLEANUP(event_form_done) EventForm form = { .call = call, .uid = "" };
        int r = event_edit_begin(&form.edit, call);
        if (r == 0)
                r = event_values_of_new(&form.was, call);
        if (r == 0)
                r = event_values_of_form(&form.values, call);
        return r != 0 ? r : save(&form);
}

static int on_edit(OfficeCall *call)
{
        return office_is_post(call) ? on_edit_post(call) : on_edit_get(call);
}

static int on_new(OfficeCall *call)
{
        return office_is_post(call) ? on_new_post(call) : on_new_get(call);
}

const OfficeRow event_form_page_rows[] = {
        { "new-event", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_new },
        { "edit-event/", false, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_edit },
        { NULL, false, 0, 0, NULL },
};
