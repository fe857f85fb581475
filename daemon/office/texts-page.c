/*
 * A text is checked and shown by the code that uses it: it is stored in a transaction, the configuration is
 * made with it, and a preview rolls the transaction back.
 */

#include "office/texts-page.h"

#include "base/html.h"
#include "base/text.h"
#include "config/overlay.h"
#include "config/template.h"
#include "edit/office-texts.h"
#include "letter/compose-sample.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/text-versions.h"
#include "web/page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_BYTES = 256, TEXT_BYTES = 2 * CONFIG_TEMPLATE_BYTES, MAIL_BYTES = 1024 * 1024 };
enum { BAD = 422, CONFLICT = 409 };

/* The parts of a text. A field of the form has the name that a fault of config_overlay() gives. */
enum { SUBJECT, INTRO, FOOTER, PARTS_N };

static const struct {
        const char *name;
        OfficeWord label;
        int rows;
} parts[PARTS_N] = {
        [SUBJECT] = { "subject", OFFICE_WORD(announce_subject), 0 },
        [INTRO] = { "text", OFFICE_WORD(text_intro), 6 },
        [FOOTER] = { "footer", OFFICE_WORD(text_footer), 4 },
};

typedef struct TextPage {
        OfficeCall *call;
        FormFaults faults;
        char name[NAME_BYTES]; /* "session.ru" */
        const char *kind;      /* NULL for the kinds without a text */
        Language language;
        TextVersions versions;
        Buffer values[PARTS_N]; /* in the form */
        bool is_own;            /* the newest version has a text */
        Config *config;         /* with the text of the form; NULL if it has faults */
} TextPage;

static void text_page_init(TextPage *page, OfficeCall *call)
{
        *page = (TextPage){ .call = call };
        for (int i = 0; i < PARTS_N; i++)
                page->values[i] = BUFFER_INIT(TEXT_BYTES);
}

static void text_page_done(TextPage *page)
{
        form_faults_done(&page->faults);
        text_versions_done(&page->versions);
        for (int i = 0; i < PARTS_N; i++)
                buffer_done(&page->values[i]);
        config_unref(page->config);
}

/* ---- The list ---- */

/* The title of a kind, or that of all other kinds. */
static void write_kind(OfficeCall *call, const char *kind)
{
        if (kind)
                page_write_text(&call->out, &call->view, page_kind_title(&call->view, kind));
        else
                buffer_puts(&call->out, call->strings->text_other_kinds);
}

static int note_name(const OfficeText *text, void *userdata)
{
        Buffer *names = userdata;
        if (*text->text)
                buffer_printf(names, "%s\n", text->name);
        return buffer_error(names);
}

/* Finds the template of the file for just this kind, or for all other kinds; NULL if there is none. */
static const ConfigTemplate *file_template(const OfficeCall *call, const char *kind, Language language)
{
        const ConfigTemplate *template =
                        config_template(config_of_file(call->view.config), kind, language_tag(language));
        bool is_own = template && strcasecmp(template->kind, kind ? kind : CONFIG_TEMPLATE_DEFAULT) == 0;
        return is_own ? template : NULL;
}

static void write_cell(OfficeCall *call, const char *kind, Language language, const char *names)
{
        char name[NAME_BYTES];
        snprintf(name, sizeof(name), "\n%s.%s\n", kind ? kind : CONFIG_TEMPLATE_DEFAULT,
                        language_tag(language));
        bool is_own = strstr(names, name) != NULL;
        name[strlen(name) - 1] = '\0';
        buffer_printf(&call->out, "<td><a href=\"/office/text/%s\">%s</a></td>\n", name + 1,
                        is_own                                ? call->strings->text_is_own
                        : file_template(call, kind, language) ? call->strings->text_is_in_file
                                                              : call->strings->text_is_built_in);
}

static void write_row(OfficeCall *call, const char *kind, const char *names)
{
        buffer_puts(&call->out, "<tr><th scope=\"row\">");
        write_kind(call, kind);
        buffer_puts(&call->out, "</th>\n");
        for (int i = 0; i < LANGUAGES_N; i++)
                write_cell(call, kind, page_view_language(&call->view, i), names);
        buffer_puts(&call->out, "</tr>\n");
}

static int on_list(OfficeCall *call)
{
        CLEANUP(buffer_done) Buffer names = BUFFER_INIT(MAIL_BYTES);
        const Config *config = call->view.config;
        int r = office_may_write(call, COLLECTION_EVENTS);
        buffer_puts(&names, "\n");
        if (r == 0)
                r = office_text_each(call->store, note_name, &names);
        if (r != 0)
                return r;
        office_begin(call, OFFICE_MAILS, call->strings->texts_title);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n", call->strings->texts_note);
        buffer_printf(&call->out,
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\">\n<thead><tr><th scope=\"col\">%s</th>",
                        call->strings->texts_title, call->strings->kind);
        for (int i = 0; i < LANGUAGES_N; i++)
                buffer_printf(&call->out, "<th scope=\"col\">%s</th>",
                                web_strings(page_view_language(&call->view, i))->name);
        buffer_puts(&call->out, "</tr></thead>\n<tbody>\n");
        for (size_t i = 0; i < config->n_kinds; i++)
                write_row(call, config->kinds[i].name, buffer_text(&names));
        write_row(call, NULL, buffer_text(&names));
        buffer_puts(&call->out, "</tbody></table></div>\n");
        office_end(call);
        return office_reply(call, 200);
}

/* ---- One text ---- */

/* Reads kind and language from the address. Return: 0 or OFFICE_E_NOT_FOUND. */
static int find_name(TextPage *page)
{
        const OfficeCall *call = page->call;
        const char *dot = strrchr(call->rest, '.');
        const ConfigKind *kind;
        char name[NAME_BYTES];
        if (!dot || language_find(dot + 1, &page->language) < 0)
                return OFFICE_E_NOT_FOUND;
        snprintf(name, sizeof(name), "%.*s", (int)(dot - call->rest), call->rest);
        kind = config_kind(call->view.config, name);
        if (!kind && strcmp(name, CONFIG_TEMPLATE_DEFAULT) != 0)
                return OFFICE_E_NOT_FOUND;
        page->kind = kind ? kind->name : NULL;
        snprintf(page->name, sizeof(page->name), "%s.%s", kind ? kind->name : CONFIG_TEMPLATE_DEFAULT,
                        language_tag(page->language));
        return 0;
}

static const char *part_of(const ConfigTemplate *template, int part)
{
        const char *const texts[PARTS_N] = { template->subject, template->intro, template->footer };
        return texts[part] ? texts[part] : "";
}

/* Fills the form with a template. */
static int take_parts(TextPage *page, const ConfigTemplate *template)
{
        int r = 0;
        for (int i = 0; r == 0 && i < PARTS_N; i++) {
                buffer_reset(&page->values[i]);
                buffer_puts(&page->values[i], part_of(template, i));
                r = buffer_error(&page->values[i]);
        }
        return r;
}

/* Fills the form with a text of the office. */
static int take_text(TextPage *page, const char *text)
{
        CLEANUP(cleanup_free) char *copy = strdup(text);
        ConfigTemplate template = { 0 };
        if (!copy)
                return -ENOMEM;
        config_template_cut(copy, &template);
        return take_parts(page, &template);
}

/* Fills the form with what is in force for this kind and language: the office's text, or the file's. */
static int take_stored(TextPage *page)
{
        const ConfigTemplate none = { 0 };
        if (page->is_own)
                return take_text(page, buffer_text(&page->versions.text));
        const ConfigTemplate *template = file_template(page->call, page->kind, page->language);
        return take_parts(page, template ? template : &none);
}

/*
 * Takes a field without carriage returns, without blank lines at its ends and, if it has one line, without
 * blanks before it, as config_template_cut() reads it. A field that is too long is a fault.
 */
static int take_sent(TextPage *page, int part)
{
        const char *c = office_form(page->call, parts[part].name);
        Buffer *value = &page->values[part];
        for (c += strspn(c, parts[part].rows ? "\r\n" : " \t\r\n"); *c; c++)
                if (*c != '\r')
                        buffer_putc(value, *c);
        buffer_trim(value, 0, " \t\n");
        int r = buffer_error(value);
        if (r == -EFBIG)
                form_fault(&page->faults, parts[part].name, page->call->strings->text_bad);
        return r == -EFBIG ? 0 : r;
}

/* Writes the parts as the file of a template has them; nothing if all are empty. */
static int write_template(TextPage *page, Buffer *out)
{
        const Buffer *values = page->values;
        if (values[SUBJECT].len > 0)
                buffer_printf(out, "Subject: %s\n\n", buffer_text(&values[SUBJECT]));
        if (values[INTRO].len > 0)
                buffer_printf(out, "%s\n", buffer_text(&values[INTRO]));
        if (values[FOOTER].len > 0)
                buffer_printf(out, "-- \n%s\n", buffer_text(&values[FOOTER]));
        return buffer_error(out);
}

/* Finds parts that would be read otherwise than they were typed, because of their marks. */
static int check_marks(TextPage *page, const Buffer *text)
{
        CLEANUP(cleanup_free) char *copy = strdup(buffer_text(text));
        ConfigTemplate template = { 0 };
        if (!copy)
                return -ENOMEM;
        config_template_cut(copy, &template);
        for (int i = 0; i < PARTS_N; i++)
                if (strcmp(part_of(&template, i), buffer_text(&page->values[i])) != 0)
                        form_fault(&page->faults, parts[i].name, page->call->strings->text_bad_marks);
        return 0;
}

static void note_fault(const char *name, const InputError *fault, void *userdata)
{
        TextPage *page = userdata;
        int part = INTRO;
        if (strcmp(name, page->name) != 0)
                return;
        for (int i = 0; i < PARTS_N; i++)
                if (strcmp(parts[i].name, fault->where) == 0)
                        part = i;
        form_fault(&page->faults, parts[part].name,
                        fault->where[0] ? page->call->strings->text_bad_braces
                                        : page->call->strings->text_bad);
}

/* Makes the configuration with what is stored, in the transaction. */
static int apply(TextPage *page)
{
        return office_texts_apply(page->call->store, config_of_file(page->call->view.config), note_fault,
                        page, &page->config, NULL);
}

/* ---- The page ---- */

static void write_fields(TextPage *page)
{
        OfficeCall *call = page->call;
        for (int i = 0; i < PARTS_N; i++)
                form_field(call, &page->faults,
                                &(FormField){ .name = parts[i].name,
                                                .label = office_word(call->strings, parts[i].label),
                                                .value = buffer_text(&page->values[i]),
                                                .rows = parts[i].rows,
                                                .max = parts[i].rows ? 0 : 300 });
}

static int write_preview(TextPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer mail = BUFFER_INIT(MAIL_BYTES);
        int r = compose_sample(
                        page->config, call->parts->zones, page->kind, page->language, call->now, &mail);
        if (r != 0)
                return r;
        buffer_printf(&call->out,
                        "<section id=\"mail\"><h2>%s</h2>\n<p class=\"note\">%s</p>\n<div class=\"card\"><pre lang=\"%s\">",
                        call->strings->text_mail, call->strings->text_mail_note,
                        language_tag(page->language));
        html_escape(&call->out, buffer_text(&mail));
        buffer_puts(&call->out, "</pre></div></section>\n");
        return 0;
}

static int reply_form(TextPage *page, int status)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(MAIL_BYTES);
        char version[24];
        snprintf(version, sizeof(version), "%" PRId64, page->versions.newest);
        buffer_printf(&title, "%s: %s, %s", strings->text_title,
                        page->kind ? page_kind_title(&call->view, page->kind) : strings->text_other_kinds,
                        web_strings(page->language)->name);
        office_begin(call, OFFICE_MAILS, buffer_text(&title));
        form_faults(call, &page->faults);
        form_begin(call, NULL, "form");
        form_hidden(call, "version", version);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n", strings->text_arguments);
        write_fields(page);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n<div class=\"acts\">\n", strings->text_empty);
        form_submit(call, "action", "save", NULL, strings->save);
        form_submit(call, "action", "preview", "quiet", strings->text_preview);
        if (page->is_own)
                form_submit(call, "action", "remove", "quiet danger", strings->text_remove);
        buffer_puts(&call->out, "</div>\n");
        form_end(call);
        int r = page->config && page->faults.n == 0 ? write_preview(page) : 0;
        if (r == 0)
                r = text_versions_write(call, &page->versions);
        buffer_printf(&call->out, "<p><a href=\"/office/texts\">%s</a></p>\n", strings->texts_title);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

/* Names the fields that another editor has changed to something else than what was typed. */
static int reply_conflict(TextPage *page, bool is_typed)
{
        OfficeCall *call = page->call;
        Buffer typed[PARTS_N];
        store_rollback(call->store);
        if (!is_typed)
                return office_reply_error(call, CONFLICT, call->strings->text_conflict);
        memcpy(typed, page->values, sizeof(typed));
        for (int i = 0; i < PARTS_N; i++)
                page->values[i] = BUFFER_INIT(TEXT_BYTES);
        int r = take_stored(page);
        for (int i = 0; i < PARTS_N; i++) {
                if (r == 0)
                        r = form_fault_changed(call, &page->faults, parts[i].name, buffer_text(&typed[i]),
                                        buffer_text(&page->values[i]));
                buffer_done(&page->values[i]);
                page->values[i] = typed[i];
        }
        return r != 0 ? r : reply_form(page, CONFLICT);
}

/*
 * Stores the text, checks it as it will be used, and keeps it or shows the mail. @is_typed: the form has the
 * text
 */
static int put(TextPage *page, const char *text, bool is_typed, bool is_preview)
{
        OfficeCall *call = page->call;
        int64_t seen = strtoll(office_form(call, "version"), NULL, 10);
        int r = office_text_put(call->store, page->name, text, seen, call->now);
        if (r == STORE_E_MISMATCH)
                return reply_conflict(page, is_typed);
        if (r == 0)
                r = apply(page);
        if (r != 0)
                return r;
        if (page->faults.n > 0 || is_preview) {
                store_rollback(call->store);
                return reply_form(page, page->faults.n > 0 ? BAD : 200);
        }
        r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/texts", "saved");
}

static int restore(TextPage *page)
{
        const char *text = page->versions.brought;
        int r = text ? take_text(page, text) : OFFICE_E_NOT_FOUND;
        return r != 0 ? r : put(page, text, false, false);
}

static int on_post(TextPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(4 * TEXT_BYTES);
        const char *action = office_form(call, "action");
        bool is_preview = strcmp(action, "preview") == 0;
        int r = 0;
        if (strcmp(action, "restore") == 0)
                return restore(page);
        if (strcmp(action, "remove") == 0)
                return put(page, "", false, false);
        for (int i = 0; r == 0 && i < PARTS_N; i++)
                r = take_sent(page, i);
        if (r == 0 && page->faults.n == 0)
                r = write_template(page, &text);
        if (r == 0 && page->faults.n == 0)
                r = check_marks(page, &text);
        if (r != 0)
                return r;
        if (page->faults.n == 0)
                return put(page, buffer_text(&text), true, is_preview);
        store_rollback(call->store);
        return reply_form(page, BAD);
}

static int run(TextPage *page)
{
        OfficeCall *call = page->call;
        bool is_post = office_is_post(call);
        int r = is_post ? store_begin_write(call->store) : 0;
        if (r == 0)
                r = office_may_write(call, COLLECTION_EVENTS);
        if (r == 0)
                r = find_name(page);
        if (r == 0)
                r = text_versions_read(call, page->name, &page->versions);
        page->is_own = page->versions.text.len > 0;
        if (r == 0 && is_post)
                return on_post(page);
        if (r == 0)
                r = take_stored(page);
        if (r == 0)
                r = apply(page);
        return r != 0 ? r : reply_form(page, 200);
}

static int on_text(OfficeCall *call)
{
        CLEANUP(text_page_done) TextPage page;
        text_page_init(&page, call);
        return run(&page);
}

const OfficeRow texts_page_rows[] = {
        { "texts", true, HTTP_GET, ACCOUNT_EDITOR, on_list },
        { "text/", false, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_text },
        { NULL, false, 0, 0, NULL },
};
