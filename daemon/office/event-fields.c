#include "office/event-fields.h"

#include "base/html.h"
#include "base/text.h"
#include "store/event-list.h"
#include "web/page.h"

#include <stdio.h>
#include <string.h>

enum { KINDS_MAX = 64, ZONES_MAX = 40, MESSAGE_BYTES = 4096 };

/* The data that the fields need. */
typedef struct Fields {
        OfficeCall *call;
        const OfficeStrings *strings;
        const FormFaults *faults;
        const EventValues *values;
} Fields;

static const struct {
        EventValue value;
        OfficeWord label;
} labels[] = {
        { VALUE_KIND, OFFICE_WORD(kind) },
        { VALUE_CLASS, OFFICE_WORD(visibility) },
        { VALUE_STATUS, OFFICE_WORD(certainty) },
        { VALUE_FORM, OFFICE_WORD(when) },
        { VALUE_START_DAY, OFFICE_WORD(start_day) },
        { VALUE_START_TIME, OFFICE_WORD(start_time) },
        { VALUE_END_DAY, OFFICE_WORD(end_day) },
        { VALUE_END_TIME, OFFICE_WORD(end_time) },
        { VALUE_ZONE, OFFICE_WORD(zone) },
        { VALUE_PLACE, OFFICE_WORD(place) },
        { VALUE_TEXT, OFFICE_WORD(text) },
        { VALUE_LINK, OFFICE_WORD(link) },
        { VALUE_CONTACT, OFFICE_WORD(contact) },
        { VALUE_ORGANISERS, OFFICE_WORD(organisers) },
        { VALUE_SPEAKERS, OFFICE_WORD(speakers) },
        { VALUE_FILES, OFFICE_WORD(files) },
        { VALUE_REPEAT, OFFICE_WORD(repeat) },
        { VALUE_EVERY, OFFICE_WORD(every) },
        { VALUE_WEEKDAYS, OFFICE_WORD(weekdays) },
        { VALUE_UNTIL, OFFICE_WORD(until) },
        { VALUE_COUNT, OFFICE_WORD(count) },
};

const char *event_fields_label(const OfficeCall *call, EventValue value)
{
        for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
                if (labels[i].value == value)
                        return office_word(call->strings, labels[i].label);
        return call->strings->title;
}

/* ---- One field ---- */

static FormField field_of(const Fields *fields, EventValue value, char name[static 32])
{
        return (FormField){
                .name = event_values_name(value, name),
                .label = event_fields_label(fields->call, value),
                .value = fields->values->text[value],
        };
}

static void write_text(
                const Fields *fields, EventValue value, const char *type, const char *note, bool is_short)
{
        char name[32];
        FormField field = field_of(fields, value, name);
        field.type = type;
        field.note = note;
        field.is_short = is_short;
        form_field(fields->call, fields->faults, &field);
}

static void write_area(const Fields *fields, EventValue value, int rows, const char *note)
{
        char name[32];
        FormField field = field_of(fields, value, name);
        field.rows = rows;
        field.note = note;
        form_field(fields->call, fields->faults, &field);
}

static void write_choice(const Fields *fields, EventValue value, const FormChoice *choices, size_t n)
{
        char name[32];
        FormField field = field_of(fields, value, name);
        field.is_short = true;
        form_select(fields->call, fields->faults, &field, choices, n);
}

static void begin_group(const Fields *fields, const char *legend, const char *class)
{
        buffer_printf(&fields->call->out, "<fieldset class=\"card %s\"><legend>%s</legend>\n", class,
                        legend);
}

static void end_group(const Fields *fields)
{
        buffer_puts(&fields->call->out, "</fieldset>\n");
}

/* ---- The groups ---- */

static int write_titles(const Fields *fields)
{
        for (int i = 0; i < LANGUAGES_N; i++) {
                CLEANUP(buffer_done) Buffer label = BUFFER_INIT(MESSAGE_BYTES);
                Language language = page_view_language(&fields->call->view, i);
                char name[32];
                FormField field = field_of(fields, VALUE_TITLE + (EventValue)language, name);
                int r = text_message(&label, fields->call->view.tag, fields->strings->title_in,
                                TEXT_ARGUMENTS({ "language", web_strings(language)->name, 0 }));
                if (r < 0)
                        return r;
                field.label = buffer_text(&label);
                field.max = 500;
                field.required = i == 0;
                form_field(fields->call, fields->faults, &field);
        }
        return 0;
}

static void write_kind(const Fields *fields)
{
        const Config *config = fields->call->view.config;
        FormChoice choices[KINDS_MAX + 1];
        size_t n = 0;
        /* An event from another program may have no kind. The empty choice keeps it so. */
        if (!*fields->values->text[VALUE_KIND])
                choices[n++] = (FormChoice){ "", "—", NULL };
        for (size_t i = 0; i < config->n_kinds && n < KINDS_MAX; i++)
                choices[n++] = (FormChoice){ config->kinds[i].name,
                        page_kind_one(&fields->call->view, config->kinds[i].name), NULL };
        write_choice(fields, VALUE_KIND, choices, n);
}

static void write_what(const Fields *fields, bool is_draft)
{
        const OfficeStrings *strings = fields->strings;
        const char *tag = fields->call->view.tag;
        const FormChoice classes[] = { { "PRIVATE", strings->class_private, tag },
                { "PUBLIC", strings->class_public, tag },
                { "CONFIDENTIAL", strings->class_confidential, tag } };
        const FormChoice states[] = { { "", strings->certainty_unsaid, tag },
                { "TENTATIVE", strings->certainty_tentative, tag },
                { "CONFIRMED", strings->certainty_confirmed, tag } };
        buffer_puts(&fields->call->out, "<div class=\"two\">\n");
        write_kind(fields);
        write_choice(fields, VALUE_CLASS, classes, 3);
        if (!is_draft)
                write_choice(fields, VALUE_STATUS, states, 3);
        buffer_puts(&fields->call->out, "</div>\n");
}

static void write_form(const Fields *fields, const Event *event)
{
        const OfficeStrings *strings = fields->strings;
        const char *form = fields->values->text[VALUE_FORM];
        const char *wrong = form_fault_of(fields->faults, "form");
        buffer_printf(&fields->call->out, "<div class=\"choices-row\" id=\"form\">\n");
        form_radio(fields->call, "form", "times", strcmp(form, "times") == 0, strings->form_times);
        form_radio(fields->call, "form", "days", strcmp(form, "days") == 0, strings->form_days);
        if (!event || event_is_draft(event))
                form_radio(fields->call, "form", "none", strcmp(form, "none") == 0, strings->form_none);
        buffer_puts(&fields->call->out, "</div>\n");
        if (wrong)
                buffer_printf(&fields->call->out, "<p class=\"fault\">%s</p>\n", wrong);
}

/* Writes the choice of a zone: the zones that pages offer, and the event's own zone. */
static void write_zone(const Fields *fields)
{
        FormChoice choices[ZONES_MAX];
        const char *own = fields->values->text[VALUE_ZONE];
        bool is_listed = false;
        size_t n = 0;
        for (size_t i = 0; i < page_n_zones && n < ZONES_MAX - 1; i++) {
                choices[n++] = (FormChoice){ page_zones[i], page_zones[i], "en" };
                is_listed |= strcmp(page_zones[i], own) == 0;
        }
        if (!is_listed)
                choices[n++] = (FormChoice){ own, own, "en" };
        write_choice(fields, VALUE_ZONE, choices, n);
}

static void write_when(const Fields *fields, const Event *event)
{
        begin_group(fields, fields->strings->when, "");
        write_form(fields, event);
        buffer_puts(&fields->call->out, "<div class=\"four\">\n");
        write_text(fields, VALUE_START_DAY, "date", NULL, true);
        write_text(fields, VALUE_START_TIME, "time", NULL, true);
        write_text(fields, VALUE_END_DAY, "date", NULL, true);
        write_text(fields, VALUE_END_TIME, "time", NULL, true);
        buffer_puts(&fields->call->out, "</div>\n");
        write_zone(fields);
        end_group(fields);
}

static void write_weekdays(const Fields *fields)
{
        static const char *const days[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
        CivilTime monday = civil_from_days(4); /* 1970-01-05 */
        buffer_printf(&fields->call->out,
                        "<fieldset class=\"choices-row\" id=\"weekdays\"><legend>%s</legend>\n",
                        fields->strings->weekdays);
        for (int i = 0; i < 7; i++) {
                CLEANUP(buffer_done) Buffer label = BUFFER_INIT(MESSAGE_BYTES);
                char name[16];
                snprintf(name, sizeof(name), "on-%s", days[i]);
                monday.day = 5 + i;
                text_dates_write(fields->call->view.dates, &label, TEXT_DATE_WEEKDAY_SHORT, &monday);
                form_check(fields->call, name, strstr(fields->values->text[VALUE_WEEKDAYS], days[i]) != NULL,
                                buffer_text(&label));
        }
        end_group(fields);
}

static void write_repeat(const Fields *fields)
{
        const OfficeStrings *strings = fields->strings;
        const char *tag = fields->call->view.tag, *repeat = fields->values->text[VALUE_REPEAT];
        const FormChoice choices[] = { { "", strings->repeat_never, tag },
                { "DAILY", strings->repeat_daily, tag }, { "WEEKLY", strings->repeat_weekly, tag },
                { "MONTHLY", strings->repeat_monthly, tag }, { "YEARLY", strings->repeat_yearly, tag },
                { "OTHER", strings->repeat_other, tag } };
        size_t n = sizeof(choices) / sizeof(*choices) - (strcmp(repeat, "OTHER") != 0);
        buffer_printf(&fields->call->out,
                        "<details class=\"card\"%s><summary>%s</summary>\n<div class=\"form\">",
                        *repeat || form_fault_of(fields->faults, "repeat") ? " open" : "", strings->repeat);
        buffer_puts(&fields->call->out, "<div class=\"four\">\n");
        write_choice(fields, VALUE_REPEAT, choices, n);
        write_text(fields, VALUE_EVERY, "number", NULL, true);
        write_text(fields, VALUE_UNTIL, "date", NULL, true);
        write_text(fields, VALUE_COUNT, "number", NULL, true);
        buffer_puts(&fields->call->out, "</div>\n");
        write_weekdays(fields);
        buffer_puts(&fields->call->out, "</div></details>\n");
}

static int write_place_option(const char *name, void *userdata)
{
        Buffer *out = userdata;
        buffer_puts(out, "<option value=\"");
        html_escape(out, name);
        buffer_puts(out, "\"></option>\n");
        return 0;
}

static int write_where(const Fields *fields)
{
        char name[32];
        FormField field = field_of(fields, VALUE_PLACE, name);
        field.list = "places";
        field.note = fields->strings->place_note;
        form_field(fields->call, fields->faults, &field);
        buffer_puts(&fields->call->out, "<datalist id=\"places\">\n");
        int r = event_list_names(fields->call->store, "location", write_place_option, &fields->call->out);
        buffer_puts(&fields->call->out, "</datalist>\n");
        return r;
}

int event_fields_write(
                OfficeCall *call, const FormFaults *faults, const EventValues *values, const Event *event)
{
        const Fields fields = { call, call->strings, faults, values };
        int r = write_titles(&fields);
        write_what(&fields, event && event_is_draft(event));
        write_when(&fields, event);
        if (r == 0)
                r = write_where(&fields);
        write_repeat(&fields);
        write_area(&fields, VALUE_TEXT, 6, NULL);
        write_area(&fields, VALUE_SPEAKERS, 3, call->strings->people_note);
        write_area(&fields, VALUE_ORGANISERS, 2, call->strings->people_note);
        write_text(&fields, VALUE_CONTACT, NULL, call->strings->contact_note, false);
        write_text(&fields, VALUE_LINK, "url", NULL, false);
        write_area(&fields, VALUE_FILES, 2, call->strings->files_note);
        return r;
}

static const struct {
        const char *property;
        EventValue value;
} properties[] = {
        { "DTSTART", VALUE_START_DAY },
        { "DTEND", VALUE_END_DAY },
        { "RRULE", VALUE_REPEAT },
        { "URL", VALUE_LINK },
        { "ATTACH", VALUE_FILES },
        { "CATEGORIES", VALUE_KIND },
};

void event_fields_invalid(const OfficeCall *call, FormFaults *faults, const InputError *error)
{
        EventValue value = VALUE_TITLE + (EventValue)language_of(call->view.config->language);
        char name[32];
        for (size_t i = 0; i < sizeof(properties) / sizeof(*properties); i++)
                if (strcmp(properties[i].property, error->where) == 0)
                        value = properties[i].value;
        form_fault(faults, event_values_name(value, name), call->strings->bad_value);
}
