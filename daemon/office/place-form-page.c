#include "office/place-form-page.h"

#include "base/text.h"
#include "office/form.h"
#include "office/history-list.h"
#include "office/layout.h"
#include "office/write.h"
#include "people/place-edit.h"
#include "remind/undo.h"
#include "store/event-list.h"
#include "store/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
        TEXT_BYTES = 512 * 1024,
        UID_BYTES = 256,
        NAME_BYTES = 64,
        LABEL_BYTES = 512,
        BAD = 422,
        CONFLICT = 409
};

#define KIND_SITE "location"
#define KIND_BODY "org"

typedef struct PlaceForm {
        OfficeCall *call;
        ObjectRecord *record; /* NULL for a new card */
        Card *card;
        const char *kind;
        FormFaults faults;
        PlaceFields values;
        Buffer typed[PLACE_FIELDS_N];  /* as they were sent, with the line ends of a card */
        Buffer stored[PLACE_FIELDS_N]; /* what the card says now */
} PlaceForm;

static void place_form_init(PlaceForm *form, OfficeCall *call)
{
        *form = (PlaceForm){ .call = call };
        form->kind = strcmp(office_query(call, "kind"), KIND_BODY) == 0 ? KIND_BODY : KIND_SITE;
        for (int i = 0; i < PLACE_FIELDS_N; i++) {
                form->typed[i] = BUFFER_INIT(TEXT_BYTES);
                form->stored[i] = BUFFER_INIT(TEXT_BYTES);
        }
}

static void place_form_done(PlaceForm *form)
{
        object_record_free(form->record);
        card_free(form->card);
        form_faults_done(&form->faults);
        for (int i = 0; i < PLACE_FIELDS_N; i++) {
                buffer_done(&form->typed[i]);
                buffer_done(&form->stored[i]);
        }
}

/* Return: 0, OFFICE_E_NOT_FOUND, OFFICE_E_FORBIDDEN, a condition of the store, negative errno. */
static int load(PlaceForm *form, const char *uid)
{
        OfficeCall *call = form->call;
        int r = object_find(call->store, uid, &form->record);
        if (r == STORE_E_NOT_FOUND)
                return OFFICE_E_NOT_FOUND;
        if (r == 0)
                r = office_may_write(call, form->record->collection);
        if (r == 0 && form->record->kind != OBJECT_CARD)
                return OFFICE_E_NOT_FOUND;
        if (r == 0)
                r = card_parse(form->record->text, form->record->len, &form->card, NULL);
        if (r != 0)
                return r == CARD_E_INVALID ? OFFICE_E_NOT_FOUND : r;
        bool is_site = card_kind(form->card) == CARD_LOCATION, is_body = card_kind(form->card) == CARD_ORG;
        form->kind = is_body ? KIND_BODY : KIND_SITE;
        for (int i = 0; r == 0 && i < PLACE_FIELDS_N; i++) {
                place_edit_read(form->card, i, &form->stored[i]);
                r = buffer_error(&form->stored[i]);
        }
        return r != 0 || is_site || is_body ? r : OFFICE_E_NOT_FOUND;
}

/* ---- The form ---- */

static const struct {
        const char *name;
        OfficeWord label, note;
        const char *type;
        int rows;
        bool is_for_bodies;
} fields[] = {
        [PLACE_TOWN] = { "town", OFFICE_WORD(place_town), 0, NULL, 0, true },
        [PLACE_STREET] = { "street", OFFICE_WORD(place_street), 0, NULL, 0, true },
        [PLACE_POINT] = { "point", OFFICE_WORD(place_point), OFFICE_WORD(place_point_note), NULL, 0, false },
        [PLACE_URL] = { "url", OFFICE_WORD(place_url), 0, "url", 0, true },
        [PLACE_NAME] = { "name", OFFICE_WORD(place_name), 0, NULL, 0, true },
        [PLACE_NOTE] = { "note", OFFICE_WORD(place_remark), 0, NULL, 4, true },
};

/* Returns the row of a field, which is one of several if it has a language. */
static int row_of(int field)
{
        return field >= PLACE_NOTE ? PLACE_NOTE : field >= PLACE_NAME ? PLACE_NAME : field;
}

static void write_name(int field, char ret[static NAME_BYTES])
{
        int row = row_of(field);
        snprintf(ret, NAME_BYTES, "%s%s%s", fields[row].name, row >= PLACE_NAME ? "-" : "",
                        row >= PLACE_NAME ? language_tag((Language)(field - row)) : "");
}

static int write_field(PlaceForm *form, int field)
{
        OfficeCall *call = form->call;
        CLEANUP(buffer_done) Buffer label = BUFFER_INIT(LABEL_BYTES);
        char name[NAME_BYTES];
        int row = row_of(field);
        const char *note = fields[row].note ? office_word(call->strings, fields[row].note) : NULL;
        const char *language = row >= PLACE_NAME ? web_strings((Language)(field - row))->name : "";
        write_name(field, name);
        int r = text_message(&label, call->view.tag, office_word(call->strings, fields[row].label),
                        TEXT_ARGUMENTS({ "language", language, 0 }));
        form_field(call, &form->faults,
                        &(FormField){ .name = name,
                                        .label = buffer_text(&label),
                                        .value = form->values.text[field],
                                        .note = note,
                                        .type = fields[row].type,
                                        .rows = fields[row].rows });
        return r;
}

static int write_fields(PlaceForm *form)
{
        static const int parts[] = { PLACE_NAME, PLACE_TOWN, PLACE_STREET, PLACE_POINT, PLACE_URL,
                PLACE_NOTE };
        bool is_body = strcmp(form->kind, KIND_BODY) == 0;
        int r = 0, first = (int)form->call->view.language; /* the reader's language comes first */
        for (size_t i = 0; r == 0 && i < sizeof(parts) / sizeof(*parts); i++) {
                int n = parts[i] >= PLACE_NAME ? LANGUAGES_N : 1;
                for (int j = 0; r == 0 && j < n && (!is_body || fields[parts[i]].is_for_bodies); j++)
                        r = write_field(form, parts[i] + (n > 1 ? (first + j) % n : 0));
        }
        return r;
}

static void write_delete(PlaceForm *form)
{
        form_begin(form->call, NULL, "acts");
        form_submit(form->call, "action", "delete", "quiet danger", form->call->strings->delete_event);
        form_end(form->call);
}

static int reply_form(PlaceForm *form, int status)
{
        OfficeCall *call = form->call;
        const OfficeStrings *strings = call->strings;
        bool is_body = strcmp(form->kind, KIND_BODY) == 0;
        char change[24];
        snprintf(change, sizeof(change), "%" PRId64, form->record ? form->record->change : 0);
        office_begin(call, OFFICE_PLACES,
                        form->record ? form->record->name
                        : is_body    ? strings->place_new_body
                                     : strings->place_new_site);
        form_faults(call, &form->faults);
        /* The server names the faults in the reader's language, at the field. */
        buffer_puts(&call->out, "<form method=\"post\" class=\"form\" novalidate>\n");
        form_hidden(call, "csrf", call->csrf);
        form_hidden(call, "change", change);
        int r = form->record ? 0 : form_once(call);
        if (r == 0)
                r = write_fields(form);
        buffer_printf(&call->out, "<p class=\"note\">%s</p>\n", strings->place_words_stay);
        form_submit(call, "action", "save", NULL, strings->save);
        form_end(call);
        if (form->record)
                write_delete(form);
        if (r == 0 && form->record)
                r = history_list_write(call, form->record->uid, true);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

/* ---- Saving ---- */

/* Takes the values that were sent, or those of the card. */
static int take_values(PlaceForm *form, bool is_sent)
{
        char name[NAME_BYTES];
        int r = 0;
        for (int i = 0; i < PLACE_FIELDS_N; i++) {
                write_name(i, name);
                for (const char *c = office_form(form->call, name); is_sent && *c; c++)
                        if (*c != '\r')
                                buffer_putc(&form->typed[i], *c);
                r = r == 0 ? buffer_error(&form->typed[i]) : r;
                bool is_in_form = fields[row_of(i)].is_for_bodies || strcmp(form->kind, KIND_BODY) != 0;
                form->values.text[i] =
                                buffer_text(is_sent && is_in_form ? &form->typed[i] : &form->stored[i]);
        }
        return r;
}

/* Names the fields that another editor has changed to something else than what was typed. */
static int check_change(PlaceForm *form)
{
        OfficeCall *call = form->call;
        char name[NAME_BYTES];
        int r = 0;
        if (!form->record || strtoll(office_form(call, "change"), NULL, 10) == form->record->change)
                return 0;
        for (int i = 0; r == 0 && i < PLACE_FIELDS_N; i++) {
                write_name(i, name);
                r = form_fault_changed(call, &form->faults, name, form->values.text[i],
                                buffer_text(&form->stored[i]));
        }
        return r;
}

/* Notes the fault beside its field. Return: whether the condition is a fault of the form. */
static bool add_fault(PlaceForm *form, int condition)
{
        static const struct {
                int condition, field;
                OfficeWord text;
        } faults[] = {
                { PLACE_E_NO_NAME, PLACE_NAME, OFFICE_WORD(place_needs_name) },
                { PLACE_E_POINT, PLACE_POINT, OFFICE_WORD(place_bad_point) },
                { PLACE_E_URL, PLACE_URL, OFFICE_WORD(place_bad_url) },
                { PLACE_E_INVALID, PLACE_NAME, OFFICE_WORD(bad_value) },
        };
        char name[NAME_BYTES];
        for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
                if (faults[i].condition == condition) {
                        bool is_name = faults[i].field == PLACE_NAME;
                        write_name(PLACE_NAME + (int)form->call->view.language, name);
                        if (!is_name)
                                write_name(faults[i].field, name);
                        form_fault(&form->faults, name, office_word(form->call->strings, faults[i].text));
                        return true;
                }
        return false;
}

static int put(PlaceForm *form, const char *uid)
{
        OfficeCall *call = form->call;
        CLEANUP(card_freep) Card *card = NULL;
        const char *collection = form->record ? form->record->collection : COLLECTION_CONTACTS;
        ObjectOutcome outcome;
        int r = place_edit(&form->values, form->kind, uid, form->card, call->now, &card);
        if (add_fault(form, r))
                return 0;
        if (r == 0 && !form->record)
                r = collection_ensure(call->store, COLLECTION_CONTACTS, true, NULL);
        if (r == 0)
                r = office_may_write(call, collection);
        return r != 0 ? r
                      : object_put_card(call->store, card,
                                        &(ObjectPut){ .collection = collection, .now = call->now },
                                        &outcome);
}

static int save(PlaceForm *form, const char *uid)
{
        OfficeCall *call = form->call;
        int r = check_change(form);
        bool is_conflict = form->faults.n > 0;
        if (r == 0 && !is_conflict)
                r = put(form, uid);
        if (r == 0 && form->faults.n > 0) {
                store_rollback(call->store);
                return reply_form(form, is_conflict ? CONFLICT : BAD);
        }
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/places", "saved");
}

/* ---- Deletion ---- */

static int count_events(PlaceForm *form, int64_t *ret)
{
        const char *names[LANGUAGES_N];
        for (int i = 0; i < LANGUAGES_N; i++)
                names[i] = buffer_text(&form->stored[PLACE_NAME + i]);
        return event_list_count_at(form->call->store, names, LANGUAGES_N, form->call->now, ret);
}

static int ask_to_delete(PlaceForm *form)
{
        OfficeCall *call = form->call;
        int64_t n = 0;
        int r = count_events(form, &n);
        office_begin(call, OFFICE_PLACES, form->record->name);
        buffer_puts(&call->out, "<p>");
        if (r == 0)
                r = write_message(
                                call, call->strings->place_delete_events, TEXT_ARGUMENTS({ "n", NULL, n }));
        buffer_printf(&call->out, "</p>\n<p class=\"note\">%s</p>\n", call->strings->place_words_stay);
        form_begin(call, NULL, "form");
        form_hidden(call, "action", "delete");
        form_submit(call, "confirm", "yes", "quiet danger", call->strings->delete_event);
        form_end(call);
        buffer_puts(&call->out, "<p><a href=\"/office/places\">");
        buffer_printf(&call->out, "%s</a></p>\n", call->strings->section_places);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

/* The card is in the trash then; events keep the words of their place. */
static int delete_card(PlaceForm *form)
{
        OfficeCall *call = form->call;
        if (strcmp(office_form(call, "confirm"), "yes") != 0) {
                store_rollback(call->store);
                return ask_to_delete(form);
        }
        int r = object_delete_found(call->store, form->record->uid, call->now);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/places", "place-deleted");
}

/* Takes back the change that was the last one when the page was made. */
static int undo(PlaceForm *form)
{
        OfficeCall *call = form->call;
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        const UndoWork work = { call->store, call->view.config->time_zone, DUE_NOTIFY_NONE, call->now,
                false };
        int64_t id = strtoll(office_form(call, "version"), NULL, 10);
        int r = history_get(call->store, id, &row);
        if (r == 0 && strcmp(row.entry.uid, form->record->uid) != 0)
                return OFFICE_E_NOT_FOUND;
        if (r == 0)
                r = undo_change(&work, id);
        if (r == STORE_E_MISMATCH) {
                store_rollback(call->store);
                return office_reply_error(call, CONFLICT, call->strings->conflict_title);
        }
        if (r == 0)
                r = store_commit(call->store);
        return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND
               : r != 0               ? r
                                      : office_redirect(call, "/office/places", "undone");
}

static int run(PlaceForm *form)
{
        OfficeCall *call = form->call;
        bool is_new = !*call->rest, is_post = office_is_post(call);
        char uid[UID_BYTES] = "";
        int r = is_post ? store_begin_write(call->store) : 0;
        if (r == 0 && is_new && is_post)
                r = form_once_uid(call, "convened", uid, sizeof(uid));
        /* The same form may have been sent before. */
        if (r == 0 && (!is_new || is_post))
                r = load(form, is_new ? uid : call->rest);
        if (r == OFFICE_E_NOT_FOUND && is_new)
                r = 0;
        if (r == 0 && form->record && is_post && strcmp(office_form(call, "action"), "undo") == 0)
                return undo(form);
        if (r == 0 && form->record && is_post && strcmp(office_form(call, "action"), "delete") == 0)
                return delete_card(form);
        if (r == 0)
                r = take_values(form, is_post);
        return r != 0 ? r : !is_post ? reply_form(form, 200) : save(form, is_new ? uid : form->record->uid);
}

static int on_form(OfficeCall *call)
{
        CLEANUP(place_form_done) PlaceForm form;
        place_form_init(&form, call);
        return run(&form);
}

const OfficeRow place_form_page_rows[] = {
        { "new-place", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_form },
        { "edit-place/", false, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_form },
        { NULL, false, 0, 0, NULL },
};
