#pragma once

/*
 * The meetings of one contact on one day, as host or visitor: /private/TOKEN, the private feed's address
 * without .ics.
 */

#include "http/request.h"

/**
 * day_page_on_private() - reply with the page, or with the private feed if @rest ends in .ics
 *
 * `?day=2026-12-01` chooses the day; without a valid date it is today. Days and times are in the zone that
 * the reader has chosen on the site, else in the contact's, else in the configuration's.
 */
int day_page_on_private(HttpRequest *request, const char *rest, void *userdata);
