#include "office/strings.h"

const OfficeStrings office_strings_en = {
        .sections = "Sections",
        .section_events = "Events",
        .sign_out = "Sign out",
        .to_start = "To the first page",
        .faults_title = "Not saved: correct the marked fields",

        .not_found = "There is no such page",
        .forbidden = "Your account may not do this",
        .form_expired = "The form is out of date: go back, reload the page and send it again",

        .login_title = "Staff login",
        .login_name = "Name",
        .login_password = "Password",
        .login_button = "Sign in",
        .login_note = "The name and the password are the same as for the calendar in your program. App passwords do not work here.",
        .login_wrong = "The name or the password is wrong",
        .login_wait = "Too many failed attempts. Try again in {n, plural, one {# second} other {# seconds}}.",

        .sessions_title = "Account",
        .sessions_note =
                        "This list shows where your account is signed in. A session ends by itself after 12 hours without use, and after 14 days in any case.",
        .sessions_role = "Role: {role}",
        .role_reader = "reader",
        .role_editor = "editor",
        .role_admin = "administrator",
        .session_browser = "Browser",
        .session_client = "Address",
        .session_since = "Signed in",
        .session_used = "Last used",
        .session_this = "this browser",
        .session_end = "End",
        .sessions_end = "End all others",
        .done_signed_out = "You have signed out.",
        .done_session_ended = "The session has ended.",
        .done_sessions_ended = "All other sessions have ended.",
};
