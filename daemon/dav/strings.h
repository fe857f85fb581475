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
} DavStrings;

/** dav_strings() - return the texts in a language; static */
const DavStrings *dav_strings(Language language);
