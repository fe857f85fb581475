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
        .drafts = "{name} (drafts)",
        .meetings = "My meetings",
        .meeting_form = "A meeting cannot recur or take whole days.",
        .meeting_people = "Only a delegate can be added to a meeting, by the link in the mail about it.",
        .meeting_taken = "The time is not free.",
        .meeting_late = "The time is past, or too soon.",
        .meeting_place = "The offer does not have this place.",
        .meeting_offer = "The offer of this meeting is gone, so it cannot be moved.",
        .meeting_often = "The meeting has been moved too often.",
        .meeting_over = "The meeting cannot be changed in this way any more.",
        .offer_host = "No contact has the UID of the host.",
        .offer_group = "The host is a group; a meeting is with one person.",
        .offer_event = "No event has the UID of the offer's event.",
        .offers = "Hours for meetings",
        .meeting_nearest = " Free times nearby: ",
};
