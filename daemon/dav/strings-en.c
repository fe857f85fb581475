#include "dav/strings.h"

extern const DavStrings dav_strings_en;

const DavStrings dav_strings_en = {
        .signed_in = "You are signed in as {name} ({role}).",
        .reads_only = "This app password may only read.",
        .reader = "reader",
        .editor = "editor",
        .admin = "administrator",
        .calendar_read = "Calendar {name}: you may read it.",
        .calendar_write = "Calendar {name}: you may read it and write to it.",
        .account_name = "Name of the account",
        .account_address = "Mail address",
        .addressbook_read = "Address book {name}: you may read it.",
        .addressbook_write = "Address book {name}: you may read it and write to it.",
};
