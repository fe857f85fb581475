#include "access/strings.h"

extern const AccessStrings access_strings_en;

const AccessStrings access_strings_en = {
        .login_title = "Staff login",
        .login_name = "Name",
        .login_password = "Password",
        .login_button = "Sign in",
        .login_note = "The name and the password are the same as for the calendar in your program. App passwords do not work here.",
        .login_wrong = "The name or the password is wrong",
        .password_wrong = "The password is wrong",
        .password_again = "The password of the account, once more",
        .login_wait = "Too many failed attempts. Try again in {n, plural, one {# second} other {# seconds}}.",
        .login_code_title = "Second step of the login",
        .login_code = "Code",
        .login_code_note =
                        "The six digits that the app on your telephone shows, or one of the recovery codes.",
        .login_code_wrong = "The code is wrong, or was used already",

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

        .factor_title = "Second step of the login",
        .factor_note = "After the password, the page also asks for a code of an app on a telephone, such as Aegis, FreeOTP or Google Authenticator. Calendar programs then need app passwords: they can no longer use the password of the account.",
        .factor_is_on = "on",
        .factor_is_off = "off",
        .factor_change = "Set up",
        .factor_setup = "Begin",
        .factor_scan = "Read this QR code with the app, or type the key into it. Then enter the six digits that it shows.",
        .factor_secret = "Key",
        .factor_confirm = "Turn on",
        .factor_code_note = "A code of the app, or a recovery code",
        .factor_codes_title = "Recovery codes",
        .factor_codes_note =
                        "Without the telephone, any of these does in place of the app’s code, each one once. Keep them: they are not shown again. All other sessions of this account have ended.",
        .factor_renew = "Make new recovery codes",
        .factor_off = "Turn the second step off",
        .factor_codes_left =
                        "{n, plural, =0 {No recovery code is left} one {# recovery code is left} other {# recovery codes are left}}",

        .programs_title = "Calendar and address-book programs",
        .programs_note =
                        "Give this address to your program (CalDAV, CardDAV), with the name below and an app password. Most programs find all calendars and address books by themselves; the others need the address of each.",
        .programs_collections = "Calendars and address books",
        .programs_name = "Name",
        .programs_kind = "What",
        .programs_access = "Access",
        .programs_address = "Address",
        .programs_calendar = "calendar",
        .programs_drafts = "drafts: events without a date, as journal entries",
        .programs_each = "In your program",
        .programs_steps = "Where to enter it",
        .programs_thunderbird =
                        "New Calendar, On the Network, then Find Calendars. Contacts: New Address Book, Add CardDAV Address Book.",
        .programs_apple =
                        "Add Other Account, CalDAV, type Manual; contacts are a second account of the type CardDAV. If the host alone does not do, enter this address.",
        .programs_davx5 =
                        "Login with URL and user name. Choose that groups are separate vCards, then tick the calendars.",
        .programs_evolution = "New, Collection Account, Look Up. A single calendar: New, Calendar, CalDAV.",
        .programs_outlook =
                        "Outlook needs the free add-in CalDav Synchronizer: a profile Generic CalDAV/CardDAV, then Test or discover settings.",
        .programs_vdirsyncer = "url = of a storage of the type caldav or carddav.",
        .programs_book = "address book",
        .programs_read = "read only",
        .programs_write = "read and write",

        .passwords_title = "App passwords",
        .passwords_note =
                        "Each program and each telephone should have a password of its own, so that you can revoke one without the others.",
        .password_made = "This is the new password. It is shown only this once:",
        .password_label = "Program",
        .password_label_note = "Such as: telephone, Thunderbird at work",
        .password_created = "Made",
        .password_used = "Last used",
        .password_never = "never yet",
        .password_read_only = "The program may only read",
        .password_make = "Make a password",
        .password_revoke = "Revoke",
        .password_bad_label = "Enter a name of at most 64 bytes",
        .password_label_taken = "There is a password for this program already; revoke it first",
};
