#pragma once

/*
 * The import of people from a table. A plan says for each row what would be done; it is made and carried out
 * in one transaction, so that nothing is imported by halves.
 */

#include "people/row.h"
#include "store/store.h"

/** The treatment of a row that may be a contact that the office has. */
typedef enum PeopleChoice {
        PEOPLE_CHOICE_ASK = 0, /* nothing is imported */
        PEOPLE_CHOICE_UPDATE,  /* the contact takes the values of the row */
        PEOPLE_CHOICE_ADD,     /* the row is another person */
        PEOPLE_CHOICE_SKIP,
        PEOPLE_CHOICES_N,
} PeopleChoice;

/** people_choice_find() - find a choice by its name: "ask", "update", ...; false if there is none */
bool people_choice_find(const char *name, PeopleChoice *ret);

typedef enum PeopleAction {
        PEOPLE_ADDED,
        PEOPLE_UPDATED,
        PEOPLE_UNCHANGED,
        PEOPLE_SKIPPED, /* by choice, or the same person is in an earlier row */
        PEOPLE_ASKED,   /* may be the contact `other`; needs a choice */
        PEOPLE_REFUSED, /* `fault` says why */
        PEOPLE_ACTIONS_N,
} PeopleAction;

/** people_action_name() - a stable identifier: "added", ... */
const char *people_action_name(PeopleAction action);

typedef struct PeopleRow {
        size_t row; /* in the sheet */
        PeopleAction action;
        int64_t contact;   /* the contact that is or may be the person; 0 for none */
        char *other;       /* its name and address, for PEOPLE_ASKED; NULL for none */
        bool same_address; /* for PEOPLE_ASKED; otherwise it has the same name and organisation */
        bool is_closed;    /* the contact may not be changed; only a choice to add or to skip helps */
        size_t earlier;    /* for PEOPLE_SKIPPED: line of an earlier row with the same person; 0 for none */
        Card *card;        /* to be stored; NULL if nothing is stored */
        InputError fault;
} PeopleRow;

typedef struct PeopleImport {
        PeopleRow *rows;
        size_t n;
        size_t counts[PEOPLE_ACTIONS_N];
} PeopleImport;

void people_import_done(PeopleImport *import);

typedef struct PeopleImportOptions {
        PeopleColumns columns;
        PeopleChoice choice; /* for all rows */
        /* the choice for one row, by its line; PEOPLE_CHOICE_ASK to take `choice`; NULL for none */
        PeopleChoice (*choose)(size_t line, void *userdata);
        void *userdata;
        /*
         * The address books that may be read, and those that may be written: ",contacts,"; NULL for all. A
         * contact that may not be written is never changed, and one that may not be read is never named.
         */
        const char *readable, *writable;
} PeopleImportOptions;

/**
 * people_import_plan() - decide about each row, in the current transaction or before one, for a preview
 *
 * A row with the address and name of a contact is a new version of it; so is one with the same name and
 * organisation if one of both has no address. A row with the address of another name, or with the name and
 * organisation of another address, is asked about. A contact that may be written is preferred to one that
 * may not. A row of a contact that may not be written is refused, unless the choice is to add or to skip it;
 * of the contacts that may not be read, only the mail address is compared. In every case the caller must
 * call people_import_done().
 *
 * Return: 0, a condition of the store, negative errno. Faults of rows are in the rows.
 */
int people_import_plan(Store *store, const Sheet *sheet, const PeopleImportOptions *options, usec_t now,
                PeopleImport *ret);

/** people_import_is_complete() - whether no row is refused or asked about */
bool people_import_is_complete(const PeopleImport *import);

/**
 * people_import_apply() - store the cards of a complete plan that was made in the same transaction
 * @event: lists each person for this event on behalf of the office; NULL for none. People who are in the
 *         store already, and unchanged, are listed, too.
 */
int people_import_apply(Store *store, PeopleImport *import, const char *event, usec_t now);
