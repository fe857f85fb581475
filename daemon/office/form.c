#include "office/form.h"

#include "base/hash.h"
#include "base/text.h"
#include "calendar/edit.h"
#include "web/form-fields.h"
#include "web/page.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 1024 * 1024 };

void form_faults_done(FormFaults *faults)
{
        for (size_t i = 0; i < faults->n; i++)
                free(faults->items[i].text);
}

void form_fault(FormFaults *faults, const char *field, const char *text)
{
        char *copy = faults->n < FORM_FAULTS_MAX ? strdup(text) : NULL;
        if (!copy)
                return;
        snprintf(faults->items[faults->n].field, sizeof(faults->items[0].field), "%s", field);
        faults->items[faults->n++].text = copy;
}

int form_fault_changed(const OfficeCall *call, FormFaults *faults, const char *field, const char *typed,
                const char *now)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        if (strcmp(typed, now) == 0)
                return 0;
        int r = text_message(&text, call->view.tag, call->strings->person_changed_to,
                        TEXT_ARGUMENTS({ "value", *now ? now : "–", 0 }));
        if (r == 0)
                form_fault(faults, field, buffer_text(&text));
        return r;
}

const char *form_fault_of(const FormFaults *faults, const char *field)
{
        for (size_t i = 0; faults && i < faults->n; i++)
                if (strcmp(faults->items[i].field, field) == 0)
                        return faults->items[i].text;
        return NULL;
}

static void write_attribute(Buffer *out, const char *name, const char *value)
{
        buffer_printf(out, " %s=\"", name);
        html_escape(out, value);
        buffer_putc(out, '"');
}

void form_begin(OfficeCall *call, const char *action, const char *class)
{
        Buffer *out = &call->out;
        buffer_puts(out, "<form method=\"post\"");
        if (action)
                write_attribute(out, "action", action);
        if (class && *class)
                write_attribute(out, "class", class);
        buffer_puts(out, ">\n");
        form_hidden(call, "csrf", call->csrf);
}

void form_end(OfficeCall *call)
{
        buffer_puts(&call->out, "</form>\n");
}

int form_once(OfficeCall *call)
{
        char token[TOKEN_SIZE];
        const char *sent = office_is_post(call) ? office_form(call, "once") : "";
        int r = *sent ? 0 : token_make(token);
        if (r == 0)
                form_hidden(call, "once", *sent ? sent : token);
        return r;
}

/* The token of the session and the answer of the question are no contents. */
static void add_contents(const char *name, const char *value, void *userdata)
{
        if (strcmp(name, "csrf") == 0 || strcmp(name, "notify") == 0)
                return;
        hash_field(userdata, name);
        hash_field(userdata, value);
}

int form_once_uid(const OfficeCall *call, const char *domain, char *ret, size_t size)
{
        char hex[HASH_HEX_SIZE];
        if (!*office_form(call, "once"))
                return edit_make_uid(domain, ret, size);
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        http_request_form_each(call->request, add_contents, hash);
        hash_finish(hash, hex);
        hash_free(hash);
        return snprintf(ret, size, "%.40s@%s", hex, domain) < (int)size ? 0 : -ENAMETOOLONG;
}

void form_refusal(OfficeCall *call, const char *text)
{
        buffer_printf(&call->out, "<div class=\"faults\" role=\"alert\"><p>%s</p></div>\n", text);
}

void form_faults(OfficeCall *call, const FormFaults *faults)
{
        Buffer *out = &call->out;
        if (faults->n == 0)
                return;
        buffer_printf(out, "<div class=\"faults\" role=\"alert\"><h2>%s</h2>\n<ul>\n",
                        call->strings->faults_title);
        for (size_t i = 0; i < faults->n; i++) {
                buffer_puts(out, "<li><a href=\"#");
                html_escape(out, faults->items[i].field);
                buffer_puts(out, "\">");
                html_escape(out, faults->items[i].text);
                buffer_puts(out, "</a></li>\n");
        }
        buffer_puts(out, "</ul></div>\n");
}

static void write_label(Buffer *out, const FormField *field)
{
        if (field->label)
                buffer_printf(out, "<label for=\"%s\">%s</label>\n", field->name, field->label);
        if (field->note)
                buffer_printf(out, "<span class=\"note\" id=\"%s-note\">%s</span>\n", field->name,
                                field->note);
}

/* Writes the attributes that an input, a text area and a choice have in common. */
static void write_common(Buffer *out, const FormField *field, const char *fault)
{
        buffer_printf(out, " id=\"%s\" name=\"%s\"", field->name, field->name);
        if (field->required)
                buffer_puts(out, " required");
        if (fault)
                buffer_puts(out, " aria-invalid=\"true\"");
        if (fault || field->note)
                buffer_printf(out, " aria-describedby=\"%s%s%s%s%s\"", field->note ? field->name : "",
                                field->note ? "-note" : "", field->note && fault ? " " : "",
                                fault ? field->name : "", fault ? "-fault" : "");
}

static void write_fault(Buffer *out, const FormField *field, const char *fault)
{
        if (!fault)
                return;
        buffer_printf(out, "<span class=\"fault\" id=\"%s-fault\">", field->name);
        html_escape(out, fault);
        buffer_puts(out, "</span>\n");
}

static void write_input(Buffer *out, const FormField *field, const char *fault)
{
        buffer_puts(out, "<input");
        write_common(out, field, fault);
        buffer_printf(out, " type=\"%s\" autocomplete=\"%s\"", field->type ? field->type : "text",
                        field->autocomplete ? field->autocomplete : "off");
        if (field->max)
                buffer_printf(out, " maxlength=\"%d\"", field->max);
        if (field->list)
                write_attribute(out, "list", field->list);
        write_attribute(out, "value", field->value ? field->value : "");
        buffer_puts(out, ">\n");
}

static void write_area(Buffer *out, const FormField *field, const char *fault)
{
        buffer_printf(out, "<textarea rows=\"%d\"", field->rows);
        write_common(out, field, fault);
        if (field->max)
                buffer_printf(out, " maxlength=\"%d\"", field->max);
        /* A browser leaves out a line end that follows the tag. */
        buffer_puts(out, ">\n");
        html_escape(out, field->value ? field->value : "");
        buffer_puts(out, "</textarea>\n");
}

static void begin_field(Buffer *out, const FormField *field)
{
        buffer_printf(out, "<div class=\"field%s\">\n", field->is_short ? " short" : "");
        write_label(out, field);
}

static void end_field(Buffer *out, const FormField *field, const char *fault)
{
        write_fault(out, field, fault);
        buffer_puts(out, "</div>\n");
}

void form_field(OfficeCall *call, const FormFaults *faults, const FormField *field)
{
        Buffer *out = &call->out;
        const char *fault = form_fault_of(faults, field->name);
        begin_field(out, field);
        if (field->rows)
                write_area(out, field, fault);
        else
                write_input(out, field, fault);
        end_field(out, field, fault);
}

void form_select(OfficeCall *call, const FormFaults *faults, const FormField *field,
                const FormChoice *choices, size_t n)
{
        Buffer *out = &call->out;
        const char *fault = form_fault_of(faults, field->name), *value = field->value ? field->value : "";
        begin_field(out, field);
        buffer_puts(out, "<select");
        write_common(out, field, fault);
        buffer_puts(out, ">\n");
        for (size_t i = 0; i < n; i++)
                page_write_option(out, &call->view, choices[i].value, strcmp(choices[i].value, value) == 0,
                                choices[i].language, choices[i].label);
        buffer_puts(out, "</select>\n");
        end_field(out, field, fault);
}

void form_check(OfficeCall *call, const char *name, bool is_ticked, const char *label)
{
        buffer_printf(&call->out,
                        "<div class=\"tick\"><input type=\"checkbox\" id=\"%s\" name=\"%s\" value=\"1\"%s>\n"
                        "<label for=\"%s\">%s</label></div>\n",
                        name, name, is_ticked ? " checked" : "", name, label);
}

void form_radio(OfficeCall *call, const char *name, const char *value, bool is_chosen, const char *label)
{
        buffer_printf(&call->out,
                        "<div class=\"tick\"><input type=\"radio\" id=\"%s-%s\" name=\"%s\" value=\"%s\"%s>\n"
                        "<label for=\"%s-%s\">%s</label></div>\n",
                        name, value, name, value, is_chosen ? " checked" : "", name, value, label);
}

void form_hidden(OfficeCall *call, const char *name, const char *value)
{
        form_fields_hidden(&call->out, name, value);
}

void form_submit(OfficeCall *call, const char *name, const char *value, const char *class, const char *label)
{
        Buffer *out = &call->out;
        buffer_puts(out, "<button");
        if (class && *class)
                write_attribute(out, "class", class);
        if (name) {
                write_attribute(out, "name", name);
                write_attribute(out, "value", value);
        }
        buffer_putc(out, '>');
        html_escape(out, label);
        buffer_puts(out, "</button>\n");
}

void form_button(OfficeCall *call, const char *action, const char *class, const char *label)
{
        form_begin(call, action, "one");
        form_submit(call, NULL, NULL, class, label);
        form_end(call);
}
