#pragma once

/*
 * The texts of the office's pages about access: the login, the sessions of an account, the addresses for
 * programs and the app passwords. Each language has a file strings-LANGUAGE.c (base/language.h) and must set
 * every field. A field is plain text as in office/strings.h. If its comment names arguments such as {n}, the
 * field is a pattern for text_message(). Every field must be a string, because a test iterates over the
 * fields.
 */

#include "base/language.h"

typedef struct AccessStrings {
        /* The login */
        const char *login_title, *login_name, *login_password, *login_button, *login_note;
        const char *login_wrong, *password_wrong, *password_again;
        const char *login_wait; /* {n} seconds */
        const char *login_code_title, *login_code, *login_code_note, *login_code_wrong;

        /* The sessions of an account */
        const char *sessions_title, *sessions_note;
        const char *sessions_role; /* {role} */
        const char *role_reader, *role_editor, *role_admin;
        const char *session_browser, *session_client, *session_since, *session_used; /* columns */
        const char *session_this, *session_end, *sessions_end;

        /* The second step of the login */
        const char *factor_title, *factor_note, *factor_is_on, *factor_is_off, *factor_change;
        const char *factor_setup, *factor_scan, *factor_secret, *factor_confirm, *factor_code_note;
        const char *factor_codes_title, *factor_codes_note, *factor_renew, *factor_off;
        const char *factor_codes_left; /* {n} recovery codes */

        /* Addresses for programs, and app passwords */
        const char *programs_title, *programs_note, *programs_collections;
        const char *programs_name, *programs_kind, *programs_access, *programs_address; /* columns */
        const char *programs_calendar, *programs_drafts, *programs_book, *programs_read, *programs_write;
        const char *programs_each, *programs_steps; /* a title, a column */
        const char *programs_thunderbird, *programs_apple, *programs_davx5, *programs_evolution,
                        *programs_outlook, *programs_vdirsyncer; /* what is chosen in each */
        const char *passwords_title, *passwords_note, *password_made;
        const char *password_label, *password_label_note, *password_created, *password_used, *password_never;
        const char *password_read_only, *password_make, *password_revoke;
        const char *password_bad_label, *password_label_taken;
} AccessStrings;

/** access_strings() - the texts of a language; static */
const AccessStrings *access_strings(Language language);
