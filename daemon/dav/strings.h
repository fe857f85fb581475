#pragma once

/* The texts of the WebDAV pages. Each language has a file strings-LANGUAGE.c (base/language.h). */

#include "base/language.h"

typedef struct DavStrings {
        const char *signed_in;                            /* {name}, {role} */
        const char *reads_only;                           /* after it */
        const char *reader, *editor, *admin;              /* names of roles */
        const char *calendar_read, *calendar_write;       /* {name} */
        const char *account_name, *account_address;       /* what can be searched of a principal */
        const char *addressbook_read, *addressbook_write; /* {name} */
        const char *drafts;                               /* the name of the drafts of a calendar; {name} */
        const char *meetings;                             /* the name of a host's calendar of meetings */
        /* why a change of a meeting is refused */
        const char *meeting_form, *meeting_people, *meeting_taken, *meeting_late, *meeting_place,
                        *meeting_offer, *meeting_often, *meeting_over;
        const char *meeting_nearest;                        /* before a list of free times */
        const char *offer_host, *offer_group, *offer_event; /* why an offer is refused */
        const char *offers;                                 /* the name of the calendar of offers */
} DavStrings;

/** dav_strings() - return the texts in a language; static */
const DavStrings *dav_strings(Language language);
