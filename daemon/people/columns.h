#pragma once

/*
 * The columns of a table of people: what each means, recognised by its header in Russian or English. The
 * names of a header are compared without case, dots, hyphens and blanks.
 */

#include "sheet/sheet.h"

typedef enum PeopleField {
        PEOPLE_IGNORED = 0,
        PEOPLE_FULL_NAME,
        PEOPLE_FAMILY,
        PEOPLE_GIVEN,
        PEOPLE_ADDITIONAL, /* the patronymic, or a middle name */
        PEOPLE_EMAIL,
        PEOPLE_ORGANISATION,
        PEOPLE_TITLE,
        PEOPLE_TELEPHONE,
        PEOPLE_LANGUAGE,
        PEOPLE_NOTE,
        PEOPLE_FIELDS_N,
} PeopleField;

/** people_field_name() - the name of a field for options and forms: "email"; "-" for PEOPLE_IGNORED */
const char *people_field_name(PeopleField field);

/** people_field_find() - find a field by its name. Return: false if there is none. */
bool people_field_find(const char *name, PeopleField *ret);

typedef struct PeopleColumns {
        PeopleField fields[SHEET_COLUMNS_MAX];
        bool has_header; /* the first row is no person */
} PeopleColumns;

/**
 * people_columns_recognise() - find the columns of a table by its first row; without a header, an address in
 * the first row gives the column of addresses. Of several columns for one field the first counts.
 * Return: 0 or -ENOMEM.
 */
int people_columns_recognise(const Sheet *sheet, PeopleColumns *ret);

/**
 * people_columns_set() - set the meaning of a column by hand
 * @column: its number, from 1, or its header as written
 * Return: false if there is no such column or field.
 */
bool people_columns_set(PeopleColumns *columns, const Sheet *sheet, const char *column, const char *field);

/** people_columns_find() - the column of a field. Return: false if there is none. */
bool people_columns_find(const PeopleColumns *columns, PeopleField field, size_t *ret);
