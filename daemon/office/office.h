#pragma once

/*
 * The pages of the office below /office/, for people who have an account. office/call.h says how a page is
 * made, and office/routes.c has the table of all pages. The handlers run on any number of threads.
 */

#include "http/authorization.h"
#include "web/site.h"

typedef struct Office Office;

typedef struct OfficeOptions {
        const char *store; /* its URL; copied */
        Site *site;        /* this one and the next three are borrowed and must outlive the Office */
        ZoneTable *zones;
        const Clock *clock;
        Authorization *authorization; /* shared with CalDAV, so that guesses have the same limits */
        bool login_without_tls;       /* take passwords over any connection */
} OfficeOptions;

/** office_new() - make the shared state; opens no store. Return: 0 or negative errno. */
int office_new(const OfficeOptions *options, Office **ret);
Office *office_free(Office *office);
DEFINE_CLEANUP(Office, office_freep, office_free)

/** office_mount() - the routes with their userdata */
HttpMount office_mount(Office *office);
