#include "office/calendar-page.h"

#include "base/hash.h"
#include "dav/office-calendar.h"
#include "office/calendar-choice.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/write.h"
#include "store/calendar.h"
#include "store/property.h"

#include <errno.h>
#include <string.h>

enum {
        VALUE_BYTES = 4096,
        NAMES_BYTES = 8192, /* of hosts; the rest is left out */
        ONCE_BYTES = 80,
        TITLE_MAX = 200,
        TEXT_MAX = 1000,
        BAD = 422,
        CONFLICT = 409,
};

typedef struct CalendarForm {
        OfficeCall *call;
        FormFaults faults;
        Collection calendar; /* without a name for a new one */
        bool is_there;
        Buffer stored[OFFICE_CALENDAR_FIELDS_N];
        Buffer typed[OFFICE_CALENDAR_FIELDS_N];
        const Buffer *values; /* in the form */
} CalendarForm;

static void calendar_form_init(CalendarForm *form, OfficeCall *call)
{
        *form = (CalendarForm){ .call = call };
        for (int i = 0; i < OFFICE_CALENDAR_FIELDS_N; i++) {
                form->stored[i] = BUFFER_INIT(PROPERTY_VALUE_MAX_BYTES);
                form->typed[i] = BUFFER_INIT(VALUE_BYTES);
        }
        form->values = form->stored;
}

static void calendar_form_done(CalendarForm *form)
{
        form_faults_done(&form->faults);
        for (int i = 0; i < OFFICE_CALENDAR_FIELDS_N; i++) {
                buffer_done(&form->stored[i]);
                buffer_done(&form->typed[i]);
        }
}

/* Reads the calendar of a name, if the office has one. */
static int load(CalendarForm *form, const char *name)
{
        OfficeCall *call = form->call;
        int r = collection_get(call->store, name, &form->calendar);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND : r;
        if (form->calendar.is_cards || form->calendar.owner[0])
                return OFFICE_E_NOT_FOUND;
        form->is_there = true;
        return office_calendar_read(call->store, name, form->stored);
}

/* ---- The form ---- */

static const struct {
        const char *name;
        OfficeWord label, note;
        int rows, max;
} fields[OFFICE_CALENDAR_FIELDS_N] = {
        [OFFICE_CALENDAR_TITLE] = { "title", OFFICE_WORD(calendar_title), OFFICE_WORD(calendar_title_note),
                        0, TITLE_MAX },
        [OFFICE_CALENDAR_DESCRIPTION] = { "description", OFFICE_WORD(calendar_description), 0, 3, TEXT_MAX },
        [OFFICE_CALENDAR_COLOR] = { "color", OFFICE_WORD(calendar_color), OFFICE_WORD(calendar_color_note),
                        0, 9 },
};

/* Writes the hash of the stored values, which tells whether they have changed since a form was made. */
static void write_seen(const CalendarForm *form, char ret[static HASH_HEX_SIZE])
{
        CLEANUP(buffer_done)
        Buffer all = BUFFER_INIT(OFFICE_CALENDAR_FIELDS_N * (PROPERTY_VALUE_MAX_BYTES + 1));
        for (int i = 0; i < OFFICE_CALENDAR_FIELDS_N; i++)
                buffer_printf(&all, "%s\n", buffer_text(&form->stored[i]));
        hash_hex(buffer_text(&all), all.len, ret);
}

static void write_fields(CalendarForm *form)
{
        OfficeCall *call = form->call;
        for (int i = 0; i < OFFICE_CALENDAR_FIELDS_N; i++)
                form_field(call, &form->faults,
                                &(FormField){ .name = fields[i].name,
                                                .label = office_word(call->strings, fields[i].label),
                                                .note = fields[i].note ? office_word(call->strings,
                                                                                         fields[i].note)
                                                                       : NULL,
                                                .value = buffer_text(&form->values[i]),
                                                .rows = fields[i].rows,
                                                .max = fields[i].max,
                                                .is_short = i == OFFICE_CALENDAR_COLOR });
}

static int reply_form(CalendarForm *form, int status)
{
        OfficeCall *call = form->call;
        const OfficeStrings *strings = call->strings;
        const char *name = form->calendar.name, *title = buffer_text(&form->stored[OFFICE_CALENDAR_TITLE]);
        bool is_new = !*call->rest;
        char seen[HASH_HEX_SIZE];
        int r = 0;
        write_seen(form, seen);
        office_begin(call, OFFICE_PLACES, is_new ? strings->calendar_new : *title ? title : name);
        form_faults(call, &form->faults);
        form_begin(call, NULL, "form");
        form_hidden(call, "seen", seen);
        if (is_new)
                r = form_once(call);
        if (is_new)
                form_field(call, &form->faults,
                                &(FormField){ .name = "name",
                                                .label = strings->calendar_name,
                                                .note = strings->calendar_name_note,
                                                .value = office_form(call, "name"),
                                                .max = COLLECTION_NAME_SIZE - 1 });
        write_fields(form);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n", strings->calendar_own_words);
        form_submit(call, "action", "save", NULL, strings->save);
        form_end(call);
        if (!is_new && !calendar_is_fixed(name)) {
                form_begin(call, NULL, "acts");
                form_submit(call, "action", "delete", "quiet danger", strings->calendar_delete);
                form_end(call);
        }
        buffer_printf(&call->out, "<p><a href=\"/office/places\">%s</a></p>\n", strings->section_places);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

/* ---- Saving ---- */

static int take_typed(CalendarForm *form)
{
        int r = 0;
        form->values = form->typed;
        for (int i = 0; r == 0 && i < OFFICE_CALENDAR_FIELDS_N; i++) {
                Buffer *value = &form->typed[i];
                const char *c = office_form(form->call, fields[i].name);
                for (c += strspn(c, " \t\r\n"); *c; c++)
                        if (*c != '\r')
                                buffer_putc(value, *c);
                buffer_trim(value, 0, " \t\n");
                r = buffer_error(value);
                if (r == -EFBIG)
                        form_fault(&form->faults, fields[i].name, form->call->strings->bad_value);
                r = r == -EFBIG ? 0 : r;
        }
        const char *color = buffer_text(&form->typed[OFFICE_CALENDAR_COLOR]);
        if (*color && !office_calendar_color_is_valid(color))
                form_fault(&form->faults, "color", form->call->strings->calendar_bad_color);
        return r;
}

/* Whether the form has what is stored already. */
static bool is_same(const CalendarForm *form)
{
        for (int i = 0; i < OFFICE_CALENDAR_FIELDS_N; i++)
                if (strcmp(buffer_text(&form->typed[i]), buffer_text(&form->stored[i])) != 0)
                        return false;
        return true;
}

/* Names the fields that another administrator has changed to something else than what was typed. */
static int check_seen(CalendarForm *form)
{
        char seen[HASH_HEX_SIZE];
        int r = 0;
        write_seen(form, seen);
        if (strcmp(seen, office_form(form->call, "seen")) == 0)
                return 0;
        for (int i = 0; r == 0 && i < OFFICE_CALENDAR_FIELDS_N; i++)
                r = form_fault_changed(form->call, &form->faults, fields[i].name,
                                buffer_text(&form->typed[i]), buffer_text(&form->stored[i]));
        return r;
}

static int reply_faults(CalendarForm *form, int status)
{
        store_rollback(form->call->store);
        return reply_form(form, status);
}

static int write_values(CalendarForm *form, const char *name)
{
        OfficeCall *call = form->call;
        const char *values[OFFICE_CALENDAR_FIELDS_N];
        for (int i = 0; i < OFFICE_CALENDAR_FIELDS_N; i++)
                values[i] = buffer_text(&form->typed[i]);
        int r = is_same(form) ? 0 : office_calendar_write(call->store, name, values);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/places", "saved");
}

static int save(CalendarForm *form)
{
        int r = take_typed(form);
        if (r == 0 && form->faults.n > 0)
                return reply_faults(form, BAD);
        if (r == 0)
                r = check_seen(form);
        if (r == 0 && form->faults.n > 0)
                return reply_faults(form, CONFLICT);
        return r != 0 ? r : write_values(form, form->calendar.name);
}

/*
 * A form that is sent twice adds one calendar. The calendar keeps the mark of its form as a property that no
 * account sees, because the name of none has an @.
 */
#define FORM_DOMAIN   "form"
#define FORM_PROPERTY "form"

static int on_mark(const StoredProperty *property, void *userdata)
{
        *(bool *)userdata |= property->is_own && strcmp(property->name, FORM_PROPERTY) == 0;
        return 0;
}

static int note_form(CalendarForm *form, const char *name)
{
        char mark[ONCE_BYTES];
        int r = form_once_uid(form->call, FORM_DOMAIN, mark, sizeof(mark));
        const PropertyOwner owner = { name, "", mark };
        return r != 0 ? r : property_set(form->call->store, &owner, false, "", FORM_PROPERTY, "<form/>");
}

static int is_sent_again(CalendarForm *form, const char *name, bool *ret)
{
        char mark[ONCE_BYTES];
        *ret = false;
        int r = form_once_uid(form->call, FORM_DOMAIN, mark, sizeof(mark));
        const PropertyOwner owner = { name, "", mark };
        return r != 0 ? r : property_each_stored(form->call->store, &owner, on_mark, ret);
}

static int add(CalendarForm *form)
{
        OfficeCall *call = form->call;
        const OfficeStrings *strings = call->strings;
        const char *name = office_form(call, "name");
        bool is_again = false;
        int r = take_typed(form);
        if (r == 0 && !calendar_name_is_valid(name))
                form_fault(&form->faults, "name", strings->calendar_bad_name);
        if (r == 0 && form->faults.n == 0)
                r = calendar_add(call->store, name, call->view.config->time_zone_name, call->now);
        if (r == 0 && form->faults.n == 0)
                r = note_form(form, name);
        if (r == STORE_E_CONFLICT) {
                r = is_sent_again(form, name, &is_again);
                if (r == 0 && is_again)
                        return office_redirect(call, "/office/places", "saved");
                form_fault(&form->faults, "name", strings->calendar_name_taken);
        }
        return r != 0 ? r : form->faults.n == 0 ? write_values(form, name) : reply_faults(form, BAD);
}

/* ---- Removing ---- */

static int write_targets(CalendarForm *form)
{
        OfficeCall *call = form->call;
        const char *chosen = office_form(call, "target");
        return calendar_choice_write(call, &form->faults,
                        &(FormField){ .name = "target",
                                        .label = call->strings->calendar_target,
                                        .value = *chosen ? chosen : COLLECTION_EVENTS },
                        form->calendar.name, 1);
}

static int add_host(const ObjectRecord *record, void *userdata)
{
        Buffer *names = userdata;
        if (names->len + strlen(record->name) < NAMES_BYTES)
                buffer_printf(names, "%s%s", names->len > 0 ? ", " : "", record->name);
        return buffer_error(names);
}

static int reply_hosts(OfficeCall *call, const char *names, int status)
{
        const OfficeStrings *strings = call->strings;
        buffer_puts(&call->out, "<p>");
        int r = write_message(call, strings->calendar_has_hosts, TEXT_ARGUMENTS({ "names", names, 0 }));
        buffer_printf(&call->out, "</p>\n<p><a href=\"/office/places\">%s</a></p>\n",
                        strings->section_places);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

static int ask_to_remove(CalendarForm *form, int status)
{
        OfficeCall *call = form->call;
        const OfficeStrings *strings = call->strings;
        CLEANUP(buffer_done) Buffer hosts = BUFFER_INIT(2 * NAMES_BYTES);
        CalendarContents contents;
        int r = calendar_contents(call->store, form->calendar.name, &contents);
        if (r == 0)
                r = calendar_hosts_each(call->store, form->calendar.name, add_host, &hosts);
        office_begin(call, OFFICE_PLACES, form->calendar.name);
        if (r == 0 && hosts.len > 0)
                return reply_hosts(call, buffer_text(&hosts), status);
        form_faults(call, &form->faults);
        buffer_puts(&call->out, "<ul>\n<li>");
        if (r == 0)
                r = write_message(call, strings->calendar_has_events,
                                TEXT_ARGUMENTS({ "n", NULL, contents.n_objects }));
        buffer_puts(&call->out, "</li>\n<li>");
        if (r == 0)
                r = write_message(call, strings->calendar_has_people,
                                TEXT_ARGUMENTS({ "n", NULL, contents.n_listed }));
        buffer_printf(&call->out, "</li>\n<li>%s</li>\n</ul>\n", strings->calendar_loses);
        form_begin(call, NULL, "form");
        form_hidden(call, "action", "delete");
        if (r == 0)
                r = write_targets(form);
        form_submit(call, "confirm", "yes", "quiet danger", strings->calendar_delete);
        form_end(call);
        buffer_printf(&call->out, "<p><a href=\"/office/places\">%s</a></p>\n", strings->section_places);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

static int remove_calendar(CalendarForm *form)
{
        OfficeCall *call = form->call;
        if (calendar_is_fixed(form->calendar.name))
                return OFFICE_E_FORBIDDEN;
        if (strcmp(office_form(call, "confirm"), "yes") != 0) {
                store_rollback(call->store);
                return ask_to_remove(form, 200);
        }
        int r = calendar_remove(call->store, form->calendar.name, office_form(call, "target"), call->now);
        if (r == STORE_E_CONFLICT || r == CALENDAR_E_HOST) {
                store_rollback(call->store);
                form_fault(&form->faults, "target", call->strings->calendar_bad_target);
                return ask_to_remove(form, CONFLICT);
        }
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/places", "calendar-removed");
}

static int run(CalendarForm *form)
{
        OfficeCall *call = form->call;
        bool is_new = !*call->rest, is_post = office_is_post(call);
        int r = is_post ? store_begin_write(call->store) : 0;
        if (r == 0)
                r = office_check_role(call, ACCOUNT_ADMIN);
        if (r == 0 && !is_new)
                r = load(form, call->rest);
        /* The form may have been sent before. */
        if (r == OFFICE_E_NOT_FOUND && is_post && strcmp(office_form(call, "confirm"), "yes") == 0)
                return office_redirect(call, "/office/places", "calendar-removed");
        if (r != 0 || !is_post)
                return r != 0 ? r : reply_form(form, 200);
        if (is_new)
                return add(form);
        return strcmp(office_form(call, "action"), "delete") == 0 ? remove_calendar(form) : save(form);
}

static int on_calendar(OfficeCall *call)
{
        CLEANUP(calendar_form_done) CalendarForm form;
        calendar_form_init(&form, call);
        return run(&form);
}

const OfficeRow calendar_page_rows[] = {
        { "new-calendar", true, HTTP_GET | HTTP_POST, ACCOUNT_ADMIN, on_calendar },
        { "calendar/", false, HTTP_GET | HTTP_POST, ACCOUNT_ADMIN, on_calendar },
        { NULL, false, 0, 0, NULL },
};
