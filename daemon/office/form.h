#pragma once

/*
 * Fields of forms. A form that has faults is shown again with all that was typed, a list of the faults on
 * top, and each fault beside its field. All texts are plain and are escaped here, but labels and notes are
 * OfficeStrings fields, which have no characters of HTML.
 */

#include "office/call.h"

enum { FORM_FAULTS_MAX = 32 };

/** The faults of a form. */
typedef struct FormFaults {
        struct {
                char field[64];
                char *text;
        } items[FORM_FAULTS_MAX];
        size_t n;
} FormFaults;

void form_faults_done(FormFaults *faults);

/** form_fault() - add a fault. @field: the name of its field; @text: a sentence; both copied */
void form_fault(FormFaults *faults, const char *field, const char *text);

/**
 * form_fault_changed() - add the fault of a field that another editor has changed to something else than
 * what was typed; nothing if both are the same
 * @now: what is stored; "" for nothing
 *
 * Return: 0 or negative errno.
 */
int form_fault_changed(const OfficeCall *call, FormFaults *faults, const char *field, const char *typed,
                const char *now);

/** form_fault_of() - the fault of a field; NULL if it has none */
const char *form_fault_of(const FormFaults *faults, const char *field);

typedef struct FormField {
        const char *name;         /* also its id */
        const char *label;        /* NULL if the caller writes another label */
        const char *value;        /* NULL for "" */
        const char *note;         /* a remark under the label; NULL for none */
        const char *type;         /* of an <input>: "text" if NULL */
        const char *list;         /* the id of a <datalist>; NULL for none */
        const char *autocomplete; /* NULL for "off" */
        int max;                  /* characters; 0 for no limit */
        int rows;                 /* of a <textarea>; 0 for an <input> */
        bool required;
        bool is_short; /* the field is not as wide as the form */
} FormField;

/** An entry of a choice. */
typedef struct FormChoice {
        const char *value, *label;
        const char *language; /* of the label, as in page_write_option() */
} FormChoice;

/** form_begin() - write <form method="post"> with the token. @action: a path, encoded; NULL for this page */
void form_begin(OfficeCall *call, const char *action, const char *class);

/**
 * form_once() - write the field by which form_once_uid() tells one form that is sent twice from two forms
 * form_once_uid() - make the UID of the object that a form adds: the same one for the same form with the
 * same contents, so that a double click adds one object
 * @domain: after the @
 *
 * Without the field the UID is random. Return: 0, -ENAMETOOLONG, other negative errno.
 */
int form_once(OfficeCall *call);
int form_once_uid(const OfficeCall *call, const char *domain, char *ret, size_t size);

/** form_end() - write </form> */
void form_end(OfficeCall *call);

/** form_refusal() - write a sentence in the place of the list of faults; @text: a field of OfficeStrings */
void form_refusal(OfficeCall *call, const char *text);

/** form_faults() - write the list of all faults, with links to their fields; nothing if there are none */
void form_faults(OfficeCall *call, const FormFaults *faults);

/** form_field() - write a label with an <input> or <textarea>, and the fault of the field */
void form_field(OfficeCall *call, const FormFaults *faults, const FormField *field);

/** form_select() - write a label with a <select> of @n choices, of which that with field->value is chosen */
void form_select(OfficeCall *call, const FormFaults *faults, const FormField *field,
                const FormChoice *choices, size_t n);

/** form_check() - write a box to tick */
void form_check(OfficeCall *call, const char *name, bool is_ticked, const char *label);

/** form_radio() - write one of several buttons of the same name; its id is NAME-VALUE */
void form_radio(OfficeCall *call, const char *name, const char *value, bool is_chosen, const char *label);

/** form_hidden() - write a hidden field */
void form_hidden(OfficeCall *call, const char *name, const char *value);

/** form_submit() - write a button that sends the form. @name: NULL, or the name of the button's @value */
void form_submit(
                OfficeCall *call, const char *name, const char *value, const char *class, const char *label);

/** form_button() - write a whole form that has only a button */
void form_button(OfficeCall *call, const char *action, const char *class, const char *label);
