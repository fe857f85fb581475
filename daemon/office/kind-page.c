/*
 * A kind is checked by the code that reads the configuration: its text is stored in a transaction, and the
 * configuration is made with it; faults roll the transaction back.
 */

#include "office/kind-page.h"

#include "config/forms.h"
#include "config/kind-text.h"
#include "config/overlay.h"
#include "edit/office-texts.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/text-versions.h"
#include "office/write.h"
#include "people/phrases.h"
#include "store/event-list.h"
#include "store/subscription.h"
#include "web/lead-text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
        VALUE_BYTES = 4096,
        LABEL_BYTES = 512,
        FIELD_NAME_BYTES = 64,
        BAD = 422,
        CONFLICT = 409,
};

/* The fields of the form; those with words are followed by those for the other languages. */
enum {
        TITLE,
        ONE = TITLE + LANGUAGES_N,
        ABOUT = ONE + LANGUAGES_N,
        COLOR = ABOUT + LANGUAGES_N,
        REMIND,
        FIELDS_N
};

static const struct {
        const char *name;
        OfficeWord label, note;
} rows[FIELDS_N] = {
        [TITLE] = { "title", OFFICE_WORD(kind_title), 0 },
        [ONE] = { "one", OFFICE_WORD(kind_one), 0 },
        [ABOUT] = { "about", OFFICE_WORD(kind_about), OFFICE_WORD(kind_about_note) },
        [COLOR] = { "color", OFFICE_WORD(kind_color), OFFICE_WORD(kind_color_note) },
        [REMIND] = { "remind", OFFICE_WORD(kind_remind), OFFICE_WORD(kind_remind_note) },
};

typedef struct KindPage {
        OfficeCall *call;
        FormFaults faults;
        char kind[64];                     /* form_kind_name() allows 63 octets */
        char name[CONFIG_KIND_NAME_BYTES]; /* of its text */
        TextVersions versions;
        Config *before; /* with what is stored */
        Config *after;  /* with the text of the form */
        int64_t n_events, n_listed;
        Buffer values[FIELDS_N]; /* in the form */
} KindPage;

static void kind_page_init(KindPage *page, OfficeCall *call)
{
        *page = (KindPage){ .call = call };
        for (int i = 0; i < FIELDS_N; i++)
                page->values[i] = BUFFER_INIT(VALUE_BYTES);
}

static void kind_page_done(KindPage *page)
{
        form_faults_done(&page->faults);
        text_versions_done(&page->versions);
        config_unref(page->before);
        config_unref(page->after);
        for (int i = 0; i < FIELDS_N; i++)
                buffer_done(&page->values[i]);
}

static const Config *file_of(const KindPage *page)
{
        return config_of_file(page->call->view.config);
}

static bool is_in_file(const KindPage *page)
{
        return config_kind(file_of(page), page->kind) != NULL;
}

static bool is_in_force(const KindPage *page)
{
        return config_kind(page->before, page->kind) != NULL;
}

/* Returns the row of a field, which is one of several if it has a language. */
static int row_of(int field)
{
        return field >= COLOR ? field : field - field % LANGUAGES_N;
}

static void field_name(int field, char ret[static FIELD_NAME_BYTES])
{
        int row = row_of(field);
        snprintf(ret, FIELD_NAME_BYTES, "%s%s%s", rows[row].name, row < COLOR ? "-" : "",
                        row < COLOR ? language_tag((Language)(field - row)) : "");
}

/* ---- Reading ---- */

/* Takes the name of the kind, and what is stored about it. */
static int load(KindPage *page, const char *kind)
{
        OfficeCall *call = page->call;
        snprintf(page->kind, sizeof(page->kind), "%s", kind);
        config_kind_text_name(page->kind, page->name);
        int r = text_versions_read(call, page->name, &page->versions);
        if (r == 0)
                r = office_texts_apply(call->store, config_of_file(call->view.config), NULL, NULL,
                                &page->before, NULL);
        if (r == 0)
                r = event_list_count_kind(call->store, page->kind, &page->n_events);
        return r != 0 ? r : subscription_count(call->store, SUBSCRIBE_KIND, page->kind, &page->n_listed);
}

static void take_leads(const ConfigKind *kind, Buffer *out)
{
        for (size_t i = 0; i < kind->n_remind; i++) {
                char lead[LEAD_TEXT_SIZE];
                lead_format(&kind->remind[i], lead);
                buffer_printf(out, "%s%s", i > 0 ? "\n" : "", lead);
        }
}

/* Fills the form with the kind that is in force or, if there is none, with that of the file. */
static int take_stored(KindPage *page)
{
        const ConfigKind *kind = config_kind(page->before, page->kind);
        int r = 0;
        if (!kind)
                kind = config_kind(file_of(page), page->kind);
        for (int i = 0; i < FIELDS_N; i++)
                buffer_reset(&page->values[i]);
        for (int i = 0; kind && i < LANGUAGES_N; i++) {
                buffer_puts(&page->values[TITLE + i],
                                kind->title.by_language[i] ? kind->title.by_language[i] : "");
                buffer_puts(&page->values[ONE + i],
                                kind->one.by_language[i] ? kind->one.by_language[i] : "");
                buffer_puts(&page->values[ABOUT + i],
                                kind->about.by_language[i] ? kind->about.by_language[i] : "");
        }
        if (kind && kind->color)
                buffer_puts(&page->values[COLOR], kind->color);
        if (kind)
                take_leads(kind, &page->values[REMIND]);
        for (int i = 0; r == 0 && i < FIELDS_N; i++)
                r = buffer_error(&page->values[i]);
        return r;
}

/* Takes a field without blanks at its ends. One that is too long is a fault. */
static int take_sent(KindPage *page, int field)
{
        char name[FIELD_NAME_BYTES];
        Buffer *value = &page->values[field];
        field_name(field, name);
        const char *c = office_form(page->call, name);
        for (c += strspn(c, " \t\r\n"); *c; c++)
                if (*c != '\r')
                        buffer_putc(value, *c);
        buffer_trim(value, 0, " \t\n");
        int r = buffer_error(value);
        if (r == -EFBIG)
                form_fault(&page->faults, name, page->call->strings->bad_value);
        return r == -EFBIG ? 0 : r;
}

/* Writes the form as a text of a kind. */
static int write_text(const KindPage *page, Buffer *out)
{
        ConfigKindValues values = { .color = buffer_text(&page->values[COLOR]),
                .remind = buffer_text(&page->values[REMIND]) };
        for (int i = 0; i < LANGUAGES_N; i++) {
                values.title[i] = buffer_text(&page->values[TITLE + i]);
                values.one[i] = buffer_text(&page->values[ONE + i]);
                values.about[i] = buffer_text(&page->values[ABOUT + i]);
        }
        config_kind_text(&values, out);
        return buffer_error(out);
}

/* Puts a fault of a key, "title.ru", at its field; that of the whole text at the first one. */
static void note_fault(const char *name, const InputError *fault, void *userdata)
{
        KindPage *page = userdata;
        bool is_new = !*page->call->rest;
        char field[FIELD_NAME_BYTES], found[FIELD_NAME_BYTES] = "";
        if (strcmp(name, page->name) != 0)
                return;
        for (int i = 0; i < FIELDS_N && !found[0]; i++) {
                size_t len = strcspn(fault->where, ".");
                field_name(i, field);
                bool is_same = strncmp(fault->where, field, len) == 0 &&
                               (!fault->where[len] || strcmp(fault->where + len + 1, field + len + 1) == 0);
                if (len > 0 && is_same)
                        strcpy(found, field);
        }
        field_name(TITLE + (int)page->call->view.language, field);
        form_fault(&page->faults,
                        found[0]                                      ? found
                        : is_new && strcmp(fault->where, "name") == 0 ? "name"
                                                                      : field,
                        fault->message);
}

/* ---- The form ---- */

static int write_field(KindPage *page, int field)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer label = BUFFER_INIT(LABEL_BYTES);
        char name[FIELD_NAME_BYTES];
        int row = row_of(field);
        const char *language = row < COLOR ? web_strings((Language)(field - row))->name : "";
        field_name(field, name);
        int r = text_message(&label, call->view.tag, office_word(call->strings, rows[row].label),
                        TEXT_ARGUMENTS({ "language", language, 0 }));
        form_field(call, &page->faults,
                        &(FormField){ .name = name,
                                        .label = buffer_text(&label),
                                        .note = rows[row].note ? office_word(call->strings, rows[row].note)
                                                               : NULL,
                                        .value = buffer_text(&page->values[field]),
                                        .rows = field == REMIND ? 3 : 0,
                                        .is_short = field == COLOR });
        return r;
}

/* The field of the reader's language comes first. */
static int write_fields(KindPage *page)
{
        int r = 0, first = (int)page->call->view.language;
        for (int i = 0; r == 0 && i < FIELDS_N; i++) {
                int row = row_of(i);
                r = write_field(page, row < COLOR ? row + (first + i - row) % LANGUAGES_N : i);
        }
        return r;
}

/* Writes the leads that are in force in words. */
static int write_leads(KindPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer words = BUFFER_INIT(VALUE_BYTES);
        const ConfigKind *kind = config_kind(page->before, page->kind);
        if (!kind || kind->n_remind == 0)
                return 0;
        int r = lead_text_list(&words, call->view.language, kind->remind, kind->n_remind);
        buffer_puts(&call->out, "<p class=\"note\">");
        if (r == 0)
                r = write_message(call, call->strings->kind_reminds,
                                TEXT_ARGUMENTS({ "leads", buffer_text(&words), 0 }));
        buffer_puts(&call->out, "</p>\n");
        return r;
}

static int write_form(KindPage *page)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        char version[24];
        snprintf(version, sizeof(version), "%" PRId64, page->versions.newest);
        form_begin(call, NULL, "form");
        form_hidden(call, "version", version);
        if (!*call->rest)
                form_field(call, &page->faults,
                                &(FormField){ .name = "name",
                                                .label = strings->kind_name,
                                                .note = strings->kind_name_note,
                                                .value = page->kind });
        int r = write_fields(page);
        if (r == 0)
                r = write_leads(page);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n<div class=\"acts\">\n", strings->kind_at_once);
        form_submit(call, "action", "save", NULL, strings->save);
        if (*call->rest && is_in_file(page) && page->versions.text.len > 0)
                form_submit(call, "action", "drop", "quiet", strings->kind_drop);
        if (*call->rest && is_in_force(page))
                form_submit(call, "action", "delete", "quiet danger", strings->kind_delete);
        buffer_puts(&call->out, "</div>\n");
        form_end(call);
        return r;
}

static int write_usage(KindPage *page)
{
        OfficeCall *call = page->call;
        if (!*call->rest)
                return 0;
        buffer_puts(&call->out, "<p>");
        int r = is_in_force(page) ? write_message(call, call->strings->kind_used,
                                                    TEXT_ARGUMENTS({ "n", NULL, page->n_events },
                                                                    { "listed", NULL, page->n_listed }))
                                  : 0;
        if (!is_in_force(page))
                buffer_puts(&call->out, call->strings->kind_is_gone);
        buffer_puts(&call->out, "</p>\n");
        return r;
}

static int reply_form(KindPage *page, int status, const char *refusal)
{
        OfficeCall *call = page->call;
        const OfficeStrings *strings = call->strings;
        const ConfigKind *kind = config_kind(page->before, page->kind);
        const char *title = kind ? config_text(&kind->title, call->view.tag) : "";
        office_begin(call, OFFICE_PLACES, !*call->rest ? strings->kind_new : *title ? title : page->kind);
        if (refusal)
                form_refusal(call, refusal);
        form_faults(call, &page->faults);
        int r = write_usage(page);
        if (r == 0)
                r = write_form(page);
        if (r == 0 && *call->rest)
                r = text_versions_write(call, &page->versions);
        buffer_printf(&call->out, "<p><a href=\"/office/places\">%s</a></p>\n", strings->section_places);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

/* ---- Saving ---- */

static int reply_faults(KindPage *page, int status, const char *refusal)
{
        store_rollback(page->call->store);
        return reply_form(page, status, refusal);
}

/* Names the fields that another editor has changed to something else than what was typed. */
static int reply_conflict(KindPage *page, bool is_typed)
{
        OfficeCall *call = page->call;
        Buffer typed[FIELDS_N];
        store_rollback(call->store);
        if (!is_typed)
                return office_reply_error(call, CONFLICT, call->strings->text_conflict);
        memcpy(typed, page->values, sizeof(typed));
        for (int i = 0; i < FIELDS_N; i++)
                page->values[i] = BUFFER_INIT(VALUE_BYTES);
        int r = take_stored(page);
        for (int i = 0; i < FIELDS_N; i++) {
                char name[FIELD_NAME_BYTES];
                field_name(i, name);
                if (r == 0)
                        r = form_fault_changed(call, &page->faults, name, buffer_text(&typed[i]),
                                        buffer_text(&page->values[i]));
                buffer_done(&page->values[i]);
                page->values[i] = typed[i];
        }
        return r != 0 ? r : reply_form(page, CONFLICT, NULL);
}

/*
 * Makes the configuration with what is stored in the transaction. Faults are told in the reader's language.
 */
static int apply(KindPage *page)
{
        OfficeCall *call = page->call;
        phrase_speak_here(phrases_of(call->view.language));
        int r = office_texts_apply(call->store, config_of_file(call->view.config), note_fault, page,
                        &page->after, NULL);
        phrase_speak_here(NULL);
        return r;
}

/* Whether a kind that events have would be in force no more. */
static bool would_be_lost(const KindPage *page)
{
        return is_in_force(page) && !config_kind(page->after, page->kind) && page->n_events > 0;
}

/* Stores the text and checks it as it will be used. @is_typed: the form has it; @seen: see office-text.h */
static int put(KindPage *page, const char *text, int64_t seen, bool is_typed)
{
        OfficeCall *call = page->call;
        int r = office_text_put(call->store, page->name, text, seen, call->now);
        if (r == STORE_E_MISMATCH)
                return reply_conflict(page, is_typed);
        if (r == 0)
                r = apply(page);
        if (r == 0 && !is_typed && (page->faults.n > 0 || would_be_lost(page)))
                r = take_stored(page);
        if (r != 0)
                return r;
        if (page->faults.n > 0)
                return reply_faults(page, BAD, NULL);
        if (would_be_lost(page))
                return reply_faults(page, CONFLICT, call->strings->kind_is_used);
        r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/places", "saved");
}

/* A form that is sent twice adds one kind. */
static int save(KindPage *page)
{
        OfficeCall *call = page->call;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(FIELDS_N * 4 * VALUE_BYTES);
        bool is_new = !*call->rest;
        int64_t seen = is_new ? page->versions.newest : strtoll(office_form(call, "version"), NULL, 10);
        int r = 0;
        for (int i = 0; r == 0 && i < FIELDS_N; i++)
                r = take_sent(page, i);
        if (r == 0)
                r = write_text(page, &text);
        bool is_same = strcmp(buffer_text(&text), buffer_text(&page->versions.text)) == 0;
        if (is_new && !*page->kind)
                form_fault(&page->faults, "name", call->strings->calendar_bad_name);
        else if (is_new && is_in_force(page) && !is_same)
                form_fault(&page->faults, "name", call->strings->kind_name_taken);
        if (r != 0 || page->faults.n > 0)
                return r != 0 ? r : reply_faults(page, BAD, NULL);
        return put(page, buffer_text(&text), seen, true);
}

static int on_post(KindPage *page)
{
        OfficeCall *call = page->call;
        const char *action = office_form(call, "action");
        int64_t seen = strtoll(office_form(call, "version"), NULL, 10);
        if (strcmp(action, "restore") == 0)
                return page->versions.brought ? put(page, page->versions.brought, seen, false)
                                              : OFFICE_E_NOT_FOUND;
        if (strcmp(action, "drop") == 0)
                return put(page, "", seen, false);
        if (strcmp(action, "delete") == 0)
                return put(page, is_in_file(page) ? CONFIG_KIND_REMOVED : "", seen, false);
        return save(page);
}

static int run(KindPage *page)
{
        OfficeCall *call = page->call;
        bool is_new = !*call->rest, is_post = office_is_post(call);
        const char *kind = is_new ? office_form(call, "name") : call->rest;
        bool is_short = strlen(kind) < sizeof(page->kind), is_name = form_kind_name(kind);
        int r = is_post ? store_begin_write(call->store) : 0;
        if (r == 0)
                r = office_check_role(call, ACCOUNT_ADMIN);
        if (r == 0)
                r = is_new || is_name ? load(page, is_short ? kind : "") : OFFICE_E_NOT_FOUND;
        if (r == 0 && !is_new && !is_in_force(page) && !is_in_file(page) && page->versions.newest == 0)
                r = OFFICE_E_NOT_FOUND;
        if (r == 0 && is_post)
                return is_new ? save(page) : on_post(page);
        if (r == 0 && !is_new)
                r = take_stored(page);
        return r != 0 ? r : reply_form(page, 200, NULL);
}

static int on_kind(OfficeCall *call)
{
        CLEANUP(kind_page_done) KindPage page;
        kind_page_init(&page, call);
        return run(&page);
}

const OfficeRow kind_page_rows[] = {
        { "new-kind", true, HTTP_GET | HTTP_POST, ACCOUNT_ADMIN, on_kind },
        { "kind/", false, HTTP_GET | HTTP_POST, ACCOUNT_ADMIN, on_kind },
        { NULL, false, 0, 0, NULL },
};
