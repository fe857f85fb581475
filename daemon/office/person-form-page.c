#include "office/person-form-page.h"

#include "base/html.h"
#include "contact/edit.h"
#include "office/event-links.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/person-load.h"
#include "office/write.h"
#include "people/edit.h"
#include "store/address.h"
#include "web/page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 512 * 1024, PATH_BYTES = 4096, UID_BYTES = 256, BAD = 422, CONFLICT = 409 };

enum { FORM_E_SHOWN = CONDITIONS_OFFICE + 50 }; /* the form has faults and is shown again */

static const struct {
        PeopleField field;
        OfficeWord label;
        const char *type;
        int rows;
} fields[] = {
        { PEOPLE_FULL_NAME, OFFICE_WORD(person_full_name), NULL, 0 },
        { PEOPLE_EMAIL, OFFICE_WORD(person_email), "email", 0 },
        { PEOPLE_ORGANISATION, OFFICE_WORD(person_organisation), NULL, 0 },
        { PEOPLE_TITLE, OFFICE_WORD(person_title), NULL, 0 },
        { PEOPLE_TELEPHONE, OFFICE_WORD(person_telephone), "tel", 0 },
        { PEOPLE_NOTE, OFFICE_WORD(person_note), NULL, 4 },
};

enum { N_FIELDS = sizeof(fields) / sizeof(*fields) };

typedef struct PersonForm {
        OfficeCall *call;
        ObjectRecord *record; /* NULL for a new person */
        Card *card;
        FormFaults faults;
        PeopleFields values;
        Buffer stored[PEOPLE_FIELDS_N]; /* what the card says now */
        Buffer note;                    /* as it was typed, with the line ends of a card */
        bool asks_same_address;
} PersonForm;

static void person_form_init(PersonForm *form, OfficeCall *call)
{
        *form = (PersonForm){ .call = call, .note = BUFFER_INIT(TEXT_BYTES) };
        for (PeopleField i = 0; i < PEOPLE_FIELDS_N; i++)
                form->stored[i] = BUFFER_INIT(TEXT_BYTES);
}

static void person_form_done(PersonForm *form)
{
        object_record_free(form->record);
        card_free(form->card);
        form_faults_done(&form->faults);
        buffer_done(&form->note);
        for (PeopleField i = 0; i < PEOPLE_FIELDS_N; i++)
                buffer_done(&form->stored[i]);
}

static int load(PersonForm *form, const char *uid)
{
        OfficeCall *call = form->call;
        int r = person_load(call, uid, &form->record, &form->card);
        if (r == 0)
                r = office_may_write(call, form->record->collection);
        for (PeopleField i = 0; r == 0 && i < PEOPLE_FIELDS_N; i++) {
                if (people_edit_property(i))
                        people_edit_read(form->card, i, &form->stored[i]);
                r = buffer_error(&form->stored[i]);
        }
        return r;
}

static bool has_chosen_language(const PersonForm *form)
{
        char chosen[CARD_CHOSEN_SIZE];
        return form->card && card_chosen(form->card, chosen) == 0 && strstr(chosen, "LANG");
}

static bool is_in_form(const PersonForm *form, PeopleField field)
{
        return people_edit_property(field) && !(field == PEOPLE_LANGUAGE && has_chosen_language(form));
}

/* Takes the values that were sent, or those of the card. */
static void take_values(PersonForm *form, bool is_sent)
{
        for (const char *c = office_form(form->call, people_field_name(PEOPLE_NOTE)); *c; c++)
                if (*c != '\r')
                        buffer_putc(&form->note, *c);
        for (PeopleField i = 0; i < PEOPLE_FIELDS_N; i++)
                if (is_in_form(form, i))
                        form->values.text[i] = is_sent ? office_form(form->call, people_field_name(i))
                                                       : buffer_text(&form->stored[i]);
        if (is_sent)
                form->values.text[PEOPLE_NOTE] = buffer_text(&form->note);
}

/* ---- The form ---- */

static int write_language(PersonForm *form)
{
        OfficeCall *call = form->call;
        CLEANUP(buffer_done) Buffer other = BUFFER_INIT(TEXT_BYTES);
        FormChoice choices[LANGUAGES_N + 2] = { { "", call->strings->person_any_language, call->view.tag } };
        const char *value = form->values.text[PEOPLE_LANGUAGE];
        size_t n = 1;
        bool is_known = !value || !*value;
        if (!is_in_form(form, PEOPLE_LANGUAGE)) {
                buffer_printf(&call->out, "<p class=\"note\">%s</p>\n",
                                call->strings->person_chose_language);
                return 0;
        }
        for (Language i = 0; i < LANGUAGES_N; i++) {
                choices[n++] = (FormChoice){ language_tag(i), web_strings(i)->name, language_tag(i) };
                is_known |= strcmp(language_tag(i), value) == 0;
        }
        int r = is_known ? 0 : text_language_name(&other, call->view.tag, value);
        if (!is_known)
                choices[n++] = (FormChoice){ value, buffer_text(&other), call->view.tag };
        form_select(call, &form->faults,
                        &(FormField){ .name = people_field_name(PEOPLE_LANGUAGE),
                                        .label = call->strings->person_language,
                                        .value = value,
                                        .is_short = true },
                        choices, n);
        return r;
}

static void write_fields(PersonForm *form)
{
        OfficeCall *call = form->call;
        for (size_t i = 0; i < N_FIELDS; i++) {
                PeopleField field = fields[i].field;
                form_field(call, &form->faults,
                                &(FormField){ .name = people_field_name(field),
                                                .label = office_word(call->strings, fields[i].label),
                                                .value = form->values.text[field],
                                                .type = fields[i].type,
                                                .rows = fields[i].rows });
                if (field == PEOPLE_EMAIL && form->asks_same_address)
                        form_check(call, "same-address", *office_form(call, "same-address"),
                                        call->strings->person_same_address);
        }
}

static int reply_form(PersonForm *form, int status)
{
        OfficeCall *call = form->call;
        char change[24];
        snprintf(change, sizeof(change), "%" PRId64, form->record ? form->record->change : 0);
        office_begin(call, OFFICE_PEOPLE, form->record ? form->record->name : call->strings->person_new);
        form_faults(call, &form->faults);
        /* The server names the faults in the reader's language, at the field. */
        buffer_printf(&call->out, "<form method=\"post\" class=\"form\" novalidate>\n");
        form_hidden(call, "csrf", call->csrf);
        form_hidden(call, "change", change);
        int r = form->record ? 0 : form_once(call);
        write_fields(form);
        if (r == 0)
                r = write_language(form);
        form_submit(call, NULL, NULL, NULL, call->strings->save);
        form_end(call);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

static int show_again(PersonForm *form, int status)
{
        int r = reply_form(form, status);
        return r != 0 ? r : FORM_E_SHOWN;
}

/* ---- Saving ---- */

/* A contact that has the same address may be the same person: the editor decides. */
static int check_address(PersonForm *form)
{
        OfficeCall *call = form->call;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        CLEANUP(object_record_freep) ObjectRecord *other = NULL;
        const char *address = form->values.text[PEOPLE_EMAIL];
        int64_t found = 0;
        if (!*address || *office_form(call, "same-address") ||
                        strcmp(address, buffer_text(&form->stored[PEOPLE_EMAIL])) == 0)
                return 0;
        int r = address_find(call->store, address, &found, NULL);
        if (r != 0 || found == 0 || (form->record && found == form->record->id))
                return r;
        r = object_get_by_id(call->store, found, &other);
        if (r == 0 && office_may_read(call, other->collection) != 0)
                buffer_puts(&text, call->strings->person_hidden_has_address);
        else if (r == 0)
                r = text_message(&text, call->view.tag, call->strings->person_has_address,
                                TEXT_ARGUMENTS({ "name", other->name, 0 }));
        if (r != 0)
                return r;
        form_fault(&form->faults, people_field_name(PEOPLE_EMAIL), buffer_text(&text));
        form->asks_same_address = true;
        return 0;
}

static void add_fault(PersonForm *form, const InputError *error)
{
        static const struct {
                PeopleField field;
                OfficeWord text;
        } texts[] = {
                { PEOPLE_FULL_NAME, OFFICE_WORD(person_needs_name) },
                { PEOPLE_EMAIL, OFFICE_WORD(person_bad_email) },
                { PEOPLE_TELEPHONE, OFFICE_WORD(person_bad_telephone) },
        };
        const OfficeStrings *strings = form->call->strings;
        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
                if (strcmp(people_field_name(texts[i].field), error->where) == 0) {
                        form_fault(&form->faults, error->where, office_word(strings, texts[i].text));
                        return;
                }
        form_fault(&form->faults, people_field_name(PEOPLE_FULL_NAME), strings->bad_value);
}

/* Names the fields that another editor has changed to something else than what was typed. */
static int check_change(PersonForm *form)
{
        OfficeCall *call = form->call;
        int r = 0;
        if (!form->record || strtoll(office_form(call, "change"), NULL, 10) == form->record->change)
                return 0;
        for (PeopleField i = 0; r == 0 && i < PEOPLE_FIELDS_N; i++)
                if (form->values.text[i])
                        r = form_fault_changed(call, &form->faults, people_field_name(i),
                                        form->values.text[i], buffer_text(&form->stored[i]));
        return r;
}

static int put(PersonForm *form, const char *uid)
{
        OfficeCall *call = form->call;
        CLEANUP(card_freep) Card *card = NULL;
        InputError error = { 0 };
        ObjectOutcome outcome;
        int r = people_edit(&form->values, uid, form->card, call->now, &card, &error);
        if (r == PEOPLE_E_INVALID) {
                add_fault(form, &error);
                return 0;
        }
        if (r == 0)
                r = check_address(form);
        if (r != 0 || form->faults.n > 0)
                return r;
        r = form->record ? 0 : collection_ensure(call->store, COLLECTION_CONTACTS, true, NULL);
        if (r == 0)
                r = office_may_write(call, form->record ? form->record->collection : COLLECTION_CONTACTS);
        return r != 0 ? r
                      : object_put_card(call->store, card,
                                        &(ObjectPut){ .collection = form->record ? form->record->collection
                                                                                 : COLLECTION_CONTACTS,
                                                        .now = call->now },
                                        &outcome);
}

static int save(PersonForm *form, const char *uid)
{
        OfficeCall *call = form->call;
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        int r = check_change(form);
        bool is_conflict = form->faults.n > 0;
        if (r == 0 && !is_conflict)
                r = put(form, uid);
        if (r == 0 && form->faults.n > 0) {
                store_rollback(call->store);
                return show_again(form, is_conflict || form->asks_same_address ? CONFLICT : BAD);
        }
        if (r == 0)
                r = store_commit(call->store);
        event_links_write(&path, "person", uid);
        if (r == 0)
                r = buffer_error(&path);
        return r != 0 ? r : office_redirect(call, buffer_text(&path), "saved");
}

static int run(OfficeCall *call, PersonForm *form)
{
        bool is_new = !*call->rest, is_post = office_is_post(call);
        char uid[UID_BYTES] = "";
        int r = is_post ? store_begin_write(call->store) : 0;
        if (r == 0 && !is_new)
                r = load(form, call->rest);
        take_values(form, is_post);
        if (r != 0 || !is_post)
                return r != 0 ? r : reply_form(form, 200);
        if (is_new)
                r = form_once_uid(call, "convened", uid, sizeof(uid));
        /* The same form may have been sent before. */
        if (r == 0 && is_new)
                r = load(form, uid);
        return r != 0 && r != OFFICE_E_NOT_FOUND ? r : save(form, is_new ? uid : form->record->uid);
}

static int on_form(OfficeCall *call)
{
        CLEANUP(person_form_done) PersonForm form;
        person_form_init(&form, call);
        int r = run(call, &form);
        return r == FORM_E_SHOWN ? 0 : r;
}

const OfficeRow person_form_page_rows[] = {
        { "new-person", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_form },
        { "edit-person/", false, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_form },
        { NULL, false, 0, 0, NULL },
};
