#pragma once

/*
 * The texts of the office's pages. Each language has a file strings-LANGUAGE.c (base/language.h) and must
 * set every field. A field is plain text without & < > and ", so a page may write it without escaping. If
 * its comment names arguments such as {n}, the field is a pattern for text_message().
 */

#include "base/language.h"

typedef struct OfficeStrings {
        /* The frame of every page */
        const char *sections; /* label of the navigation */
        const char *section_events;
        const char *sign_out;
        const char *to_start; /* link to the first page */
        const char *faults_title;

        /* Refusals */
        const char *not_found, *forbidden, *form_expired;

        /* The login */
        const char *login_title, *login_name, *login_password, *login_button, *login_note;
        const char *login_wrong;
        const char *login_wait; /* {n} seconds */

        /* The sessions of an account */
        const char *sessions_title, *sessions_note;
        const char *sessions_role; /* {role} */
        const char *role_reader, *role_editor, *role_admin;
        const char *session_browser, *session_client, *session_since, *session_used; /* columns */
        const char *session_this, *session_end, *sessions_end;
        const char *done_signed_out, *done_session_ended, *done_sessions_ended;
} OfficeStrings;

/** office_strings() - the texts of a language; static */
const OfficeStrings *office_strings(Language language);

/** A field of OfficeStrings, for tables: OFFICE_WORD(sign_out). */
typedef size_t OfficeWord;
#define OFFICE_WORD(field) offsetof(OfficeStrings, field)

/** office_word() - the text of a field */
const char *office_word(const OfficeStrings *strings, OfficeWord word);
